import { breath } from './breath.ts';
import { CorruptRowError } from './errors.ts';
import { parseForWrite, parseRow, placeOf } from './parse.ts';
import type { RawRow, RawStore, RawWrite } from './rawStore.ts';
import type {
  Change,
  Listed,
  Page,
  PageQuery,
  Query,
  Repository,
  RowProblem,
  WorkspaceContents,
} from './repository.ts';
import {
  rolloutRowId,
  tablesOfWorkspace,
  trialOf,
  writableTables,
  type AnyTable,
  type RolloutRow,
  type Rows,
  type Table,
  type WorkspaceRow,
  type WritableTable,
} from './rows.ts';

const WORKSPACES = { workspace: '' };
/** Rows read at once: what is large is unpacked in pieces, with room for the page in between. */
const PIECE: Partial<Record<Table, number>> = { tasks: 100, rollouts: 100, trajectories: 100 };
/** How long rows are parsed before the page may do something else, in milliseconds. */
const SLICE_MS = 12;

/** The one implementation of {@link Repository}: parsing, derived rows and problems over any {@link RawStore}. */
export class ParsedRepository implements Repository {
  readonly #raw: RawStore;
  /** Settles when the writes that were asked for so far are on their way: a long one is not overtaken. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(raw: RawStore) {
    this.#raw = raw;
  }

  get durable(): boolean {
    return this.#raw.durable;
  }

  async listWorkspaces(): Promise<Listed<WorkspaceRow>> {
    return sort('workspaces', '', await this.#raw.range('workspaces', WORKSPACES));
  }

  async getWorkspace(id: string): Promise<WorkspaceRow | undefined> {
    return this.#get('workspaces', '', id);
  }

  async putWorkspace(row: WorkspaceRow): Promise<void> {
    await this.write({ workspaces: [row] });
  }

  async deleteWorkspace(id: string): Promise<void> {
    await this.#raw.commit([...emptied(id), { type: 'delete', table: 'workspaces', key: ['', id] }]);
  }

  async replaceWorkspace(contents: WorkspaceContents): Promise<void> {
    const { workspace, rows } = contents;
    await this.#commit(emptied(workspace.id), { put: rows, workspaces: [workspace] });
  }

  async get<T extends Table>(table: T, workspace: string, id: string): Promise<Rows[T] | undefined> {
    return this.#get(table, workspace, id);
  }

  async list<T extends Table>(table: T, query: Query, signal?: AbortSignal): Promise<Listed<Rows[T]>> {
    const { workspace } = query;
    const limit = PIECE[table];
    if (limit === undefined) {
      const raw = await this.#raw.range(table, rangeOf(table, query));
      const found = await sort(table, workspace, raw, signal);
      return table === 'trials' ? this.#withDerived(table, found) : found;
    }
    const rows: Rows[T][] = [];
    const problems: RowProblem[] = [];
    let after: string | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const raw = await this.#raw.range(table, { ...rangeOf(table, query), after }, limit);
      const found = await sort<T>(table, workspace, raw, signal);
      rows.push(...found.rows);
      problems.push(...found.problems);
      after = raw.at(-1)?.id;
      if (raw.length < limit || after === undefined) return { rows, problems };
    }
  }

  async page<T extends Table>(table: T, query: PageQuery): Promise<Page<Rows[T]>> {
    const range = { ...rangeOf(table, query), after: query.after };
    const raw = await this.#raw.range(table, range, query.limit);
    const found = await sort<T>(table, query.workspace, raw);
    const next = raw.length < query.limit ? null : (raw.at(-1)?.id ?? null);
    return { ...(table === 'trials' ? await this.#withDerived(table, found) : found), next };
  }

  async ids(table: Table, query: Query): Promise<readonly string[]> {
    return this.#raw.ids(table, rangeOf(table, query));
  }

  async count(table: Table, query: Query): Promise<number> {
    return this.#raw.count(table, rangeOf(table, query));
  }

  async put<T extends WritableTable>(table: T, rows: readonly Rows[T][]): Promise<void> {
    await this.#commit([], { put: { [table]: rows } });
  }

  async write(change: Change): Promise<void> {
    const deleted = change.delete ?? [];
    await this.#commit(
      deleted.flatMap(({ table, workspace, id }) => deletesOf(table, workspace, id)),
      change,
    );
  }

  /** Checks all rows, with room for the page in between, then writes them in one step. */
  async #commit(first: readonly RawWrite[], change: Pick<Change, 'put' | 'workspaces'>): Promise<void> {
    const checked = inSlices(puts(change));
    const committed = Promise.all([checked, this.#before]).then(([writes]) => ({
      done: this.#raw.commit([...first, ...writes]),
    }));
    this.#before = committed.catch(() => undefined);
    await (
      await committed
    ).done;
  }

  async delete(table: WritableTable, workspace: string, ids: readonly string[]): Promise<void> {
    await this.#raw.commit(ids.flatMap((id) => deletesOf(table, workspace, id)));
  }

  async deleteRun(workspace: string, run: string): Promise<void> {
    const range = { workspace, prefix: rolloutRowId(run, '') };
    await this.#raw.commit([
      { type: 'clear', table: 'rollouts', range },
      { type: 'clear', table: 'trials', range },
      { type: 'delete', table: 'runs', key: [workspace, run] },
    ]);
  }

  watch(tables: readonly AnyTable[], callback: (changed: readonly AnyTable[]) => void): () => void {
    return this.#raw.watch(tables, callback);
  }

  close(): void {
    this.#raw.close();
  }

  async #get<T extends AnyTable>(table: T, workspace: string, id: string): Promise<Rows[T] | undefined> {
    const value = await this.#raw.get(table, [workspace, id]);
    if (value === undefined) return undefined;
    const parsed = parseRow(table, { workspace, id }, value);
    if (!parsed.ok) throw new CorruptRowError(parsed.problem);
    return parsed.row;
  }

  /** A trial that cannot be read is derived again from its rollout; if that fails too, the rollout is at fault. */
  async #withDerived<T extends Table>(table: T, found: Listed<Rows[T]>): Promise<Listed<Rows[T]>> {
    if (found.problems.length === 0) return found;
    const rows: Rows[T][] = [...found.rows];
    const problems: RowProblem[] = [];
    for (const problem of found.problems) {
      const { workspace, id } = problem;
      const parsed = parseRow('rollouts', problem, await this.#raw.get('rollouts', [workspace, id]));
      const derived = parsed.ok ? parseRow(table, problem, trialOf(parsed.row)) : parsed;
      if (derived.ok) rows.push(derived.row);
      else problems.push(derived.problem);
    }
    rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    return { rows, problems };
  }
}

function rangeOf(table: Table, query: Query) {
  const { workspace, run } = query;
  const byRun = (table === 'rollouts' || table === 'trials') && run !== undefined;
  return { workspace, prefix: byRun ? rolloutRowId(run, '') : undefined };
}

async function sort<T extends AnyTable>(
  table: T,
  workspace: string,
  raw: readonly RawRow[],
  signal?: AbortSignal,
): Promise<Listed<Rows[T]>> {
  signal?.throwIfAborted();
  const rows: Rows[T][] = [];
  const problems: RowProblem[] = [];
  let began = performance.now();
  for (const { id, value } of raw) {
    if (performance.now() - began > SLICE_MS) {
      await breath(signal);
      began = performance.now();
    }
    const parsed = parseRow(table, { workspace, id }, value);
    if (parsed.ok) rows.push(parsed.row);
    else problems.push(parsed.problem);
  }
  return { rows, problems };
}

function emptied(workspace: string): RawWrite[] {
  return tablesOfWorkspace.map((table) => ({ type: 'clear', table, range: { workspace } }));
}

/** Works through what is made one by one; now and then the page may do something else. */
async function inSlices<T>(made: Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  let began = performance.now();
  for (const one of made) {
    all.push(one);
    if (performance.now() - began < SLICE_MS) continue;
    await breath(undefined);
    began = performance.now();
  }
  return all;
}

function* puts(change: Pick<Change, 'put' | 'workspaces'>): Generator<RawWrite> {
  const rows = change.put ?? {};
  for (const row of change.workspaces ?? []) yield* putsOf('workspaces', row);
  for (const table of writableTables) yield* putsOfTable(table, rows);
}

function* putsOfTable<T extends WritableTable>(
  table: T,
  rows: NonNullable<Change['put']>,
): Generator<RawWrite> {
  const ofTable: readonly Rows[T][] = rows[table] ?? [];
  for (const row of ofTable) yield* putsOf(table, row);
}

function* putsOf<T extends WritableTable | 'workspaces'>(table: T, given: Rows[T]): Generator<RawWrite> {
  const value = parseForWrite(table, given);
  const { workspace, id } = placeOf(table, value);
  yield { type: 'put', table, key: [workspace, id], value };
  if (isRollout(table, value))
    yield { type: 'put', table: 'trials', key: [workspace, id], value: trialOf(value) };
}

function isRollout(table: AnyTable, row: Rows[AnyTable]): row is RolloutRow {
  return table === 'rollouts' && 'rollout' in row;
}

function deletesOf(table: WritableTable, workspace: string, id: string): RawWrite[] {
  const key = [workspace, id] as const;
  return table === 'rollouts'
    ? [
        { type: 'delete', table, key },
        { type: 'delete', table: 'trials', key },
      ]
    : [{ type: 'delete', table, key }];
}
