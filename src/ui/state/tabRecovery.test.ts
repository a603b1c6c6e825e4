/** A model in the tab that is lost in every way there is, and what becomes of who asked it. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask, ModelError, type ModelEvent } from '#core/model/index.ts';
import { TabEngineError, type LoadedModel, type TabEngine } from '../../models/tab/engine.ts';
import { replyFailure as webllmFailure } from '../../models/tab/webllm/failures.ts';
import { replyFailure as wllamaFailure } from '../../models/tab/wllama/failures.ts';
import { appServices } from '../../testing/appServices.ts';
import { named } from '../../testing/fakeWebllm.ts';
import { request } from '../../testing/modelContract.ts';
import { pipe } from '../../testing/pipe.ts';
import { tinyTabModel as spec } from '../../testing/tabModel.ts';
import { scripted } from '../../testing/scriptedModel.ts';
import type { WorkerPort } from '../../workers/port.ts';
import { serveTab } from '../../workers/serveTab.ts';
import { TabDesk } from '../../workers/tabDesk.ts';
import { TabModels } from './tabModels.svelte.ts';

/** What happens to one reply: it comes, it fails, or the model is lost in the middle of it. */
type Fate = 'ok' | Error | 'lost' | 'worker-dies' | 'worker-is-silent';

interface Options {
  /** In turn, over all loads; then all is well. */
  readonly fates: readonly Fate[];
  /** What a load fails with, by its number from 0. */
  readonly loadFailures?: Readonly<Record<number, Error>>;
}

async function setup({ fates, loadFailures = {} }: Options) {
  const left = [...fates];
  const counts = { loads: 0, workers: 0, ended: 0, asked: 0 };
  const said: string[] = [];
  const desk = new TabDesk((): WorkerPort => {
    counts.workers += 1;
    let fail: (error: unknown) => void = () => undefined;
    let isSilent = false;
    const engine: TabEngine = {
      id: 'wllama',
      async load(wanted) {
        const failure = loadFailures[counts.loads++];
        if (failure !== undefined) throw failure;
        let lose: (error: TabEngineError) => void = () => undefined;
        const lost = new Promise<TabEngineError>((resolve) => (lose = resolve));
        const model = scripted(() => ({ text: 'one two three' }));
        const loaded: LoadedModel = {
          lost,
          unload: () => Promise.resolve(),
          model: {
            ...model,
            id: wanted.id,
            async *stream(asked, signal) {
              const fate = left.shift() ?? 'ok';
              counts.asked += 1;
              let at = 0;
              for await (const event of model.stream(asked, signal)) {
                if (at++ === 1 && fate !== 'ok') {
                  if (fate instanceof Error) throw fate;
                  if (fate === 'lost')
                    lose(new TabEngineError('lost', 'The device is gone.', 'Load it again.'));
                  else if (fate === 'worker-dies') fail(new Error('out of memory'));
                  else isSilent = true;
                  await new Promise(() => undefined);
                }
                yield event;
              }
            },
          },
        };
        return Promise.resolve(loaded);
      },
      cached: () => Promise.resolve([]),
      delete: () => Promise.resolve(),
    };
    const port = pipe((parent) =>
      serveTab({ ...parent, post: (message) => (isSilent ? undefined : parent.post(message)) }, engine),
    );
    return {
      ...port,
      onError: (listener) => (fail = listener),
      terminate: () => {
        counts.ended += 1;
        return port.terminate();
      },
    };
  });
  const services = appServices({
    tabDesk: (id) => (id === 'wllama' ? Promise.resolve(desk) : Promise.reject(new TypeError('no engine'))),
  });
  const tab = new TabModels({ services, now: () => 0, tell: (text) => said.push(text) });
  await tab.start();
  await tab.load(spec);
  return { tab, counts, said };
}

/** Asks, and keeps what is told meanwhile; a retry makes all before it void. */
async function asked(tab: TabModels, model = tab.open(spec.id)) {
  const events: ModelEvent[] = [];
  const reply = await ask(model, request(), undefined, (event) => events.push(event));
  return { text: reply.text, retries: events.filter(({ type }) => type === 'retry').length };
}

const outOfMemory = wllamaFailure(new Error('RuntimeError: memory access out of bounds'), true);
const deviceLost = webllmFailure(named('DeviceLostError', 'The device was lost.'));

describe('a model that is lost in the middle of a reply', () => {
  it.each<[string, Fate]>([
    ['has no memory left', outOfMemory],
    ['loses its graphics device', deviceLost],
    ['says by itself that it is gone', 'lost'],
    ['dies with its worker', 'worker-dies'],
  ])('and %s is loaded again, and asked the same', async (_, fate) => {
    const { tab, counts, said } = await setup({ fates: ['ok', fate] });
    const model = tab.open(spec.id);
    expect(await asked(tab, model)).toEqual({ text: 'one two three', retries: 0 });
    expect(await asked(tab, model)).toEqual({ text: 'one two three', retries: 1 });
    expect(counts).toMatchObject({ loads: 2, asked: 3 });
    expect(tab.loaded?.spec.id).toBe(spec.id);
    expect(tab.problem).toBeNull();
    expect(tab.recovery).toMatchObject({ title: 'tiny.gguf', times: 1 });
    expect(said.join(' ')).toContain('is in memory again');
    tab.dismissRecovery();
    expect(tab.recovery).toBeNull();
  });

  it('and whose worker falls silent, after a while', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { tab, counts } = await setup({ fates: ['worker-is-silent'] });
    const waiting = asked(tab);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(counts.ended).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await waiting).toEqual({ text: 'one two three', retries: 1 });
    expect(counts).toMatchObject({ ended: 1, workers: 2 });
  });

  it('while nobody asks is loaded again by who comes next', async () => {
    const { tab, counts } = await setup({ fates: ['lost'] });
    const model = tab.open(spec.id);
    const abort = new AbortController();
    const events = model.stream(request(), abort.signal)[Symbol.asyncIterator]();
    await events.next();
    const rest = events.next();
    rest.catch(() => undefined);
    abort.abort(new Error('enough'));
    await expect(rest).rejects.toThrow('enough');
    await expect.poll(() => tab.loaded).toBeNull();
    expect(tab.problem?.what).toContain('The device is gone');
    expect(await asked(tab, model)).toEqual({ text: 'one two three', retries: 1 });
    expect(counts.loads).toBe(2);
  });

  it('is loaded twice in a row at most: the failure is then that of the model, for who asked', async () => {
    const { tab, counts } = await setup({ fates: [outOfMemory, outOfMemory, outOfMemory] });
    await expect(asked(tab)).rejects.toMatchObject({ name: 'ModelError', kind: 'device' });
    expect(counts).toMatchObject({ loads: 3, asked: 3 });
    expect(tab.recovery?.times).toBe(2);
  });

  it('and again and again is given up as well', async () => {
    const fates = Array.from({ length: 6 }, (): Fate[] => ['worker-dies', 'ok']).flat();
    const { tab, counts } = await setup({ fates });
    const model = tab.open(spec.id);
    for (let i = 0; i < 5; i += 1) expect((await asked(tab, model)).retries).toBe(1);
    await expect(asked(tab, model)).rejects.toBeInstanceOf(ModelError);
    expect(counts.loads).toBe(6);
  });

  it('and cannot be loaded again says both', async () => {
    const full = new TabEngineError('memory', 'There is not enough memory.', 'Choose a smaller one.');
    const { tab } = await setup({ fates: ['worker-dies'], loadFailures: { 1: full } });
    const failed = await asked(tab).catch((error: unknown) => error);
    expect(failed).toMatchObject({ kind: 'device', next: 'Choose a smaller one.' });
    expect(String(failed)).toMatch(/out of memory.*There is not enough memory/);
    expect(tab.loaded).toBeNull();
    expect(tab.problem?.what).toBe('There is not enough memory.');
  });

  it('is not loaded again when somebody took it away', async () => {
    const { tab, counts } = await setup({ fates: [] });
    const model = tab.open(spec.id);
    await tab.unload();
    await expect(asked(tab, model)).rejects.toMatchObject({ kind: 'device' });
    expect(counts.loads).toBe(1);
  });

  it('is loaded once for all who asked it', async () => {
    const { tab, counts } = await setup({ fates: ['worker-dies'] });
    const model = tab.open(spec.id);
    const all = await Promise.all([asked(tab, model), asked(tab, model), asked(tab, model)]);
    expect(all.map(({ text }) => text)).toEqual(Array(3).fill('one two three'));
    expect(counts.loads).toBe(2);
  });

  it('passes on what is no loss', async () => {
    const long = wllamaFailure(new Error('the request exceeds the available context size'), true);
    const { tab, counts } = await setup({ fates: [long] });
    await expect(asked(tab)).rejects.toMatchObject({ kind: 'context' });
    expect(counts.loads).toBe(1);
  });
});
