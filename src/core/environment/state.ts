import { makeCreator } from 'mutative';
import { sameJson } from './canonical.ts';
import { isJsonArray, type JsonObject } from './json.ts';
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

type TableName<Db> = Extract<keyof Db, string>;
type RowOf<Db, T extends TableName<Db>> = Db[T] extends { readonly [id: string]: infer R } ? R : never;

/** Read access to one state of a database. */
export interface View<Db> {
  /** The row, or undefined when the table has no such id. */
  get<T extends TableName<Db>>(table: T, id: string): RowOf<Db, T> | undefined;
  /** Ids of a table: those of the initial database first, then inserted ones. */
  ids<T extends TableName<Db>>(table: T): string[];
  /** Every row of a table, in the order of {@link View.ids}. */
  rows<T extends TableName<Db>>(table: T): Iterable<RowOf<Db, T>>;
  /**
   * Ids of the rows whose field is this text, or is a list that holds it. Costs what it finds, not what exists:
   * rows of the initial database first, in its order, then those that came to match by a change.
   */
  find<T extends TableName<Db>>(table: T, field: Extract<keyof RowOf<Db, T>, string>, text: string): string[];
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
    const rows = this.base[table];
    return rows !== undefined && Object.hasOwn(rows, id) ? rows[id] : undefined;
  }

  ids(table: string): string[] {
    const rows = this.base[table] ?? {};
    const changes = this.#changes.get(table);
    if (changes === undefined) return Object.keys(rows);
    const kept = Object.keys(rows).filter((id) => changes.get(id) !== null);
    const added = [...changes]
      .filter(([id, row]) => row !== null && !Object.hasOwn(rows, id))
      .map(([id]) => id);
    return [...kept, ...added];
  }

  *rows(table: string): Generator<JsonObject> {
    const rows = this.base[table] ?? {};
    const changes = this.#changes.get(table);
    for (const id in rows) {
      const changed = changes?.get(id);
      if (changed === undefined) yield rows[id] as JsonObject;
      else if (changed !== null) yield changed;
    }
    for (const [id, row] of changes ?? []) if (row !== null && !Object.hasOwn(rows, id)) yield row;
  }

  find(table: string, field: string, text: string): string[] {
    const known = indexOf(this.base[table] ?? NO_ROWS, field).get(text) ?? [];
    const changes = this.#changes.get(table);
    if (changes === undefined) return [...known];
    const kept = known.filter((id) => {
      const changed = changes.get(id);
      return changed === undefined || has(changed, field, text);
    });
    const added = [...changes]
      .filter(([id, row]) => has(row, field, text) && !known.includes(id))
      .map(([id]) => id);
    return [...kept, ...added];
  }

  /** The records written since the initial database, whether or not their value differs. */
  touched(): RecordRef[] {
    return [...this.#changes].flatMap(([table, rows]) => [...rows.keys()].map((id) => ({ table, id })));
  }

  /** Runs `write` on a draft and returns the state after it; a throw leaves this state as it is. */
  edit<R>(write: (draft: Draft<Database>) => R): { state: State; result: R } {
    const draft = new StateDraft(this, this.#changes, (changes) => new State(this.base, changes));
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

type Rows = Database[string];
const NO_ROWS: Rows = {};

/** Text -> ids of the rows that have it in a field. Made once per table of a database and field. */
function indexOf(rows: Rows, field: string): ReadonlyMap<string, readonly string[]> {
  const byField = indicesOf(rows);
  let index = byField.get(field);
  if (index === undefined) {
    index = new Map<string, string[]>();
    for (const [id, row] of Object.entries(rows)) {
      const value = row[field];
      for (const text of isJsonArray(value) ? new Set(value) : [value]) {
        if (typeof text !== 'string') continue;
        const ids = index.get(text);
        if (ids === undefined) index.set(text, [id]);
        else ids.push(id);
      }
    }
    byField.set(field, index);
  }
  return index;
}

const indicesOf = remember((_rows: Rows) => new Map<string, Map<string, string[]>>());

function has(row: JsonObject | null, field: string, text: string): boolean {
  const value = row?.[field];
  return isJsonArray(value) ? value.includes(text) : value === text;
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
  /** A state that sees the changes so far. It sees later ones too, so it is asked at once and let go. */
  readonly #peek: (changes: Changes) => State;
  changes: Changes;
  written = false;

  constructor(from: State, changes: Changes, peek: (changes: Changes) => State) {
    this.#from = from;
    this.changes = changes;
    this.#peek = peek;
  }

  get(table: string, id: string): JsonObject | undefined {
    const own = this.#own.get(table)?.get(id);
    return own === undefined ? this.#from.get(table, id) : (own ?? undefined);
  }

  #current(): State {
    return this.written ? this.#from.with(this.#ownRows()) : this.#from;
  }

  #ownRows(): ChangedRows {
    return Object.fromEntries([...this.#own].map(([table, rows]) => [table, Object.fromEntries(rows)]));
  }

  ids(table: string): string[] {
    return this.#peek(this.changes).ids(table);
  }

  rows(table: string): Iterable<JsonObject> {
    return this.#current().rows(table);
  }

  find(table: string, field: string, text: string): string[] {
    return this.#peek(this.changes).find(table, field, text);
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

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
