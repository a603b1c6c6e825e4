import { expect, it } from 'vitest';
import { memoryCaches } from '../../../testing/memoryCaches.ts';
import { WebllmFiles } from './files.ts';

const list = JSON.stringify({
  records: [
    { dataPath: 'params_shard_0.bin', nbytes: 5 },
    { dataPath: 'params_shard_1.bin', nbytes: 7 },
  ],
});
const files = [
  'mlc-chat-config.json',
  'tokenizer.json',
  'params_shard_0.bin',
  'params_shard_1.bin',
  'lib.wasm',
]
  .map((name) => new File(['{}'], name))
  .concat(new File([list], 'tensor-cache.json'));
const FOLDER = 'https://hub.example/a/model/resolve/main/';

async function partly() {
  const caches = memoryCaches();
  const model = await caches.open('webllm/model');
  await model.put(`${FOLDER}tensor-cache.json`, new Response(list));
  await model.put(`${FOLDER}params_shard_0.bin`, new Response('12345'));
  return { caches, model, kept: new WebllmFiles(caches) };
}

it('tells a model of which a part is here, and how much', async () => {
  const { model, kept } = await partly();
  const url = 'https://hub.example/a/model';
  expect(await kept.cached()).toEqual([{ url, bytes: 5, isPartial: true }]);
  await model.put(`${FOLDER}params_shard_1.bin`, new Response('1234567'));
  expect(await kept.cached()).toEqual([{ url, bytes: 12, isPartial: false }]);
  await kept.delete(url, null);
  expect(await kept.cached()).toEqual([]);
});

it('leaves nothing of chosen files behind: not of those that do not fit, nor of a tab that was closed', async () => {
  const { caches, kept } = await partly();
  const before = caches.addresses();
  const { url, library } = await kept.put('webllm/mine', files);
  expect(caches.addresses().length).toBe(before.length + files.length);
  // While they are being loaded, nobody else may take them for garbage.
  await kept.cached();
  expect(caches.addresses().length).toBe(before.length + files.length);
  await kept.delete(url, library);
  expect(caches.addresses()).toEqual(before);

  await kept.put('webllm/mine', files);
  await new WebllmFiles(caches).cached();
  expect(caches.addresses()).toEqual(before);
});

it('says that chosen files do not fit', async () => {
  const caches = memoryCaches();
  let room = 3;
  const small: CacheStorage = {
    ...caches,
    open: async (name) => {
      const cache = await caches.open(name);
      return {
        ...cache,
        put: (address, response) => {
          if ((room -= 1) < 0) throw new DOMException('Quota exceeded.', 'QuotaExceededError');
          return cache.put(address, response);
        },
      };
    },
  };
  const failed = await new WebllmFiles(small).put('webllm/mine', files).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: 'TabEngineError', failure: 'storage' });
  expect(caches.addresses()).toEqual([]);
});
