import { Dexie, type Table } from 'dexie';
import { UnavailableError } from './errors.ts';

/** The one record: what it is, is nothing that this folder knows. */
interface Sealed {
  readonly iv: Uint8Array;
}

/** A database of its own: workspaces, backups and exports have nothing to do with it. */
const NAME = 'trajectory2task-keys';
/** Where the one record lies. */
const ONLY = 1;

/**
 * A place for one sealed record in this browser. Nothing is made before something is put there, and the database is
 * gone when the record is. All of it rejects with {@link UnavailableError} without storage.
 */
export function sealedRecord(options: {
  readonly indexedDB: IDBFactory | undefined;
  readonly IDBKeyRange: typeof globalThis.IDBKeyRange | undefined;
}) {
  /** Opened for each use: other tabs may delete it at any time. */
  async function within<T>(use: (table: Table<Sealed, number>, db: Dexie) => Promise<T>): Promise<T> {
    const { indexedDB, IDBKeyRange } = options;
    if (indexedDB === undefined || IDBKeyRange === undefined)
      throw new UnavailableError('this browser has no IndexedDB, or forbids it here');
    const db = new Dexie(NAME, { indexedDB, IDBKeyRange, cache: 'disabled' });
    db.version(1).stores({ sealed: '' });
    try {
      return await use(db.table('sealed'), db);
    } catch (error) {
      throw new UnavailableError(error instanceof Error ? error.message : String(error), error);
    } finally {
      db.close();
    }
  }
  return {
    /** Undefined when there is none. */
    async read(): Promise<unknown> {
      const known = (await options.indexedDB?.databases()) ?? [];
      if (!known.some(({ name }) => name === NAME)) return undefined;
      return within((table) => table.get(ONLY));
    },
    /** Puts a record in place of the one with this `iv`; of none for null. False when another lies there. */
    replace: (before: Uint8Array | null, next: Sealed): Promise<boolean> =>
      within((table, db) =>
        db.transaction('rw', table, async () => {
          const found = await table.get(ONLY);
          if (!sameBytes(found?.iv ?? null, before)) return false;
          await table.put(next, ONLY);
          return true;
        }),
      ),
    delete: (): Promise<void> => within((_, db) => db.delete()),
  };
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
