import { describe, expect, it } from 'vitest';
import { ask } from '#core/model/index.ts';
import { fakeWebllm, named, type FakeWebllmInput } from '../../../testing/fakeWebllm.ts';
import { memoryCaches } from '../../../testing/memoryCaches.ts';
import { request } from '../../../testing/modelContract.ts';
import { systemClock } from '../../clock.ts';
import type { LoadProgress, TabModelSpec } from '../engine.ts';
import { webllmTabEngine, type Gpu } from './engine.ts';
import { WebllmFiles } from './files.ts';

const BASE = 'https://huggingface.co/mlc-ai/Small-q4f32_1-MLC';
const record = {
  model: BASE,
  model_id: 'Small-q4f32_1-MLC',
  model_lib: 'https://raw.githubusercontent.com/libs/Small.wasm',
  overrides: { context_window_size: 4096 },
};
const spec = (change: Partial<TabModelSpec> = {}): TabModelSpec => ({
  id: 'webllm/Small-q4f32_1-MLC',
  engine: 'webllm',
  title: 'Small',
  source: { from: 'url', url: BASE },
  contextTokens: 8192,
  library: null,
  ...change,
});
const gpu = (...features: string[]): Gpu => ({
  requestAdapter: () => Promise.resolve({ features: new Set(features) }),
});
const never = new AbortController().signal;

function setup(input: Partial<FakeWebllmInput> = {}, device: Gpu | null = gpu(), room: StorageEstimate = {}) {
  const caches = memoryCaches();
  const files = new WebllmFiles(caches);
  const webllm = fakeWebllm({ turns: [{ text: 'Hello.' }], prebuilt: [record], ...input });
  let imports = 0;
  const engine = webllmTabEngine({
    webllm: () => {
      imports += 1;
      return Promise.resolve(webllm);
    },
    gpu: device,
    files,
    estimate: () => Promise.resolve(room),
    clock: systemClock,
  });
  const load = (change?: Partial<TabModelSpec>, signal = never, told: LoadProgress[] = []) =>
    engine.load(spec(change), (progress) => told.push(progress), signal);
  return { engine, webllm, files, caches, load, imports: () => imports };
}

describe('loading', () => {
  it('takes a prebuilt model with the context that was asked for, and serves', async () => {
    const { load, webllm } = setup();
    const loaded = await load();
    const { model } = loaded;
    expect(webllm.configs[0]?.model_list).toEqual([
      { ...record, overrides: { context_window_size: 8192, sliding_window_size: -1 } },
    ]);
    expect(model).toMatchObject({
      id: 'webllm/Small-q4f32_1-MLC',
      toolMethod: 'grammar',
      contextTokens: 8192,
    });
    expect((await ask(model, request())).text).toBe('Hello.');
    await loaded.unload();
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'device' });
    expect(webllm.unloads).toBe(1);
  });

  it('ends the model before it', async () => {
    const { load, webllm } = setup();
    const first = await load();
    await load();
    expect(webllm.unloads).toBe(1);
    await first.unload();
    expect(webllm.unloads).toBe(1);
  });

  it('takes a model of somebody, by its address and that of its library', async () => {
    const { load, webllm } = setup();
    const source = { from: 'url', url: 'https://models.example.org/mine' } as const;
    await expect(load({ source })).rejects.toMatchObject({
      failure: 'file',
      next: expect.stringContaining('.wasm') as string,
    });
    await load({ source, library: 'https://models.example.org/mine.wasm' });
    expect(webllm.configs.at(-1)?.model_list[0]).toMatchObject({
      model: 'https://models.example.org/mine',
      model_lib: 'https://models.example.org/mine.wasm',
    });
  });

  it('takes files that a person chose, without a download, and keeps none of them', async () => {
    const { load, webllm, engine, files, caches } = setup({
      reload: async () => {
        const [kept] = await files.cached();
        expect(kept?.bytes).toBe(6);
        expect(await files.config(`${kept?.url ?? ''}/resolve/main/`)).toEqual({ context_window_size: 512 });
      },
    });
    const chosen = [
      new File(['{"context_window_size":512,"more":1}'], 'mlc-chat-config.json'),
      new File(['{"records":[{"dataPath":"params_shard_0.bin","nbytes":6}]}'], 'ndarray-cache.json'),
      new File(['{}'], 'tokenizer.json'),
      new File(['\0asm'], 'mine.wasm'),
    ];
    await expect(load({ source: { from: 'files', files: chosen } })).rejects.toThrow(
      /params_shard_0\.bin is not among the files/,
    );
    const files6 = [...chosen, new File(['abcdef'], 'params_shard_0.bin')];
    await load({ source: { from: 'files', files: files6 } });
    expect(webllm.configs.at(-1)?.model_list[0]?.model_lib).toMatch(/^https:\/\/.*\/mine\.wasm$/);
    expect(await engine.cached()).toEqual([]);
    expect(caches.addresses()).toEqual([]);
  });

  it('takes the record of a person as it is, with what it says of its window', async () => {
    const own = {
      ...{ model: 'https://models.example/m', model_id: 'm', model_lib: 'https://models.example/m.wasm' },
      ...{ overrides: { context_window_size: 1024, temperature: 0.5 }, vram_required_MB: 99 },
      ...{ integrity: { config: `sha256-${'A'.repeat(43)}=` }, required_features: ['subgroups'] },
    };
    const change = { id: 'webllm/m', source: { from: 'url', url: own.model }, record: own } as const;
    const { load, webllm } = setup({}, gpu('subgroups'));
    await load(change);
    expect(webllm.configs[0]?.model_list).toEqual([
      {
        ...own,
        model_id: 'webllm/m',
        overrides: { context_window_size: 1024, sliding_window_size: -1, temperature: 0.5 },
      },
    ]);
    await expect(setup().load(change)).rejects.toMatchObject({
      failure: 'no-gpu',
      message: expect.stringContaining('has no subgroups') as string,
    });
  });

  it('says before anything is downloaded that there is no room', async () => {
    const { load, caches, imports } = setup({}, gpu(), { quota: 1000e6, usage: 900e6 });
    await expect(load({ bytes: 150e6 })).rejects.toMatchObject({
      failure: 'storage',
      message: expect.stringContaining(
        'needs about 150 MB, and the browser gives this page 100 MB',
      ) as string,
    });
    expect(imports()).toBe(0);
    // What is here of it already needs no more room.
    const model = await caches.open('webllm/model');
    const folder = `${BASE}/resolve/main/`;
    const records = [{ dataPath: 'a.bin', nbytes: 100e6 }];
    await model.put(`${folder}tensor-cache.json`, new Response(JSON.stringify({ records })));
    await model.put(`${folder}a.bin`, new Response('x'));
    await load({ bytes: 150e6 });
  });

  it('tells how far it is, in bytes where they are known', async () => {
    const told: LoadProgress[] = [];
    const { load, files, caches } = setup({
      reload: async (report) => {
        report({ progress: 0, text: 'Start to fetch params' });
        await expect.poll(() => files.shards(`${BASE}/resolve/main/`)).not.toBeNull();
        await new Promise((resolve) => setTimeout(resolve, 5));
        report({
          progress: 0.5,
          text: 'Fetching param cache[1/2]: 1MB fetched. 50% completed, 3 secs elapsed.',
        });
        report({ progress: 1, text: 'Loading model from cache[2/2]: 1MB loaded.' });
        report({ progress: 0.1, text: 'Loading GPU shader modules[3/73]: 4% completed' });
      },
    });
    const shards = {
      records: [
        { dataPath: 'a.bin', nbytes: 800 },
        { dataPath: 'b.bin', nbytes: 200 },
      ],
    };
    await caches
      .open('webllm/model')
      .then((cache) =>
        cache.put(`${BASE}/resolve/main/tensor-cache.json`, new Response(JSON.stringify(shards))),
      );
    await load({}, never, told);
    expect(told).toEqual([
      { stage: 'download', loadedBytes: null, totalBytes: null },
      { stage: 'download', loadedBytes: 500, totalBytes: 1000 },
      { stage: 'prepare', loadedBytes: null, totalBytes: null },
      { stage: 'prepare', loadedBytes: null, totalBytes: null },
    ]);
  });

  it('is cancelled: it rejects with the reason although WebLLM says nothing, and frees what it had', async () => {
    const stop = new AbortController();
    const { load, webllm } = setup({
      reload: async (report, unloaded) => {
        report({ progress: 0, text: 'Start to fetch params' });
        stop.abort(new Error('changed my mind'));
        await unloaded;
      },
    });
    await expect(load({}, stop.signal)).rejects.toThrow('changed my mind');
    await expect.poll(() => webllm.unloads).toBe(2);
    const early = new AbortController();
    early.abort(new Error('never'));
    await expect(load({}, early.signal)).rejects.toThrow('never');
  });
});

it('tells that the model is lost when a reply shows it, and loads it again', async () => {
  const { load } = setup({
    turns: [named('DeviceLostError', 'The WebGPU device was lost.'), { text: 'Hello again.' }],
  });
  const first = await load();
  await expect(ask(first.model, request())).rejects.toMatchObject({ kind: 'device' });
  expect(await first.lost).toMatchObject({
    failure: 'lost',
    next: expect.stringContaining('Load it') as string,
  });
  const second = await load();
  expect((await ask(second.model, request())).text).toBe('Hello again.');
});

describe('what is missing is said before anything is downloaded', () => {
  it.each([
    ['no WebGPU', null, {}, 'no-gpu', /no WebGPU.*runs on the processor/],
    ['no adapter', { requestAdapter: () => Promise.resolve(null) }, {}, 'no-gpu', /no WebGPU/],
    [
      'no 16 bits',
      gpu(),
      { source: { from: 'url', url: 'https://huggingface.co/mlc-ai/Qwen3-0.6B-q4f16_1-MLC' } },
      'no-f16',
      /shader-f16.*q4f32/,
    ],
  ] as const)('%s', async (_, device, change, failure, words) => {
    const { load, imports } = setup({}, device);
    await expect(load(change)).rejects.toMatchObject({
      failure,
      message: expect.stringMatching(words) as string,
    });
    expect(imports()).toBe(0);
  });

  it('16 bits are there', async () => {
    const { load } = setup({}, gpu('shader-f16'));
    await expect(
      load({
        source: { from: 'url', url: 'https://x.example/q4f16_1' },
        library: 'https://x.example/a.wasm',
      }),
    ).resolves.toBeDefined();
  });
});

/** Some of the package's failures are no errors, only the words of one. */
const onlyWords = (words: string) => words as unknown as Error;

it.each([
  [named('DeviceLostError', 'The WebGPU device was lost while loading the model.'), 'memory', /smaller/],
  [onlyWords('DeviceLostError: The WebGPU device was lost while loading the model.'), 'memory', /smaller/],
  [new RangeError('Array buffer allocation failed'), 'memory', /smaller/],
  [new DOMException('The quota has been exceeded.', 'QuotaExceededError'), 'storage', /Delete models/],
  [new TypeError('Failed to fetch'), 'network', /Load again: what has arrived is kept/],
  [
    new TypeError("Failed to execute 'add' on 'Cache': Request failed"),
    'network',
    /what has arrived is kept/,
  ],
  [
    new WebAssembly.LinkError(
      'WebAssembly.instantiate(): Import #1 "env" "ResetThreadPool": function import requires a callable',
    ),
    'file',
    /does not fit this version of WebLLM/,
  ],
  [
    new SyntaxError('Unexpected token \'<\', "<!doctype "... is not valid JSON'),
    'file',
    /not those of a model/,
  ],
  [named('IntegrityError', 'Integrity verification failed'), 'file', /Delete the model/],
  [
    new Error('Cannot initialize runtime because of requested maxComputeWorkgroupStorageSize exceeds limit.'),
    'no-gpu',
    /too small/,
  ],
  [named('ShaderF16SupportError', 'This model requires WebGPU extension shader-f16'), 'no-f16', /q4f32/],
  [onlyWords('Something odd'), 'other', /could not load.*Something odd/],
])('a load that fails says what to do: %s', async (error, failure, words) => {
  const { load, webllm } = setup({
    reload: () => Promise.reject(error),
  });
  await expect(load()).rejects.toMatchObject({
    name: 'TabEngineError',
    failure,
    message: expect.stringMatching(words) as string,
  });
  await expect.poll(() => webllm.unloads).toBe(1);
});

it('finds kept models with their bytes, and deletes them', async () => {
  const { engine, caches } = setup();
  expect(await engine.cached()).toEqual([]);
  const model = await caches.open('webllm/model');
  const folder = `${BASE}/resolve/main/`;
  await model.put(
    `${folder}tensor-cache.json`,
    new Response('{"records":[{"dataPath":"a.bin","nbytes":8},{"dataPath":"b.bin","nbytes":2}]}'),
  );
  await model.put(`${folder}a.bin`, new Response('x'));
  expect(await engine.cached()).toEqual([{ url: BASE, bytes: 8, isPartial: true }]);
  await model.put(`${folder}b.bin`, new Response('x'));
  await (await caches.open('webllm/config')).put(`${folder}mlc-chat-config.json`, new Response('{}'));
  expect(await engine.cached()).toEqual([{ url: BASE, bytes: 10, isPartial: false }]);
  await engine.delete(BASE);
  expect(await engine.cached()).toEqual([]);
  expect(caches.addresses()).toEqual([]);
});
