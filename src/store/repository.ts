import type { AnyTable, Rows, Table, WorkspaceRow, WritableTable } from './rows.ts';

/** A row that does not parse: where it is and what was expected. It is reported, never dropped or rewritten. */
export interface RowProblem {
  readonly table: AnyTable;
  readonly workspace: string;
  readonly id: string;
  /** "at verdict.reward: expected number, received string" */
  readonly reason: string;
}

/** Rows that parse, in order of their ids, and those that do not. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly problems: readonly RowProblem[];
}

/** A stretch of a table; `next` is the `after` of the following one, null at the end. */
export interface Page<Row> extends Listed<Row> {
  readonly next: string | null;
}

/** Which rows of a table. `run` narrows rollouts and trials to one run; other tables ignore it. */
export interface Query {
  readonly workspace: string;
  readonly run?: string;
}

export interface PageQuery extends Query {
  /** The id after which to begin; absent for the first page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Rows to write and rows to delete, all or nothing. */
export interface Change {
  readonly put?: { readonly [T in WritableTable]?: readonly Rows[T][] };
  readonly delete?: readonly {
    readonly table: WritableTable;
    readonly workspace: string;
    readonly id: string;
  }[];
  /** Workspaces that are written; whatever else they hold stays. */
  readonly workspaces?: readonly WorkspaceRow[];
}

/** Everything that a workspace holds. Trials are derived, hence not part of it. */
export interface WorkspaceContents {
  readonly workspace: WorkspaceRow;
  readonly rows: { readonly [T in WritableTable]: readonly Rows[T][] };
}

/**
 * Where workspaces are kept. Every read is parsed; every write is parsed first and is one transaction.
 * All verbs may reject with {@link QuotaError} (writes only), {@link NewerVersionError} (a newer build took over
 * the database meanwhile) or {@link UnavailableError}. Writing a row that its schema refuses rejects with
 * `InputError`, and nothing is written.
 */
export interface Repository {
  /** Whether it outlives the page. */
  readonly durable: boolean;

  /** All workspaces, demos included. */
  listWorkspaces(): Promise<Listed<WorkspaceRow>>;
  /** Rejects with {@link CorruptRowError}. */
  getWorkspace(id: string): Promise<WorkspaceRow | undefined>;
  /** Writes the row of a workspace, not what it holds. */
  putWorkspace(row: WorkspaceRow): Promise<void>;
  /** Deletes a workspace with everything in it. */
  deleteWorkspace(id: string): Promise<void>;
  /** Puts these contents in place of everything that the workspace of this id holds, in one transaction. */
  replaceWorkspace(contents: WorkspaceContents): Promise<void>;

  /** One row; undefined when there is none. Rejects with {@link CorruptRowError}. */
  get<T extends Table>(table: T, workspace: string, id: string): Promise<Rows[T] | undefined>;
  /**
   * All rows. Large ones are read in pieces: each row is whole, but what changes meanwhile may be in or not, as
   * {@link watch} then tells. For rollouts prefer `list('trials', ...)` (small) or {@link page}. Rejects with the
   * signal's reason as soon as the piece at hand is read.
   */
  list<T extends Table>(table: T, query: Query, signal?: AbortSignal): Promise<Listed<Rows[T]>>;
  /** At most `limit` rows after an id: goes through a large table without loading all of it. */
  page<T extends Table>(table: T, query: PageQuery): Promise<Page<Rows[T]>>;
  /** The ids in order, read without the rows: what is there, what is missing. */
  ids(table: Table, query: Query): Promise<readonly string[]>;
  /** How many rows, unreadable ones included. */
  count(table: Table, query: Query): Promise<number>;

  /** Writes rows of one table; those with a known id are replaced. Rollouts bring their trials. */
  put<T extends WritableTable>(table: T, rows: readonly Rows[T][]): Promise<void>;
  /** Writes and deletes across tables: all of it, or nothing. */
  write(change: Change): Promise<void>;
  /** Deletes rows, readable or not. Unknown ids are no error. Rollouts take their trials along. */
  delete(table: WritableTable, workspace: string, ids: readonly string[]): Promise<void>;
  /** Deletes a run with its rollouts and trials. Its tasks stay. */
  deleteRun(workspace: string, run: string): Promise<void>;

  /**
   * Calls back after changes to any of the tables, made here or in another tab, with the tables that changed.
   * @returns the function that ends it
   */
  watch(tables: readonly AnyTable[], callback: (changed: readonly AnyTable[]) => void): () => void;

  /** Lets go of the database. Verbs reject afterwards. */
  close(): void;
}
