import { remember } from './remember.ts';
import { stateOf, type Database, type RowOf, type State, type TableName, type View } from './state.ts';
import type { JsonObject } from './json.ts';

interface Index {
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Where a row stands in its table, so that found rows come in the table's order. */
  readonly positions: ReadonlyMap<string, number>;
}

/**
 * Finds the rows of a table by a key that each has one or more of: the meetings of a person, the tasks of a team.
 * The index is built once per initial database and corrected by what was written since, so that a lookup costs what
 * it finds and not what exists. Rows come in the order of {@link View.rows}. `keysOf` must be pure.
 */
export function rowsBy<Db, T extends TableName<Db>>(
  table: T,
  keysOf: (row: RowOf<Db, T>) => readonly string[],
): (db: View<Db>, key: string) => RowOf<Db, T>[] {
  // Rows were parsed by the domain's schema, so they are what `keysOf` expects; core itself keeps no row types.
  const keys = keysOf as unknown as (row: JsonObject) => readonly string[];
  const indexOf = remember((base: Database) => build(base[table] ?? {}, keys));
  const find = (db: View<Database>, key: string): JsonObject[] => {
    const state = stateOf(db);
    if (state === undefined) return [...db.rows(table)].filter((row) => keys(row).includes(key));
    return lookUp(state, table, indexOf(state.base), keys, key);
  };
  return find as unknown as (db: View<Db>, key: string) => RowOf<Db, T>[];
}

function build(rows: Database[string], keysOf: (row: JsonObject) => readonly string[]): Index {
  const ids = new Map<string, string[]>();
  const positions = new Map<string, number>();
  for (const [id, row] of Object.entries(rows)) {
    positions.set(id, positions.size);
    for (const key of new Set(keysOf(row))) {
      const found = ids.get(key);
      if (found === undefined) ids.set(key, [id]);
      else found.push(id);
    }
  }
  return { ids, positions };
}

function lookUp(
  state: State,
  table: string,
  { ids, positions }: Index,
  keysOf: (row: JsonObject) => readonly string[],
  key: string,
): JsonObject[] {
  const known = ids.get(key) ?? [];
  const rowOf = (id: string): JsonObject[] => {
    const row = state.get(table, id);
    return row === undefined ? [] : [row];
  };
  const written = state.touched().filter((ref) => ref.table === table);
  if (written.length === 0) return known.flatMap(rowOf);
  const touched = new Set(written.map(({ id }) => id));
  const changed = [...touched].filter((id) => {
    const row = state.get(table, id);
    return row !== undefined && keysOf(row).includes(key);
  });
  // Inserted rows come after those of the initial database, in the order in which they were inserted.
  const place = (id: string) => positions.get(id) ?? Infinity;
  const all = [...known.filter((id) => !touched.has(id)), ...changed];
  return all.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b))).flatMap(rowOf);
}
