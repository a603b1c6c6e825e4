import type { Transaction } from 'dexie';
import { bulkPut, type DexieKey } from './bulkPut.ts';
import { parseRow } from './parse.ts';
import { allTables, trialOf, type AnyTable } from './rows.ts';

/** Changes one stored row of an older version: adds to it or takes from it, leaving alone what it does not know. */
type RowChange = (row: Stored) => Stored;
type Stored = Readonly<Record<string, unknown>>;

/**
 * One step of the stored shapes. Never edited once released: a new shape is a new migration. The same row changes
 * bring bundle files of older versions up to date, so they are pure functions of a row.
 */
export interface Migration {
  /** 1, 2, 3, ... without gaps. */
  readonly version: number;
  readonly name: string;
  /** Tables that appear (`''`) or disappear (`null`) with it. Keys are [workspace, id], beside the rows. */
  readonly tables: { readonly [T in AnyTable]?: '' | null };
  readonly rows: { readonly [T in AnyTable]?: RowChange };
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'the first tables',
    tables: {
      ...{ workspaces: '', databases: '', trajectories: '', tasks: '' },
      ...{ runs: '', rollouts: '', settings: '', trials: '' },
    },
    rows: {},
  },
  {
    version: 2,
    name: 'runs say why they stopped and how to repeat them; trials carry their size',
    tables: {},
    rows: { runs: (row) => ({ note: null, recipe: {}, ...row }) },
  },
  {
    version: 3,
    name: 'trials carry what was counted in their rollout',
    tables: {},
    rows: {},
  },
  {
    version: 4,
    name: 'databases carry the policy that came with them',
    tables: {},
    rows: { databases: (row) => ({ policy: null, ...row }) },
  },
  {
    version: 5,
    name: 'task files of others are kept as they came, with their review',
    tables: { benchmarks: '' },
    rows: {},
  },
];

/** The version that this build writes. */
export const CURRENT_VERSION = migrations.length;

/** Whether a table was there already in a version. */
export function existsIn(table: AnyTable, version: number): boolean {
  return migrations.some((migration) => migration.version <= version && migration.tables[table] === '');
}

const CHUNK = 100;

/** Applies the row changes of one migration. Rows that are not objects stay: reading reports them. */
export async function migrateRows(migration: Migration, transaction: Transaction): Promise<void> {
  for (const table of allTables) {
    if (migration.rows[table] === undefined) continue;
    await inChunks(transaction, table, async (keys) => {
      const stored = transaction.table<unknown, DexieKey>(table);
      const values = await stored.bulkGet(keys);
      const changed = values.map((value) => migrateRow(migration, table, value));
      await bulkPut(stored, changed, keys);
    });
  }
}

/** One row through one migration. */
export function migrateRow(migration: Migration, table: AnyTable, value: unknown): unknown {
  const change = migration.rows[table];
  return change === undefined || !isStored(value) ? value : change(value);
}

/**
 * Computes all trials again from their rollouts, after the last migration of an upgrade. A rollout that cannot be
 * read gets a trial that cannot be read either, so that lists still report it.
 */
export async function recomputeTrials(transaction: Transaction): Promise<void> {
  await transaction.table('trials').clear();
  await inChunks(transaction, 'rollouts', async (keys) => {
    const rollouts = transaction.table<unknown, DexieKey>('rollouts');
    const values = await rollouts.bulkGet(keys);
    const trials = values.map((value, index) => {
      const [workspace, id] = keys[index] ?? ['', ''];
      const parsed = parseRow('rollouts', { workspace, id }, value);
      return parsed.ok ? trialOf(parsed.row) : {};
    });
    await bulkPut(transaction.table<unknown, DexieKey>('trials'), trials, keys);
  });
}

async function inChunks(
  transaction: Transaction,
  table: AnyTable,
  work: (keys: DexieKey[]) => Promise<void>,
): Promise<void> {
  const stored = transaction.table<unknown, DexieKey>(table);
  const keys = await stored.toCollection().primaryKeys();
  for (let start = 0; start < keys.length; start += CHUNK) await work(keys.slice(start, start + CHUNK));
}

function isStored(value: unknown): value is Stored {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
