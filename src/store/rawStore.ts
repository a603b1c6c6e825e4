import type { AnyTable } from './rows.ts';

/** Where a row lies. Rows of the table `workspaces` have the workspace ''. */
export type Key = readonly [workspace: string, id: string];

/** Rows of one workspace whose ids begin with `prefix`, after the id `after`, in order of their ids (UTF-16). */
export interface Range {
  readonly workspace: string;
  readonly prefix?: string | undefined;
  readonly after?: string | undefined;
}

export interface RawRow {
  readonly id: string;
  /** As stored: not to be trusted before it is parsed. */
  readonly value: unknown;
}

export type RawWrite =
  | { readonly type: 'put'; readonly table: AnyTable; readonly key: Key; readonly value: unknown }
  | { readonly type: 'delete'; readonly table: AnyTable; readonly key: Key }
  | { readonly type: 'clear'; readonly table: AnyTable; readonly range: Range };

/**
 * Keyed values without a meaning: what a database engine has to offer so that {@link ParsedRepository} can be
 * built on it. Keys lie beside the values, so a value that is damaged in any way still has a place and a name.
 */
export interface RawStore {
  readonly durable: boolean;
  get(table: AnyTable, key: Key): Promise<unknown>;
  range(table: AnyTable, range: Range, limit?: number): Promise<readonly RawRow[]>;
  ids(table: AnyTable, range: Range): Promise<readonly string[]>;
  count(table: AnyTable, range: Range): Promise<number>;
  /** In this order, in one transaction: all of it or nothing. */
  commit(writes: readonly RawWrite[]): Promise<void>;
  watch(tables: readonly AnyTable[], callback: (changed: readonly AnyTable[]) => void): () => void;
  close(): void;
}
