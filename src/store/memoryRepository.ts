import { ParsedRepository } from './parsedRepository.ts';
import type { Key, Range, RawRow, RawStore, RawWrite } from './rawStore.ts';
import { UnavailableError } from './errors.ts';
import type { Repository } from './repository.ts';
import type { AnyTable } from './rows.ts';

/** A repository that lives as long as the page: for demos, tests, and where the browser gives no storage. */
export function memoryRepository(): Repository {
  return new ParsedRepository(new MemoryStore());
}

interface Watcher {
  readonly tables: readonly AnyTable[];
  readonly callback: (changed: readonly AnyTable[]) => void;
}

/** Values in maps: table -> workspace -> id -> value. Values are copied in and out, as a database would. */
export class MemoryStore implements RawStore {
  readonly durable = false;
  readonly #tables = new Map<AnyTable, Map<string, Map<string, unknown>>>();
  readonly #watchers = new Set<Watcher>();
  #closed = false;

  async get(table: AnyTable, [workspace, id]: Key): Promise<unknown> {
    return this.#read(() => structuredClone(this.#rows(table, workspace).get(id)));
  }

  async range(table: AnyTable, range: Range, limit?: number): Promise<readonly RawRow[]> {
    return this.#read(() => {
      const rows = this.#rows(table, range.workspace);
      const ids = this.#ids(table, range).slice(0, limit);
      return ids.map((id) => ({ id, value: structuredClone(rows.get(id)) }));
    });
  }

  async ids(table: AnyTable, range: Range): Promise<readonly string[]> {
    return this.#read(() => this.#ids(table, range));
  }

  async count(table: AnyTable, range: Range): Promise<number> {
    return this.#read(() => this.#ids(table, range).length);
  }

  async commit(writes: readonly RawWrite[]): Promise<void> {
    await this.#read(() => {
      // Copied first: a value that cannot be cloned must not leave half a commit behind.
      const values = writes.map((write) => (write.type === 'put' ? structuredClone(write.value) : undefined));
      for (const [index, write] of writes.entries()) this.#apply(write, values[index]);
    });
    this.#tell([...new Set(writes.map((write) => write.table))]);
  }

  watch(tables: readonly AnyTable[], callback: (changed: readonly AnyTable[]) => void): () => void {
    const watcher = { tables, callback };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  close(): void {
    this.#closed = true;
    this.#watchers.clear();
  }

  /** Later, like any database: callers must not depend on an answer in the same turn. */
  async #read<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.#closed) throw new UnavailableError('it was closed');
    return work();
  }

  #rows(table: AnyTable, workspace: string): Map<string, unknown> {
    const ofTable = this.#tables.get(table) ?? new Map<string, Map<string, unknown>>();
    const rows = ofTable.get(workspace) ?? new Map<string, unknown>();
    this.#tables.set(table, ofTable.set(workspace, rows));
    return rows;
  }

  #ids(table: AnyTable, { workspace, prefix, after }: Range): string[] {
    return [...this.#rows(table, workspace).keys()]
      .filter((id) => id.startsWith(prefix ?? '') && (after === undefined || id > after))
      .sort((a, b) => (a < b ? -1 : 1));
  }

  #apply(write: RawWrite, value: unknown): void {
    if (write.type === 'put') this.#rows(write.table, write.key[0]).set(write.key[1], value);
    else if (write.type === 'delete') this.#rows(write.table, write.key[0]).delete(write.key[1]);
    else
      for (const id of this.#ids(write.table, write.range))
        this.#rows(write.table, write.range.workspace).delete(id);
  }

  #tell(tables: readonly AnyTable[]): void {
    for (const watcher of [...this.#watchers]) {
      const changed = tables.filter((table) => watcher.tables.includes(table));
      if (changed.length > 0) watcher.callback(changed);
    }
  }
}
