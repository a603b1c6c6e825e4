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
  await log.drop(at, 3);
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

test('what comes at once is written in order, and all of it before anyone reads', async () => {
  const log = turnLog({ indexedDB: new IDBFactory(), IDBKeyRange, now: () => 0 });
  const b = { ...at, rollout: 'b' };
  const writes = [
    log.add(at, 0, 'a0'),
    log.add(b, 0, 'b0'),
    log.add(at, 1, 'a1'),
    log.add(at, 2, 'a2'),
    log.drop(at, 1),
    log.add(at, 1, 'new'),
    log.drop(b),
  ];
  expect(await log.read('w', 'r')).toEqual(new Map([['a', ['a0', 'new']]]));
  await Promise.all(writes);
  // One that is begun again while the end of the one before is written.
  const again = [log.drop(at), log.add(at, 0, 'again')];
  expect(await log.read('w', 'r')).toEqual(new Map([['a', ['again']]]));
  await Promise.all(again);
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
