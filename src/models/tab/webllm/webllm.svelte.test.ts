/** The real package in a real browser: without a graphics processor as far as that goes, and whole where files are given. */
import { expect, inject, test } from 'vitest';
import { ask, replySchema } from '#core/model/index.ts';
import { request, weatherTool } from '../../../testing/modelContract.ts';
import { webWorkerPort } from '../../../workers/port.ts';
import { TabDesk } from '../../../workers/tabDesk.ts';
import { systemClock } from '../../clock.ts';
import type { LoadProgress, TabModelSpec } from '../engine.ts';
import { importWebllm } from './api.ts';
import { webllmTabEngine } from './engine.ts';
import { WebllmFiles } from './files.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with the files of a model and their names; null where none is given. */
    webllmModel: { readonly dir: string; readonly files: readonly string[] } | null;
  }
}

const given = inject('webllmModel');
const never = new AbortController().signal;
const spec: TabModelSpec = {
  id: 'webllm/test',
  engine: 'webllm',
  title: 'Test',
  source: { from: 'url', url: `${location.origin}/no-such-model` },
  contextTokens: 512,
  library: `${location.origin}/no-such-library.wasm`,
};
const desk = () =>
  new TabDesk(() =>
    webWorkerPort(new Worker(new URL('../../../webllm.worker.ts', import.meta.url), { type: 'module' })),
  );

test.skipIf(given !== null)('a browser without a graphics processor is told so, by the worker', async () => {
  const engine = desk();
  await expect(engine.load(spec, () => undefined, never)).rejects.toMatchObject({
    name: 'TabEngineError',
    failure: 'no-gpu',
  });
  expect(await engine.cached()).toEqual([]);
});

test('files that are none of a model are told apart by the real package', async () => {
  const engine = webllmTabEngine({
    webllm: importWebllm,
    // What is asked before the package is loaded; it is not reached.
    gpu: { requestAdapter: () => Promise.resolve({ features: new Set<string>() }) },
    files: new WebllmFiles(caches),
    estimate: () => navigator.storage.estimate(),
    clock: systemClock,
  });
  const nowhere = { from: 'url', url: 'http://127.0.0.1:9/model' } as const;
  await expect(engine.load({ ...spec, source: nowhere }, () => undefined, never)).rejects.toMatchObject({
    failure: 'network',
    next: expect.stringContaining('Load again') as string,
  });
  // A development server answers any address with its page.
  await expect(engine.load(spec, () => undefined, never)).rejects.toMatchObject({
    failure: expect.stringMatching(/file|network/) as string,
  });
  await engine.delete(`${location.origin}/no-such-model`);
  expect(await engine.cached()).toEqual([]);
});

test.skipIf(given === null)(
  given === null
    ? 'a real model serves (skipped: WEBLLM_MODEL_DIR names no folder with its files)'
    : 'a real model loads, replies under a schema, stops and unloads',
  async () => {
    if (given === null) return;
    const files = await Promise.all(
      given.files.map(async (name) => {
        const response = await fetch(`/@fs${given.dir}/${name}`);
        return new File([await response.blob()], name);
      }),
    );
    const told: LoadProgress[] = [];
    const { model, unload } = await desk().load(
      { ...spec, source: { from: 'files', files }, library: null },
      (progress) => told.push(progress),
      never,
    );
    expect(told.length).toBeGreaterThan(0);
    const schema = { name: 'reply', schema: replySchema([weatherTool]) };
    const first = await ask(model, request({ schema, maxTokens: 24 }));
    expect(first.usage.prompt ?? 0).toBeGreaterThan(0);
    expect(first.text.trimStart()).toMatch(/^\{/);
    const stop = new AbortController();
    const stopped = ask(model, request({ maxTokens: 24 }), stop.signal, () =>
      stop.abort(new Error('stopped')),
    );
    await expect(stopped).rejects.toThrow('stopped');
    await unload();
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'device' });
  },
  60 * 60_000,
);
