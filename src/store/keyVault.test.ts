import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, it } from 'vitest';
import { sealedRecord } from './keyVault.ts';

const record = (first: number) => ({ iv: new Uint8Array([first, 2, 3]), ciphertext: new Uint8Array([9]) });

it('keeps one record, which nobody overwrites who has not seen it, and leaves nothing behind', async () => {
  const indexedDB = new IDBFactory();
  const [here, otherTab] = [
    sealedRecord({ indexedDB, IDBKeyRange }),
    sealedRecord({ indexedDB, IDBKeyRange }),
  ];
  expect(await here.read()).toBeUndefined();
  expect(await indexedDB.databases()).toEqual([]);
  expect(await here.replace(null, record(1))).toBe(true);
  expect(await otherTab.replace(null, record(2))).toBe(false);
  expect(await otherTab.read()).toEqual(record(1));
  expect(await otherTab.replace(record(1).iv, record(2))).toBe(true);
  expect(await here.replace(record(1).iv, record(3))).toBe(false);
  expect(await here.read()).toEqual(record(2));
  await here.delete();
  expect(await otherTab.read()).toBeUndefined();
  expect(await indexedDB.databases()).toEqual([]);
  await here.delete();
});

it('says that there is no storage', async () => {
  const none = sealedRecord({ indexedDB: undefined, IDBKeyRange: undefined });
  expect(await none.read()).toBeUndefined();
  await expect(none.replace(null, record(1))).rejects.toMatchObject({ name: 'UnavailableError' });
});
