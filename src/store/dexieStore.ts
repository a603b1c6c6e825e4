import { Dexie, type Collection, type ObservabilitySet } from 'dexie';
import { bulkPut, type DexieKey, type DexieTable } from './bulkPut.ts';
import { NewerVersionError, QuotaError, StoreError, UnavailableError } from './errors.ts';
import type { Key, Range, RawRow, RawStore, RawWrite } from './rawStore.ts';
import type { AnyTable } from './rows.ts';

/** A {@link RawStore} in IndexedDB. */
export class DexieStore implements RawStore {
  readonly durable = true;
  readonly #db: Dexie;
  readonly #ended: (() => void)[] = [];
  /** Why nothing can be read or written any more. */
  #lost: StoreError | undefined;

  readonly #onTrouble: (error: StoreError) => void;

  constructor(db: Dexie, version: number, onTrouble: (error: StoreError) => void = () => undefined) {
    this.#db = db;
    this.#onTrouble = onTrouble;
    db.on('versionchange', (event) => {
      if (this.#lost !== undefined) return;
      this.#lost =
        event.newVersion === null
          ? new UnavailableError('it was deleted in another tab')
          : new NewerVersionError(event.newVersion / 10, version);
      onTrouble(this.#lost);
    });
  }

  async get(table: AnyTable, key: Key): Promise<unknown> {
    return this.#guard(() => this.#table(table).get([...key]));
  }

  async range(table: AnyTable, range: Range, limit?: number): Promise<readonly RawRow[]> {
    const select = () => {
      const collection = this.#select(table, range);
      return limit === undefined ? collection : collection.limit(limit);
    };
    return this.#guard(() =>
      // One transaction, so that the keys belong to the values.
      this.#db.transaction('r', this.#table(table), async () => {
        const [keys, values] = await Promise.all([select().primaryKeys(), select().toArray()]);
        return values.map((value, index) => ({ id: keys[index]?.[1] ?? '', value }));
      }),
    );
  }

  async ids(table: AnyTable, range: Range): Promise<readonly string[]> {
    const keys = await this.#guard(() => this.#select(table, range).primaryKeys());
    return keys.map(([, id]) => id);
  }

  async count(table: AnyTable, range: Range): Promise<number> {
    return this.#guard(() => this.#select(table, range).count());
  }

  async commit(writes: readonly RawWrite[]): Promise<void> {
    if (writes.length === 0) return;
    const tables = [...new Set(writes.map((write) => write.table))];
    await this.#guard(() =>
      this.#db.transaction('rw', tables, async () => {
        for (const batch of batches(writes)) await this.#apply(batch);
      }),
    );
  }

  watch(tables: readonly AnyTable[], callback: (changed: readonly AnyTable[]) => void): () => void {
    const listener = (parts: ObservabilitySet) => {
      // `all` comes when the page returns from the back-forward cache, where it heard of nothing.
      const touched = (table: AnyTable) =>
        Object.keys(parts).some(
          (part) => part === 'all' || part.startsWith(`idb://${this.#db.name}/${table}/`),
        );
      const changed = tables.filter(touched);
      if (changed.length > 0) callback(changed);
    };
    Dexie.on('storagemutated', listener);
    const end = () => Dexie.on.storagemutated.unsubscribe(listener);
    this.#ended.push(end);
    return end;
  }

  close(): void {
    this.#lost ??= new UnavailableError('it was closed');
    for (const end of this.#ended) end();
    this.#db.close({ disableAutoOpen: true });
  }

  /** What a failure of the engine means to a person. */
  explained(error: unknown): unknown {
    if (error instanceof StoreError) return error;
    const names = new Set(causes(error).map((cause) => cause.name));
    if (names.has('QuotaExceededError')) return new QuotaError(error);
    if (this.#lost !== undefined && names.has('DatabaseClosedError')) return this.#lost;
    const unusable = [
      'DatabaseClosedError',
      'OpenFailedError',
      'MissingAPIError',
      'InvalidStateError',
      'SecurityError',
      'UnknownError',
    ];
    const found = unusable.find((name) => names.has(name));
    return found === undefined
      ? error
      : new UnavailableError(error instanceof Error ? error.message : found, error);
  }

  async #guard<T>(work: () => PromiseLike<T>): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    try {
      return await work();
    } catch (error) {
      const explained = this.explained(error);
      if (explained instanceof QuotaError) this.#onTrouble(explained);
      throw explained;
    }
  }

  #table(table: AnyTable): DexieTable {
    return this.#db.table(table);
  }

  #select(table: AnyTable, { workspace, prefix = '', after }: Range): Collection<unknown, DexieKey> {
    const from = after !== undefined && after >= prefix ? after : prefix;
    // In IndexedDB an array lies after every string.
    const to = prefix === '' ? [] : following(prefix);
    return this.#table(table)
      .where(':id')
      .between([workspace, from], [workspace, to], from !== after, false);
  }

  async #apply(batch: readonly RawWrite[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const table = this.#table(first.table);
    if (first.type === 'clear') await this.#select(first.table, first.range).delete();
    else if (first.type === 'delete') await table.bulkDelete(batch.flatMap(keyOf));
    else
      await bulkPut(
        table,
        batch.flatMap((write) => (write.type === 'put' ? [write.value] : [])),
        batch.flatMap(keyOf),
      );
  }
}

/** The least string that is after every string with this prefix. Prefixes end in "/", never in the last character. */
function following(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

function keyOf(write: RawWrite): DexieKey[] {
  return write.type === 'clear' ? [] : [[write.key[0], write.key[1]]];
}

/** Writes that the engine is given at once: they are copied in this thread, and the page waits that long. */
const MOST_AT_ONCE = 100;

/** Neighbouring writes of one kind and table, which the engine takes at once. Clears stand alone. */
function batches(writes: readonly RawWrite[]): RawWrite[][] {
  const grouped: RawWrite[][] = [];
  for (const write of sorted(writes)) {
    const last = grouped.at(-1);
    const fits = last !== undefined && last.length < MOST_AT_ONCE && write.type !== 'clear';
    if (fits && last[0]?.type === write.type && last[0].table === write.table) last.push(write);
    else grouped.push([write]);
  }
  return grouped;
}

/** Rollouts and their trials alternate; writes to different tables may trade places, those to one table may not. */
function sorted(writes: readonly RawWrite[]): RawWrite[] {
  const order = [...new Set(writes.map((write) => write.table))];
  return order.flatMap((table) => writes.filter((write) => write.table === table));
}

function causes(error: unknown): Error[] {
  const found: Error[] = [];
  let next: unknown = error;
  while (next instanceof Error && found.length < 8) {
    found.push(next);
    next = innerOf(next);
  }
  return found;
}

function innerOf(error: Error): unknown {
  if ('inner' in error && error.inner instanceof Error) return error.inner;
  if ('failures' in error && Array.isArray(error.failures)) return error.failures[0];
  return error.cause;
}
