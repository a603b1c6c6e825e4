import { expect, test } from 'vitest';
import { capabilities, type BrowserParts, type Capability } from './capabilities.ts';
import { diagnosticsText } from './diagnostics.ts';

const nothing: BrowserParts = {
  gpu: undefined,
  storage: undefined,
  locks: undefined,
  indexedDB: undefined,
  worker: undefined,
  isolated: false,
  online: false,
  cores: 2,
  memory: undefined,
};

const stateOf = (found: readonly Capability[]) =>
  Object.fromEntries(found.map(({ id, state }) => [id, state]));

function adapter(features: readonly string[]): GPUAdapter {
  return {
    features: new Set(features),
    limits: { maxBufferSize: 2_000_000_000, maxStorageBufferBindingSize: 128_000_000 },
    info: { vendor: 'acme', architecture: 'gen-2' },
  } as unknown as GPUAdapter;
}

test('a browser that can do nothing says so, with what to do about it', async () => {
  const found = await capabilities(nothing);
  expect(stateOf(found)).toEqual({
    webgpu: 'no',
    f16: 'no',
    indexeddb: 'no',
    quota: 'unknown',
    locks: 'no',
    workers: 'no',
    isolated: 'no',
    network: 'no',
  });
  for (const { id, remedy } of found)
    if (!['f16', 'quota', 'network'].includes(id)) expect(remedy, id).not.toBeNull();
});

test.each([
  [[], 'no'],
  [['shader-f16'], 'yes'],
])('with an adapter of features %j half precision is %s', async (features, f16) => {
  const gpu = { requestAdapter: () => Promise.resolve(adapter(features)) };
  const found = await capabilities({ ...nothing, gpu, locks: {}, worker: {}, indexedDB: {}, isolated: true });
  expect(stateOf(found)).toMatchObject({ webgpu: 'yes', f16, locks: 'yes', workers: 'yes', isolated: 'yes' });
  expect(found[0]?.detail).toBe('acme gen-2: buffers up to 2 GB, bound up to 128 MB.');
});

test('no adapter and a failing question are told apart', async () => {
  const none = await capabilities({ ...nothing, gpu: { requestAdapter: () => Promise.resolve(null) } });
  expect(none[0]).toMatchObject({
    state: 'no',
    detail: expect.stringContaining('no graphics adapter') as string,
  });
  const failing = { requestAdapter: () => Promise.reject(new Error('lost')) };
  const broken = await capabilities({ ...nothing, gpu: failing });
  expect(broken[0]).toMatchObject({ state: 'unknown', detail: 'lost' });
});

test('diagnostics are about the build and the browser, line by line', async () => {
  const text = diagnosticsText({
    build: '0.1.0 (1a2b3c4)',
    schema: 3,
    userAgent: 'Browser 1',
    window: { width: 1440, height: 900, ratio: 2 },
    theme: 'dark',
    reducedMotion: true,
    singleKeys: false,
    domains: ['retail', 'library'],
    capabilities: await capabilities(nothing),
  });
  expect(text.split('\n').slice(0, 7)).toEqual([
    'Build: 0.1.0 (1a2b3c4), stored shapes version 3',
    'Browser: Browser 1',
    'Window: 1440 × 900 at 2',
    'Theme: dark, reduced motion',
    'Single-key commands: off',
    'Domains: retail, library',
    'Models: of providers and servers that a person sets up; none in the tab',
  ]);
  expect(text).toContain('Web Locks: no. Two tabs could work on one run unnoticed.');
});
