import { afterEach, describe, expect, test } from 'vitest';
import type { Order } from '../testing/otherTab.worker.ts';
import { repositoryContract } from '../testing/repositoryContract.ts';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { openRepository, openStore } from './dexieRepository.ts';
import { BlockedError, NewerVersionError, QuotaError, UnavailableError } from './errors.ts';
import { runsAtWork, withRunLock } from './locks.ts';
import { CURRENT_VERSION, migrations, type Migration } from './migrations.ts';
import { ParsedRepository } from './parsedRepository.ts';
import { recoverInterrupted } from './recover.ts';
import { storageStatus } from './storage.ts';

const { indexedDB, IDBKeyRange } = globalThis;
const { signal } = new AbortController();
const later: readonly Migration[] = [
  ...migrations,
  { version: CURRENT_VERSION + 1, name: 'from the future', tables: {}, rows: {} },
];

/** A database of its own for every test, deleted after it. */
const used = new Set<string>();
const workers = new Set<Worker>();
function fresh(): string {
  const name = `test-${crypto.randomUUID()}`;
  used.add(name);
  return name;
}

afterEach(() => {
  for (const worker of workers) worker.terminate();
  workers.clear();
  for (const name of used) indexedDB.deleteDatabase(name);
  used.clear();
});

repositoryContract('IndexedDB', async () => {
  const raw = await openStore({ indexedDB, IDBKeyRange, name: fresh() });
  const repository = new ParsedRepository(raw);
  return { repository, raw, [Symbol.asyncDispose]: () => Promise.resolve(repository.close()) };
});

/** Opens a database natively, at a version, as another build of the page would. */
function openNative(name: string, version: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error(request.error?.message));
  });
}

/** Gives the other tab an order; resolves with its answer. */
function otherTab(order: Order): Promise<unknown> {
  const worker = new Worker(new URL('../testing/otherTab.worker.ts', import.meta.url), { type: 'module' });
  workers.add(worker);
  return new Promise((resolve, reject) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  });
}

describe('opening', () => {
  test('gives up on a tab that does not let go, and changes nothing', async () => {
    const name = fresh();
    const before = await openRepository({ indexedDB, IDBKeyRange, name });
    await before.put('runs', [runNamed('w', 'r')]);
    before.close();
    const stubborn = await openNative(name, CURRENT_VERSION * 10);
    const opening = openRepository({ indexedDB, IDBKeyRange, name, migrations: later, patienceMs: 50 });
    await expect(opening).rejects.toThrow(BlockedError);
    stubborn.close();
    const after = await openRepository({ indexedDB, IDBKeyRange, name, migrations: later });
    expect(await after.get('runs', 'w', 'r')).toEqual(runNamed('w', 'r'));
    after.close();
  });

  test('waits for a tab that lets go in time', async () => {
    const name = fresh();
    (await openRepository({ indexedDB, IDBKeyRange, name })).close();
    const slow = await openNative(name, CURRENT_VERSION * 10);
    const opening = openRepository({ indexedDB, IDBKeyRange, name, migrations: later, patienceMs: 5000 });
    setTimeout(() => slow.close(), 100);
    (await opening).close();
  });

  test('refuses a newer database and does not touch it', async () => {
    const name = fresh();
    (await openRepository({ indexedDB, IDBKeyRange, name, migrations: later })).close();
    const opening = openRepository({ indexedDB, IDBKeyRange, name });
    await expect(opening).rejects.toThrow(NewerVersionError);
    await expect(opening).rejects.toMatchObject({ found: CURRENT_VERSION + 1, known: CURRENT_VERSION });
    const found = (await indexedDB.databases()).find((database) => database.name === name);
    expect(found?.version).toBe((CURRENT_VERSION + 1) * 10);
  });

  test('gives way to a newer build, and to deletion, and says so', async () => {
    const name = fresh();
    const lost: unknown[] = [];
    const onTrouble = (error: unknown) => lost.push(error);
    const older = await openRepository({ indexedDB, IDBKeyRange, name, onTrouble });
    const newer = await openRepository({ indexedDB, IDBKeyRange, name, migrations: later, onTrouble });
    await expect(older.list('runs', { workspace: 'w' })).rejects.toThrow(NewerVersionError);
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onsuccess = resolve;
    });
    await expect(newer.list('runs', { workspace: 'w' })).rejects.toThrow(/deleted in another tab/);
    expect(lost).toMatchObject([{ name: 'NewerVersionError' }, { name: 'UnavailableError' }]);
  });

  test('says that there is no storage', async () => {
    await expect(openRepository({ indexedDB: undefined, IDBKeyRange })).rejects.toThrow(UnavailableError);
    const forbidden = {
      open: () => {
        throw new DOMException('denied by policy', 'SecurityError');
      },
      deleteDatabase: (name: string) => indexedDB.deleteDatabase(name),
      cmp: () => 0,
      databases: () => Promise.resolve([]),
    };
    const opening = openRepository({ indexedDB: forbidden, IDBKeyRange, name: fresh() });
    await expect(opening).rejects.toThrow(/cannot be used: .*denied by policy/);
  });
});

describe('two tabs', () => {
  test('see what the other wrote within a second', async () => {
    const name = fresh();
    const repository = await openRepository({ indexedDB, IDBKeyRange, name });
    const changed = new Promise((resolve) => repository.watch(['runs'], resolve));
    expect(await otherTab({ type: 'put-run', database: name, run: 'theirs' })).toBe('put');
    const late = new Promise((resolve) => setTimeout(resolve, 1000, 'late'));
    expect(await Promise.race([changed, late])).toEqual(['runs']);
    expect(await repository.get('runs', 'w', 'theirs')).toEqual(runNamed('w', 'theirs'));
    repository.close();
  });

  test('do not work on one run, and a tab that dies lets go', async () => {
    const run = crypto.randomUUID();
    const place = { workspace: 'w', id: run };
    const repository = await openRepository({ indexedDB, IDBKeyRange, name: fresh() });
    await repository.putWorkspace(workspaceNamed('w'));
    await repository.put('runs', [runNamed('w', run, { state: 'running' })]);
    expect(await otherTab({ type: 'hold-lock', workspace: 'w', run })).toBe('held');
    const here = await withRunLock(navigator.locks, place, signal, () => Promise.resolve('ran'));
    expect(here).toMatchObject({ status: 'elsewhere' });
    expect(await runsAtWork(navigator.locks)).toContainEqual(place);
    expect((await recoverInterrupted(repository, navigator.locks, NOW)).rows).toEqual([]);
    for (const worker of workers) worker.terminate();
    await expect.poll(() => runsAtWork(navigator.locks)).not.toContainEqual(place);
    expect((await recoverInterrupted(repository, navigator.locks, NOW)).rows).toMatchObject([{ id: run }]);
    repository.close();
  });
});

describe('room', () => {
  test('is told', async () => {
    const status = await storageStatus(navigator.storage);
    expect(status).toMatchObject({ known: true, warning: false });
  });

  test('a full browser keeps nothing of the write, and says what to do', async () => {
    const small = await smallStorage(200_000);
    const told: unknown[] = [];
    const onTrouble = (error: unknown) => told.push(error);
    const repository = await openRepository({ indexedDB: small, IDBKeyRange, name: 'small', onTrouble });
    await repository.put('runs', [runNamed('w', 'r')]);
    // Random, because the browser compresses what it stores.
    const noise = Array.from({ length: 200_000 }, () => crypto.randomUUID()).join('');
    const writing = repository.write({
      put: {
        runs: [runNamed('w', 'r', { title: 'Changed' })],
        settings: [{ workspace: 'w', id: 'large', value: noise }],
      },
    });
    await expect(writing).rejects.toThrow(QuotaError);
    await expect(writing).rejects.toThrow(/Export the workspace/);
    expect(told).toMatchObject([{ name: 'QuotaError' }]);
    expect((await repository.get('runs', 'w', 'r'))?.title).toBe('Run r');
    expect(await repository.count('settings', { workspace: 'w' })).toBe(0);
    repository.close();
  });
});

/** Chromium's storage buckets: an IndexedDB of its own, with a quota. TypeScript does not know them yet. */
interface BucketNavigator {
  readonly storageBuckets: {
    open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
  };
}

async function smallStorage(quota: number): Promise<IDBFactory> {
  const { storageBuckets } = navigator as Navigator & BucketNavigator;
  return (await storageBuckets.open(`small-${Date.now()}`, { quota })).indexedDB;
}

test('5,000 trials are listed at once', async () => {
  const repository = await openRepository({ indexedDB, IDBKeyRange, name: fresh() });
  const [sample] = rolloutsOf('w', 'r', 1);
  if (sample === undefined) throw new Error('expected a row');
  for (let start = 0; start < 5000; start += 500)
    await repository.put(
      'rollouts',
      Array.from({ length: 500 }, (_, index) => {
        const id = `t${start + index}/careful/0`;
        return { ...sample, id: `r/${id}`, rollout: { ...sample.rollout, id } };
      }),
    );
  const started = performance.now();
  const { rows } = await repository.list('trials', { workspace: 'w' });
  const took = performance.now() - started;
  console.info(`5,000 trials listed in ${Math.round(took)} ms`);
  expect(rows).toHaveLength(5000);
  // The promise is 200 ms; a busy test machine gets more.
  expect(took).toBeLessThan(1000);
  repository.close();
});
