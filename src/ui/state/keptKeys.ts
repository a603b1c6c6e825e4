import { z } from 'zod';

const NAME = 't2t.keys';
const keptSchema = z.strictObject({
  /** When one of them was used last, as a time of day in milliseconds. */
  at: z.number(),
  /** By origin. */
  keys: z.record(z.string(), z.string()),
});
type Kept = z.infer<typeof keptSchema>;

/**
 * Keys that a person asked to keep until the tab closes: in the tab's session storage, which no other tab sees and
 * which survives a reload. Readable by any script of the page, hence only when asked for, each key by itself.
 */
export class KeptKeys {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly #now: () => number;

  /** @param storage the tab's session storage */
  constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** The keys, unless nobody has used them for that many milliseconds: then they are deleted. */
  read(idleMs: number | null): readonly { readonly origin: string; readonly key: string }[] {
    const { at, keys } = this.#read();
    if (idleMs !== null && this.#now() - at >= idleMs) {
      this.delete(null);
      return [];
    }
    return Object.entries(keys).map(([origin, key]) => ({ origin, key }));
  }

  /** Origins whose key is kept. */
  origins(): ReadonlySet<string> {
    return new Set(Object.keys(this.#read().keys));
  }

  put(origin: string, key: string): void {
    this.#write({ at: this.#now(), keys: { ...this.#read().keys, [origin]: key } });
  }

  /** The key of an origin; null for all of them. */
  delete(origin: string | null): void {
    const { at, keys } = this.#read();
    const left = Object.entries(keys).filter(([known]) => origin !== null && known !== origin);
    if (left.length === 0) this.#storage.removeItem(NAME);
    else this.#write({ at, keys: Object.fromEntries(left) });
  }

  /** They were used then. */
  touch(at: number): void {
    const { keys } = this.#read();
    if (Object.keys(keys).length > 0) this.#write({ at, keys });
  }

  #read(): Kept {
    try {
      return keptSchema.parse(JSON.parse(this.#storage.getItem(NAME) ?? ''));
    } catch {
      return { at: 0, keys: {} };
    }
  }

  #write(kept: Kept): void {
    this.#storage.setItem(NAME, JSON.stringify(kept));
  }
}
