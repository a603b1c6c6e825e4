/** A language model whose replies a test writes, and a clock that does not wait. */
import { readArguments, type LanguageModel, type ModelReply, type ModelRequest } from '#core/model/index.ts';
import type { Clock } from '../models/clock.ts';
import type { FakeReply } from './fakeVendors.ts';

export type Script =
  readonly (FakeReply | Error)[] | ((request: ModelRequest, index: number) => FakeReply | Error);

/** A model that gives these replies in turn, or fails with these errors. Requests are kept in `asked`. */
export function scripted(script: Script, asked: ModelRequest[] = []): LanguageModel {
  return {
    id: 'scripted/model',
    title: 'Scripted model',
    place: 'this test',
    toolMethod: 'native',
    contextTokens: null,
    async *stream(request, signal) {
      const index = asked.length;
      asked.push(request);
      await Promise.resolve();
      signal?.throwIfAborted();
      const next = typeof script === 'function' ? script(request, index) : script[index];
      if (next === undefined) throw new Error(`the script has no reply ${index}`);
      if (next instanceof Error) throw next;
      const reply = replyOf(next);
      if (reply.reasoning !== '') yield { type: 'reasoning-delta', text: reply.reasoning };
      for (const text of reply.text.split(/(?<= )/)) if (text !== '') yield { type: 'text-delta', text };
      signal?.throwIfAborted();
      yield { type: 'end', reply };
    },
  };
}

function replyOf({ text = '', reasoning = '', calls = [], finish, usage }: FakeReply): ModelReply {
  return {
    text,
    reasoning,
    calls: calls.map(({ name, raw }, i) => ({ id: `call_${i}`, name, raw, arguments: readArguments(raw) })),
    finish: finish ?? (calls.length > 0 ? 'call' : 'stop'),
    usage:
      usage === null
        ? { prompt: null, cached: null, reply: null }
        : (usage ?? { prompt: 100, cached: 0, reply: 10 }),
    timing: { first: 0, total: 0 },
  };
}

/** A clock that moves only when somebody sleeps. */
export function manualClock(): Clock & { readonly slept: readonly number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      await Promise.resolve();
    },
  };
}
