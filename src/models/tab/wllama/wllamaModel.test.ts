import { expect, it, vi } from 'vitest';
import { ask } from '#core/model/index.ts';
import { request } from '../../../testing/modelContract.ts';
import type { Clock } from '../../clock.ts';
import { wllamaModel, type Holder } from './wllamaModel.ts';

const card = {
  id: 'wllama/test',
  title: 'Test',
  place: 'in this tab, on the processor',
  toolMethod: 'grammar',
  contextTokens: 512,
} as const;

/** Time that passes when a test says so. */
class HandClock implements Clock {
  #now = 0;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  now = () => this.#now;
  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      this.#sleepers.push({ until: this.#now + ms, wake: resolve });
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    for (const { until, wake } of this.#sleepers) if (until <= this.#now) wake();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

type Said = Parameters<Holder['wllama']['createChatCompletion']>[0] & {
  readonly onData?: (chunk: never) => void;
};

/** A model whose engine says nothing but what the test makes it say. */
function setup() {
  const clock = new HandClock();
  const onfailure = vi.fn();
  let said: Said | null = null;
  const createChatCompletion = (body: Said) => {
    said = body;
    return new Promise<never>(() => undefined);
  };
  const model = wllamaModel(card, {
    wllama: { createChatCompletion } as unknown as Holder['wllama'],
    died: new Promise<never>(() => undefined),
    clock,
    onfailure,
  });
  const say = (chunk: object) => said?.onData?.(chunk as never);
  return { clock, onfailure, model, say, body: () => said };
}

it('counts an engine as dead that says nothing for ten minutes', async () => {
  const { clock, onfailure, model, say, body } = setup();
  const reply = ask(model, request());
  reply.catch(() => undefined);
  await clock.pass(0);
  expect(body()).toMatchObject({ cache_prompt: true, return_progress: true });
  await clock.pass(9 * 60_000);
  // How far it has read counts as a word.
  say({ choices: [], prompt_progress: { total: 4000, cache: 0, time_ms: 1, processed: 256 } });
  await clock.pass(9 * 60_000);
  expect(onfailure).not.toHaveBeenCalled();
  await clock.pass(60_000);
  await expect(reply).rejects.toMatchObject({
    kind: 'device',
    message: expect.stringContaining('it said nothing for 10 minutes') as string,
  });
  expect(onfailure).toHaveBeenCalledOnce();
});

it('ends with its signal, and is no failure then', async () => {
  const { clock, onfailure, model } = setup();
  const stop = new AbortController();
  const reply = ask(model, request(), stop.signal);
  reply.catch(() => undefined);
  await clock.pass(0);
  stop.abort(new Error('stopped'));
  await expect(reply).rejects.toThrow('stopped');
  await clock.pass(20 * 60_000);
  expect(onfailure).not.toHaveBeenCalled();
});
