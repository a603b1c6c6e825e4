import { Dexie } from 'dexie';
import { DexieStore } from './dexieStore.ts';
import { BlockedError, NewerVersionError, UnavailableError, type StoreError } from './errors.ts';
import { migrateRows, migrations, recomputeTrials, type Migration } from './migrations.ts';
import { ParsedRepository } from './parsedRepository.ts';
import type { Repository } from './repository.ts';

/** The name of the database in the browser. */
export const DATABASE_NAME = 'trajectory2task';

export interface OpenOptions {
  readonly indexedDB: IDBFactory | undefined;
  readonly IDBKeyRange: typeof globalThis.IDBKeyRange | undefined;
  readonly name?: string;
  /**
   * Called when the open database is taken away (a newer build upgrades it, or someone deletes it), and whenever a
   * write finds it full. Whoever asked is told as well.
   */
  readonly onTrouble?: (error: StoreError) => void;
  /** How long other tabs may take to let go before {@link BlockedError}. */
  readonly patienceMs?: number;
  /** Only tests pass others. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the workspaces of this browser, bringing older data up to date first.
 * Rejects with {@link NewerVersionError} (and leaves everything untouched) when a newer build wrote the data,
 * {@link BlockedError} when another tab holds an older version open, `QuotaError` when the upgrade has no room,
 * {@link UnavailableError} when there is no usable storage: then `memoryRepository()` is the way to go on.
 */
export async function openRepository(options: OpenOptions): Promise<Repository> {
  return new ParsedRepository(await openStore(options));
}

/** The raw store under {@link openRepository}; tests use it to look at rows as they lie there. */
export async function openStore(options: OpenOptions): Promise<DexieStore> {
  const { indexedDB, IDBKeyRange, name = DATABASE_NAME } = options;
  if (indexedDB === undefined || IDBKeyRange === undefined)
    throw new UnavailableError('this browser has no IndexedDB, or forbids it here');
  const steps = options.migrations ?? migrations;
  const db = new Dexie(name, {
    indexedDB: onlyAtVersion(indexedDB, name, nativeVersion(steps)),
    IDBKeyRange,
    cache: 'disabled',
  });
  declare(db, steps);
  const store = new DexieStore(db, steps.length, options.onTrouble);
  try {
    await opened(db, options.patienceMs ?? 3000);
  } catch (error) {
    store.close();
    throw (await newerVersion(indexedDB, name, steps.length, error)) ?? store.explained(error);
  }
  return store;
}

/** Dexie counts versions in tenths. */
function nativeVersion(steps: readonly Migration[]): number {
  return steps.length * 10;
}

function declare(db: Dexie, steps: readonly Migration[]): void {
  for (const step of steps) {
    const version = db.version(step.version).stores({ ...step.tables });
    const last = step.version === steps.length;
    version.upgrade(async (transaction) => {
      await migrateRows(step, transaction);
      if (last) await recomputeTrials(transaction);
    });
  }
}

/**
 * Left alone, Dexie opens a database of a newer version as it is, and "repairs" one whose tables differ by raising
 * its version. Either could write where an older build must not, so no other version than ours can be opened.
 */
function onlyAtVersion(factory: IDBFactory, ours: string, version: number): IDBFactory {
  return {
    open(name: string, asked?: number) {
      if (name === ours && asked !== version) throw new NewerVersionError((asked ?? 0) / 10, version / 10);
      return factory.open(name, asked);
    },
    deleteDatabase: (name: string) => factory.deleteDatabase(name),
    cmp: (a: unknown, b: unknown) => factory.cmp(a, b),
    databases: () => factory.databases(),
  };
}

/** Opens, or gives up when other tabs do not let go. */
async function opened(db: Dexie, patienceMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const blocked = new Promise<never>((_, reject) => {
    db.on('blocked', () => {
      timer ??= setTimeout(() => reject(new BlockedError()), patienceMs);
    });
  });
  try {
    await Promise.race([db.open(), blocked]);
  } finally {
    clearTimeout(timer);
  }
}

/** When opening failed because the data is newer: the error that says so, with the version found. */
async function newerVersion(
  factory: IDBFactory,
  name: string,
  known: number,
  error: unknown,
): Promise<NewerVersionError | undefined> {
  const { name: kind } = error instanceof Error ? error : { name: '' };
  if (!['VersionError', 'NewerVersionError', 'OpenFailedError'].includes(kind)) return undefined;
  const found = await installedVersion(factory, name);
  return found > known ? new NewerVersionError(found, known) : undefined;
}

/** The version of a database as it lies there; 0 when there is none. Opens it without asking for a version. */
function installedVersion(factory: IDBFactory, name: string): Promise<number> {
  return new Promise((resolve) => {
    const request = factory.open(name);
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = (event) => {
      event.preventDefault();
      resolve(0);
    };
    request.onsuccess = () => {
      const version = request.result.version / 10;
      request.result.close();
      resolve(version);
    };
  });
}
