import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { expect, test } from 'vitest';
import { turnLog } from './turnLog.ts';

const at = { workspace: 'w', run: 'r', rollout: 'a' };

test('what was said in rollouts under way outlives a page, in order and by rollout', async () => {
  const indexedDB = new IDBFactory();
  const open = () => turnLog({ indexedDB, IDBKeyRange, now: () => 1000 });
  const log = open();
  for (let i = 0; i < 12; i += 1) await log.add(at, i, { i });
  await log.add({ ...at, rollout: 'b' }, 0, 'b0');
  await log.add({ ...at, run: 'other' }, 0, 'x');
  const found = await open().read('w', 'r');
  expect([...found.keys()]).toEqual(['a', 'b']);
  expect(found.get('a')).toEqual(Array.from({ length: 12 }, (_, i) => ({ i })));
  // Another course of the same rollout.
  await log.add(at, 3, 'new');
  expect((await open().read('w', 'r')).get('a')).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }, 'new']);
  await log.drop(at);
  expect([...(await open().read('w', 'r')).keys()]).toEqual(['b']);
  await log.clear('w', 'r');
  expect((await open().read('w', 'r')).size).toBe(0);
  expect((await open().read('w', 'other')).size).toBe(1);
  await log.add({ ...at, workspace: 'w2' }, 0, 'kept');
  await log.clear('w');
  expect((await open().read('w', 'other')).size).toBe(0);
  expect((await open().read('w2', 'r')).size).toBe(1);
});

test('what nobody came back for goes after two weeks', async () => {
  const indexedDB = new IDBFactory();
  const later = 15 * 24 * 60 * 60_000;
  await turnLog({ indexedDB, IDBKeyRange, now: () => 0 }).add(at, 0, 'old');
  const log = turnLog({ indexedDB, IDBKeyRange, now: () => later });
  await log.add({ ...at, rollout: 'b' }, 0, 'new');
  expect([...(await log.read('w', 'r')).keys()]).toEqual(['b']);
});

test('without storage nothing is kept, and nothing fails', async () => {
  const log = turnLog({ indexedDB: undefined, IDBKeyRange: undefined, now: () => 0 });
  await log.add(at, 0, 'x');
  expect((await log.read('w', 'r')).size).toBe(0);
});
