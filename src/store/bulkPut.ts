import type { IndexableTypeArrayReadonly, Table } from 'dexie';

/** A key as Dexie wants it: a mutable pair. */
export type DexieKey = [workspace: string, id: string];
export type DexieTable = Table<unknown, DexieKey>;

/** Puts values under keys that lie beside them. Rejects with Dexie's errors. */
export async function bulkPut(
  table: DexieTable,
  values: readonly unknown[],
  keys: readonly DexieKey[],
): Promise<void> {
  // Array keys are valid, and `put` and `bulkGet` take them; only the type of `bulkPut` leaves them out.
  const untyped: readonly unknown[] = keys;
  await table.bulkPut(values, untyped as IndexableTypeArrayReadonly);
}
