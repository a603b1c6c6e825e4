/**
 * A browser's own model that says what a test tells it, and keeps the rules of the real one: a session reads what it is
 * given once, streams, is stopped by its signal, and is of no use once destroyed.
 */
import type {
  BuiltinApi,
  BuiltinMessage,
  BuiltinPromptOptions,
  BuiltinSession,
} from '../models/builtin/api.ts';
import type { FakeReply } from './fakeVendors.ts';

/** What it does with one prompt: reply, throw, say nothing until it is stopped, or find its context full. */
export type FakeBuiltinTurn = FakeReply | Error | 'hang' | 'overflow';

export interface FakeBuiltin extends BuiltinApi {
  /** What it answers when it is asked for its availability. */
  state: string;
  /** Absent downloads at once, in two parts. */
  loads?: (signal: AbortSignal, onprogress: (loaded: number) => void) => Promise<void>;
  /** What each prompt was, with all that its session had read before. */
  readonly prompts: readonly (readonly BuiltinMessage[])[];
  readonly options: readonly BuiltinPromptOptions[];
  /** Sessions that were made, and those that are open. */
  readonly sessions: { made: number; open: number };
}

export function fakeBuiltin(turns: readonly FakeBuiltinTurn[], contextWindow = 9216): FakeBuiltin {
  const prompts: (readonly BuiltinMessage[])[] = [];
  const options: BuiltinPromptOptions[] = [];
  const sessions = { made: 0, open: 0 };
  const fake: FakeBuiltin = {
    state: 'available',
    prompts,
    options,
    sessions,
    availability: () => Promise.resolve(fake.state),
    async create({ signal, monitor, initialPrompts = [] }) {
      if (signal.aborted) throw stopped();
      if (fake.state === 'unavailable') throw named('NotSupportedError', 'not on this device');
      if (fake.state !== 'available') {
        const tell: ((event: { loaded: number }) => void)[] = [];
        monitor?.({ addEventListener: (_, listener) => tell.push(listener) });
        const onprogress = (loaded: number) => tell.forEach((listener) => listener({ loaded }));
        onprogress(0.5);
        await fake.loads?.(signal, onprogress);
        onprogress(1);
        fake.state = 'available';
      }
      sessions.made += 1;
      sessions.open += 1;
      return session([...initialPrompts]);
    },
  };

  function session(read: BuiltinMessage[]): BuiltinSession {
    const listeners: (() => void)[] = [];
    let isOpen = true;
    return {
      contextWindow,
      addEventListener: (_, listener) => listeners.push(listener),
      destroy() {
        if (isOpen) sessions.open -= 1;
        isOpen = false;
      },
      promptStreaming(input, given) {
        if (!isOpen) throw named('InvalidStateError', 'the session is destroyed');
        if (given.signal.aborted) throw stopped();
        read.push(...input);
        prompts.push([...read]);
        options.push(given);
        const turn = turns[Math.min(prompts.length, turns.length) - 1];
        return new ReadableStream<string>({
          start(controller) {
            const { signal } = given;
            const fail = () => controller.error(stopped());
            signal.addEventListener('abort', fail, { once: true });
            if (turn instanceof Error) controller.error(turn);
            if (turn === 'overflow') listeners.forEach((listener) => listener());
            if (turn === undefined || turn instanceof Error || turn === 'hang') return;
            const text = turn === 'overflow' ? 'What was that?' : textOf(turn);
            for (const part of text.match(/[\s\S]{1,7}/gu) ?? []) controller.enqueue(part);
            read.push({ role: 'assistant', content: text });
            controller.close();
            signal.removeEventListener('abort', fail);
          },
        });
      },
    };
  }
  return fake;
}

/** A reply that is cut at its limit goes on for longer than that. */
function textOf({ text = '', calls = [], finish }: FakeReply): string {
  const [call] = calls;
  if (call !== undefined) return `{"call":${JSON.stringify(call.name)},"arguments":${call.raw}}`;
  return finish === 'length' ? `${text} ${'and on '.repeat(400)}` : text;
}

/** As the browser throws: by names. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const stopped = () => named('AbortError', 'signal is aborted without reason');
