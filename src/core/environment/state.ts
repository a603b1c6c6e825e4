import { makeCreator } from 'mutative';
import { sameJson } from './canonical.ts';
import type { JsonObject } from './json.ts';
import { remember } from './remember.ts';

/** A database as plain JSON: table name -> record id -> row. */
export type Database = { readonly [table: string]: { readonly [id: string]: JsonObject } };

/** A record in a database. */
export interface RecordRef {
  readonly table: string;
  readonly id: string;
}

/** Rows that differ between two states: table -> id -> the row afterwards, or null where it was removed. */
export type ChangedRows = { readonly [table: string]: { readonly [id: string]: JsonObject | null } };

export type TableName<Db> = Extract<keyof Db, string>;
export type RowOf<Db, T extends TableName<Db>> = Db[T] extends { readonly [id: string]: infer R } ? R : never;

/** Read access to one state of a database. */
export interface View<Db> {
  /** The row, or undefined when the table has no such id. */
  get<T extends TableName<Db>>(table: T, id: string): RowOf<Db, T> | undefined;
  /** The row as it was before anything was written; undefined when it is new. For rules on what was done since. */
  initial<T extends TableName<Db>>(table: T, id: string): RowOf<Db, T> | undefined;
  /** Ids of a table: those of the initial database first, then inserted ones. */
  ids<T extends TableName<Db>>(table: T): readonly string[];
  /** Every row of a table, in the order of {@link View.ids}. */
  rows<T extends TableName<Db>>(table: T): Iterable<RowOf<Db, T>>;
}

/** What a mutable draft of a row looks like inside {@link Draft.update}. */
export type Mutable<T> = T extends readonly (infer E)[]
  ? Mutable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

/** Write access, given to a tool while it runs. Dropped whole when the tool fails. */
export interface Draft<Db> extends View<Db> {
  /** Edits a row in place; the row must exist. Returns the row afterwards. */
  update<T extends TableName<Db>>(
    table: T,
    id: string,
    recipe: (row: Mutable<RowOf<Db, T>>) => void,
  ): RowOf<Db, T>;
  /** Adds or replaces a row. */
  put<T extends TableName<Db>>(table: T, id: string, row: RowOf<Db, T>): void;
  /** Removes a row. */
  remove<T extends TableName<Db>>(table: T, id: string): void;
}

type Changes = ReadonlyMap<string, ReadonlyMap<string, JsonObject | null>>;
const NO_CHANGES: Changes = new Map();

// An initial database is frozen, and its tables are walked through again and again.
const idsOf = remember((rows: Database[string]): readonly string[] => Object.keys(rows));
const rowsOf = remember((rows: Database[string]): readonly JsonObject[] => Object.values(rows));
const NO_ROWS: Database[string] = {};

/**
 * One immutable state: a shared initial database plus the rows that were written since. Forking is keeping a
 * reference; comparing two states of one database costs the rows they wrote, not the rows that exist.
 */
export class State implements View<Database> {
  readonly base: Database;
  readonly #changes: Changes;

  private constructor(base: Database, changes: Changes) {
    this.base = base;
    this.#changes = changes;
  }

  /** The initial state of a database. Freezes it, so that a tool that writes into a read row fails loudly. */
  static of(database: Database): State {
    return new State(deepFreeze(database), NO_CHANGES);
  }

  get(table: string, id: string): JsonObject | undefined {
    const changed = this.#changes.get(table)?.get(id);
    if (changed !== undefined) return changed ?? undefined;
    return this.initial(table, id);
  }

  initial(table: string, id: string): JsonObject | undefined {
    const rows = this.base[table];
    return rows !== undefined && Object.hasOwn(rows, id) ? rows[id] : undefined;
  }

  ids(table: string): readonly string[] {
    const rows = this.base[table] ?? NO_ROWS;
    const changes = this.#changes.get(table);
    if (changes === undefined) return idsOf(rows);
    const kept = idsOf(rows).filter((id) => changes.get(id) !== null);
    const added = [...changes]
      .filter(([id, row]) => row !== null && !Object.hasOwn(rows, id))
      .map(([id]) => id);
    return [...kept, ...added];
  }

  rows(table: string): Iterable<JsonObject> {
    const rows = this.base[table] ?? NO_ROWS;
    const changes = this.#changes.get(table);
    return changes === undefined ? rowsOf(rows) : withChanges(rows, changes);
  }

  /** The records written since the initial database, whether or not their value differs. */
  touched(): RecordRef[] {
    return [...this.#changes].flatMap(([table, rows]) => [...rows.keys()].map((id) => ({ table, id })));
  }

  /** Runs `write` on a draft and returns the state after it; a throw leaves this state as it is. */
  edit<R>(write: (draft: Draft<Database>) => R): { state: State; result: R } {
    const draft = new StateDraft(this, this.#changes);
    const result = write(draft);
    return { state: draft.written ? new State(this.base, draft.changes) : this, result };
  }

  /** This state with the given rows put in place (null removes). */
  with(rows: ChangedRows): State {
    return this.edit((draft) => {
      for (const [table, byId] of Object.entries(rows))
        for (const [id, row] of Object.entries(byId))
          if (row === null) draft.remove(table, id);
          else draft.put(table, id, row);
    }).state;
  }

  /** The whole database as plain JSON. Costs what exists: for export, not for comparison. */
  toDatabase(): Database {
    return Object.fromEntries(
      Object.keys(this.base).map((table) => [
        table,
        Object.fromEntries(this.ids(table).map((id) => [id, this.get(table, id) as JsonObject])),
      ]),
    );
  }
}

function* withChanges(
  rows: Database[string],
  changes: ReadonlyMap<string, JsonObject | null>,
): Generator<JsonObject> {
  for (const id of idsOf(rows)) {
    const changed = changes.get(id);
    if (changed === undefined) yield rows[id] as JsonObject;
    else if (changed !== null) yield changed;
  }
  for (const [id, row] of changes) if (row !== null && !Object.hasOwn(rows, id)) yield row;
}

type Recipe = (row: Mutable<JsonObject>) => void;

const mutative = makeCreator({ enableAutoFreeze: true });

// Boxed as `unknown`: mutative's own recursive draft type and the recursive JSON type expand without end.
function editRow(row: JsonObject, recipe: Recipe): JsonObject {
  const boxed: { value: unknown } = { value: row };
  return mutative(boxed, (draft) => {
    recipe(draft.value as Mutable<JsonObject>);
  }).value as JsonObject;
}

class StateDraft implements Draft<Database> {
  readonly #from: State;
  readonly #own = new Map<string, Map<string, JsonObject | null>>();
  changes: Changes;
  written = false;

  constructor(from: State, changes: Changes) {
    this.#from = from;
    this.changes = changes;
  }

  get(table: string, id: string): JsonObject | undefined {
    const own = this.#own.get(table)?.get(id);
    return own === undefined ? this.#from.get(table, id) : (own ?? undefined);
  }

  initial(table: string, id: string): JsonObject | undefined {
    return this.#from.initial(table, id);
  }

  current(): State {
    return this.written ? this.#from.with(this.#ownRows()) : this.#from;
  }

  #ownRows(): ChangedRows {
    return Object.fromEntries([...this.#own].map(([table, rows]) => [table, Object.fromEntries(rows)]));
  }

  ids(table: string): readonly string[] {
    return this.current().ids(table);
  }

  rows(table: string): Iterable<JsonObject> {
    return this.current().rows(table);
  }

  update(table: string, id: string, recipe: Recipe): JsonObject {
    const row = this.get(table, id);
    if (row === undefined) throw new TypeError(`Draft.update: expected ${table}/${id} to exist`);
    const next = editRow(row, recipe);
    this.#write(table, id, next);
    return next;
  }

  put(table: string, id: string, row: JsonObject): void {
    this.#write(table, id, deepFreeze(row));
  }

  remove(table: string, id: string): void {
    this.#write(table, id, null);
  }

  #write(table: string, id: string, row: JsonObject | null): void {
    let own = this.#own.get(table);
    if (own === undefined) {
      own = new Map(this.changes.get(table));
      this.#own.set(table, own);
      this.changes = new Map(this.changes).set(table, own);
    }
    own.set(id, row);
    this.written = true;
  }
}

/** The state that a view shows: itself, or what a draft has made of one so far. Undefined for any other view. */
export function stateOf(view: View<Database>): State | undefined {
  if (view instanceof State) return view;
  return view instanceof StateDraft ? view.current() : undefined;
}

/** Rows whose value differs between two states, as they are in `after`, tables and ids sorted. */
export function changedRows(before: State, after: State): ChangedRows {
  const result: Record<string, Record<string, JsonObject | null>> = {};
  for (const { table, id } of candidates(before, after)) {
    const row = after.get(table, id);
    if (!sameJson(before.get(table, id), row)) (result[table] ??= {})[id] = row ?? null;
  }
  return result;
}

/** True when both states hold the same rows. */
export function sameState(a: State, b: State): boolean {
  if (a === b) return true;
  return candidates(a, b).every(({ table, id }) => sameJson(a.get(table, id), b.get(table, id)));
}

function candidates(a: State, b: State): RecordRef[] {
  const seen = new Map<string, RecordRef>();
  const add = (ref: RecordRef) => seen.set(`${ref.table}\u0000${ref.id}`, ref);
  if (a.base === b.base) {
    a.touched().forEach(add);
    b.touched().forEach(add);
  } else {
    for (const state of [a, b])
      for (const table of Object.keys(state.base)) for (const id of state.ids(table)) add({ table, id });
  }
  return [...seen].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, ref]) => ref);
}

/** Freezes a JSON value and all inside it. What is frozen already is not entered again. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
