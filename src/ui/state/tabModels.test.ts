import { describe, expect, it } from 'vitest';
import { ask, ModelError, type LanguageModel } from '#core/model/index.ts';
import { NOTHING, type Spent } from '../../models/index.ts';
import { TabEngineError, type TabEngine } from '../../models/tab/engine.ts';
import { appServices } from '../../testing/appServices.ts';
import { request } from '../../testing/modelContract.ts';
import { pipe } from '../../testing/pipe.ts';
import { tinyTabModel as spec } from '../../testing/tabModel.ts';
import { scripted, type Script } from '../../testing/scriptedModel.ts';
import { serveTab } from '../../workers/serveTab.ts';
import { TabDesk } from '../../workers/tabDesk.ts';
import type { OpenModels } from '../../workers/modelDesk.ts';
import type { ModelPlan } from './modelPlan.ts';
import { openModels } from './openModels.ts';
import { TabModels } from './tabModels.svelte.ts';

interface Options {
  readonly script?: Script;
  readonly load?: Parameters<TabEngine['load']> extends [unknown, infer P, infer S]
    ? (onprogress: P, signal: S) => Promise<void>
    : never;
}

async function setup({ script = () => ({ text: 'Hello there.' }), load }: Options = {}) {
  const kept = new Set<string>();
  let lose: (error: TabEngineError) => void = () => undefined;
  const engine: TabEngine = {
    id: 'wllama',
    load: async (wanted, onprogress, signal) => {
      await load?.(onprogress, signal);
      if (wanted.source.from === 'url') kept.add(wanted.source.url);
      const lost = new Promise<TabEngineError>((resolve) => (lose = resolve));
      const model = { ...scripted(script), id: wanted.id, title: wanted.title };
      return { model, lost, unload: () => Promise.resolve() };
    },
    cached: () => Promise.resolve([...kept].map((url) => ({ url, bytes: 10, isPartial: false }))),
    delete: (url) => {
      kept.delete(url);
      return Promise.resolve();
    },
  };
  const desk = new TabDesk(() => pipe((port) => serveTab(port, engine)));
  const services = appServices({
    tabDesk: (id) => (id === 'wllama' ? Promise.resolve(desk) : Promise.reject(new TypeError('no engine'))),
  });
  const said: string[] = [];
  let now = 0;
  const make = () => new TabModels({ services, now: () => (now += 1000), tell: (text) => said.push(text) });
  const tab = make();
  await tab.start();
  return { tab, make, said, lose: (error: TabEngineError) => lose(error) };
}

describe('models in the tab', () => {
  it('offers what is loaded, until it is unloaded', async () => {
    const { tab } = await setup();
    expect(tab.offered).toEqual([]);
    expect(tab.missing(spec.id)).toContain('is not loaded');
    await tab.load(spec);
    expect(tab.offered).toEqual(['wllama/tiny']);
    expect(tab.missing(spec.id)).toBeNull();
    expect(tab.cached.map(({ url }) => url)).toEqual(['https://models.example/tiny.gguf']);
    expect((await ask(tab.open(spec.id), request())).text).toBe('Hello there.');
    await tab.unload();
    expect(tab.offered).toEqual([]);
    expect(() => tab.open(spec.id)).toThrow('Load it in Settings');
  });

  it('tells bytes and their rate', async () => {
    const heard: unknown[] = [];
    const { tab } = await setup({
      load: async (onprogress) => {
        for (const loadedBytes of [0, 5000, 10_000]) {
          onprogress({ stage: 'download', loadedBytes, totalBytes: 20_000 });
          await new Promise((resolve) => setTimeout(resolve));
          heard.push(tab.loading);
        }
      },
    });
    await tab.load(spec);
    expect(heard).toMatchObject([
      { rate: null },
      { rate: 5000 },
      { rate: 5000, progress: { loadedBytes: 10_000, totalBytes: 20_000 } },
    ]);
    expect(tab.loading).toBeNull();
  });

  it('leaves nothing behind of a load that is cancelled', async () => {
    const { tab } = await setup({
      load: (onprogress, signal) =>
        new Promise((_, reject) => {
          onprogress({ stage: 'prepare', loadedBytes: null, totalBytes: null });
          signal.addEventListener('abort', () => reject(new DOMException('Cancelled.', 'AbortError')));
          setTimeout(() => tab.cancel());
        }),
    });
    await tab.load(spec);
    expect([tab.loading, tab.loaded, tab.problem]).toEqual([null, null, null]);
  });

  it('says what failed and what to do next', async () => {
    const { tab } = await setup({
      load: () => Promise.reject(new TabEngineError('memory', 'Not enough memory.', 'Choose a smaller one.')),
    });
    await tab.load(spec);
    expect(tab.problem).toEqual({ id: spec.id, what: 'Not enough memory.', next: 'Choose a smaller one.' });
    tab.dismissProblem();
    expect(tab.problem).toBeNull();
  });

  it('tells when the model is gone', async () => {
    const { tab, said, lose } = await setup();
    await tab.load(spec);
    lose(new TabEngineError('lost', 'The device is gone.', 'Load it again.'));
    await expect.poll(() => tab.loaded).toBeNull();
    expect(tab.problem).toMatchObject({ what: 'The device is gone.', next: 'Load it again.' });
    expect(said.join()).toContain('tiny.gguf is no longer in memory');
  });

  it('deletes files, and takes the model out of memory with them', async () => {
    const { tab } = await setup();
    await tab.load(spec);
    await tab.delete('wllama', spec.id, 'https://models.example/tiny.gguf');
    expect(tab.loaded).toBeNull();
    expect(tab.cached).toEqual([]);
  });

  it('remembers models that were added by their addresses', async () => {
    const { tab, make } = await setup();
    const own = {
      id: 'wllama/a',
      engine: 'wllama',
      title: 'a',
      url: 'https://a.example/a.gguf',
      library: null,
      sha256: null,
      record: null,
    } as const;
    await tab.add([own]);
    await tab.add([{ ...own, title: 'again' }]);
    const again = make();
    await again.start();
    expect(again.own).toEqual([{ ...own, title: 'again' }]);
    await again.add([{ ...own, id: 'wllama/b' }], own.id);
    expect(again.own.map(({ id }) => id)).toEqual(['wllama/b']);
    await again.remove('wllama/b');
    expect(again.own).toEqual([]);
  });
});

describe('a run with models here and elsewhere', () => {
  const plan: ModelPlan = {
    user: null,
    atOnce: 4,
    limits: { calls: 3, tokens: null, dollars: null },
    spent: NOTHING,
  };

  it('counts all of them against one limit, and does one rollout at a time', async () => {
    const { tab } = await setup();
    await tab.load(spec);
    let tell: (spent: Spent) => void = () => undefined;
    const hosted: LanguageModel = { ...scripted(() => ({ text: 'Hi.' })), id: 'openai/x' };
    const open = (
      _: readonly string[],
      __: ModelPlan,
      onspent: (spent: Spent) => void,
    ): Promise<OpenModels> => {
      tell = onspent;
      return Promise.resolve({ models: [hosted], close: () => undefined });
    };
    const heard: Spent[] = [];
    const opened = await openModels({ open }, tab, ['openai/x', spec.id], plan, (spent) => heard.push(spent));
    expect(opened.atOnce).toBe(1);
    expect(opened.models.map(({ id }) => id).sort()).toEqual(['openai/x', 'wllama/tiny']);
    const here = opened.models.find(({ id }) => id === spec.id);
    if (here === undefined) throw new Error('no model');
    await ask(here, request());
    tell({ ...NOTHING, calls: 2, prompt: 10, dollars: 0.1, unpriced: 1 });
    expect(heard.at(-1)).toMatchObject({ calls: 3, prompt: 110, dollars: 0.1, unpriced: 1 });
    await expect(ask(here, request())).rejects.toThrow(ModelError);
    await expect(ask(here, request())).rejects.toMatchObject({ kind: 'budget' });
  });

  it('does not open a model that is not loaded', async () => {
    const { tab } = await setup();
    const open = () => Promise.reject(new Error('not asked'));
    await expect(openModels({ open }, tab, [spec.id], plan, () => undefined)).rejects.toThrow('not loaded');
  });
});
