import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask, ModelError } from '#core/model/index.ts';
import { TabEngineError, type LoadedModel, type TabEngine, type TabModelSpec } from '../models/tab/engine.ts';
import { request } from '../testing/modelContract.ts';
import { pipe } from '../testing/pipe.ts';
import { scripted, type Script } from '../testing/scriptedModel.ts';
import type { WorkerPort } from './port.ts';
import { serveTab } from './serveTab.ts';
import { TabDesk } from './tabDesk.ts';

const spec = (name = 'tiny'): TabModelSpec => ({
  id: `wllama/${name}`,
  engine: 'wllama',
  title: name,
  source: { from: 'url', url: `https://models.example/${name}.gguf` },
  contextTokens: 2048,
  library: null,
});
const never = new AbortController().signal;
const nothing = () => undefined;

interface FakeEngine extends TabEngine {
  readonly unloaded: readonly string[];
  lose: (error: TabEngineError) => void;
}

/** An engine whose models say what the script says. */
function fakeEngine(script: Script, load?: (signal: AbortSignal) => Promise<void>): FakeEngine {
  const unloaded: string[] = [];
  const engine: FakeEngine = {
    id: 'wllama',
    unloaded,
    lose: nothing,
    async load(wanted, onprogress, signal) {
      onprogress({ stage: 'download', loadedBytes: 5, totalBytes: 10 });
      await load?.(signal);
      const lost = new Promise<TabEngineError>((resolve) => (engine.lose = resolve));
      const model: LoadedModel = {
        model: { ...scripted(script), id: wanted.id, title: wanted.title, toolMethod: 'grammar' },
        lost,
        unload: () => {
          unloaded.push(wanted.title);
          return Promise.resolve();
        },
      };
      return model;
    },
    cached: () => Promise.resolve([{ url: 'https://models.example/tiny.gguf', bytes: 7 }]),
    delete: (url) =>
      url === '' ? Promise.reject(new TabEngineError('storage', 'No.', 'Yes.')) : Promise.resolve(),
  };
  return engine;
}

function setup(script: Script = [{ text: 'Hello there.' }], load?: (signal: AbortSignal) => Promise<void>) {
  const engines: FakeEngine[] = [];
  const ports: { die: (why: string) => void; ended: boolean }[] = [];
  const desk = new TabDesk(() => {
    const engine = fakeEngine(script, load);
    engines.push(engine);
    let fail: (error: unknown) => void = nothing;
    const port = pipe((parent) => serveTab(parent, engine));
    const state = { die: (why: string) => fail(new Error(why)), ended: false };
    ports.push(state);
    return {
      ...port,
      onError: (listener) => (fail = listener),
      terminate: () => {
        state.ended = true;
        return port.terminate();
      },
    } satisfies WorkerPort;
  });
  return { desk, engines, ports };
}

describe('a desk of models in the tab', () => {
  it('loads a model, tells its progress, and asks it', async () => {
    const { desk } = setup();
    const heard: unknown[] = [];
    const { model } = await desk.load(spec(), (progress) => heard.push(progress), never);
    expect(heard).toEqual([{ stage: 'download', loadedBytes: 5, totalBytes: 10 }]);
    expect(model).toMatchObject({ id: 'wllama/tiny', title: 'tiny', toolMethod: 'grammar' });
    const parts: string[] = [];
    const reply = await ask(model, request(), undefined, (event) => parts.push(event.type));
    expect(reply.text).toBe('Hello there.');
    expect(parts).toEqual(['text-delta', 'text-delta', 'end']);
  });

  it('hands on words that come close together as one', async () => {
    const { desk } = setup([{ text: 'a b c d e', reasoning: 'Hm.' }]);
    const { model } = await desk.load(spec(), nothing, never);
    const heard: string[] = [];
    await ask(model, request(), undefined, (event) => {
      if ('text' in event) heard.push(`${event.type}: ${event.text}`);
    });
    expect(heard).toEqual(['reasoning-delta: Hm.', 'text-delta: a b c d e']);
  });

  it('lists and deletes what is kept, and passes on why it cannot', async () => {
    const { desk } = setup();
    expect(await desk.cached()).toEqual([{ url: 'https://models.example/tiny.gguf', bytes: 7 }]);
    await desk.delete('https://models.example/tiny.gguf');
    const failed = await desk.delete('').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(TabEngineError);
    expect(failed).toMatchObject({ failure: 'storage', next: 'Yes.', message: 'No. Yes.' });
  });

  it('has one model at a time: the one before is unloaded and cannot be asked', async () => {
    const { desk, engines } = setup();
    const first = await desk.load(spec('first'), nothing, never);
    const second = await desk.load(spec('second'), nothing, never);
    expect(engines[0]?.unloaded).toEqual(['first']);
    await expect(ask(first.model, request())).rejects.toMatchObject({ kind: 'device' });
    expect((await first.lost).message).toContain('no longer in memory');
    expect((await ask(second.model, request())).text).toBe('Hello there.');
    await second.unload();
    await second.unload();
    expect(engines[0]?.unloaded).toEqual(['first', 'second']);
    await expect(ask(second.model, request())).rejects.toThrow(ModelError);
  });

  it('ends what waits when its worker dies, and starts anew', async () => {
    const { desk, engines, ports } = setup([{ text: 'a b c d' }]);
    const { model, lost } = await desk.load(spec(), nothing, never);
    const asked = ask(model, request(), undefined, () => ports[0]?.die('out of memory'));
    await expect(asked).rejects.toMatchObject({ name: 'ModelError', kind: 'device' });
    expect(await lost).toMatchObject({ name: 'TabEngineError', failure: 'lost' });
    expect(ports[0]?.ended).toBe(true);
    const again = await desk.load(spec(), nothing, never);
    expect(engines).toHaveLength(2);
    expect((await ask(again.model, request())).text).toBe('a b c d');
  });

  it('fails a load whose worker dies', async () => {
    const { desk, ports } = setup([], () => new Promise(nothing));
    const loading = desk.load(spec(), () => ports[0]?.die('gone'), never);
    await expect(loading).rejects.toMatchObject({ name: 'TabEngineError', failure: 'lost' });
  });

  it('tells when the engine itself loses the model', async () => {
    const { desk, engines } = setup();
    const { model, lost } = await desk.load(spec(), nothing, never);
    engines[0]?.lose(new TabEngineError('lost', 'The device is gone.', 'Load it again.'));
    expect(await lost).toMatchObject({ failure: 'lost', next: 'Load it again.' });
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'device' });
  });

  it('stops a reply at once, with the reason', async () => {
    const { desk } = setup([{ text: 'a b c d e f' }, { text: 'again' }]);
    const { model } = await desk.load(spec(), nothing, never);
    const abort = new AbortController();
    await expect(ask(model, request(), abort.signal, () => abort.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    expect((await ask(model, request())).text).toBe('again');
  });
});

describe('a load that is cancelled', () => {
  afterEach(() => vi.useRealTimers());
  const stoppable = (signal: AbortSignal) =>
    new Promise<void>((_, reject) =>
      signal.addEventListener('abort', () => reject(new Error('stopped inside')), { once: true }),
    );

  it('rejects at once with the reason, and leaves the worker free', async () => {
    let loads = 0;
    const { desk, engines } = setup([{ text: 'Here.' }], (signal) =>
      (loads += 1) === 1 ? stoppable(signal) : Promise.resolve(),
    );
    const abort = new AbortController();
    const loading = desk.load(spec(), () => abort.abort(new Error('changed my mind')), abort.signal);
    await expect(loading).rejects.toThrow('changed my mind');
    const { model } = await desk.load(spec(), nothing, never);
    expect((await ask(model, request())).text).toBe('Here.');
    expect(engines).toHaveLength(1);
  });

  it('ends a worker that does not leave it', async () => {
    vi.useFakeTimers();
    const { desk, engines, ports } = setup([{ text: 'Here.' }], () =>
      engines.length === 1 ? new Promise<void>(nothing) : Promise.resolve(),
    );
    const abort = new AbortController();
    const loading = desk.load(spec(), () => abort.abort(), abort.signal);
    await expect(loading).rejects.toThrow();
    const next = desk.load(spec(), nothing, never);
    next.catch(nothing);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ports[0]?.ended).toBe(true);
    await expect(next).rejects.toMatchObject({ failure: 'lost' });
    expect((await desk.load(spec(), nothing, never)).model.title).toBe('tiny');
  });

  it('does not touch a model whose signal fires later', async () => {
    const { desk } = setup();
    const abort = new AbortController();
    const { model } = await desk.load(spec(), nothing, abort.signal);
    abort.abort();
    expect((await ask(model, request())).text).toBe('Hello there.');
  });
});
