import {
  canonicalJson,
  digest,
  InputError,
  parseDatabase,
  seedState,
  State,
  withPolicy,
} from '../environment/index.ts';
import type { DatabaseRef, Domain } from '../environment/index.ts';
import { gunzip } from '../interchange/index.ts';
import type { Job } from './job.ts';

/** A domain with one of its databases. */
export interface Environment {
  readonly domain: Domain;
  readonly state: State;
}

/** Databases that can be made again from their seed: the least recently used go first. */
const MOST_SEEDED = 4;

/** The databases of one thread: those it made from a seed, and those it was given. */
export class Databases {
  readonly #domains: readonly Domain[];
  readonly #given = new Map<string, Environment>();
  readonly #seeded = new Map<string, Environment>();

  constructor(domains: readonly Domain[]) {
    this.#domains = domains;
  }

  /** Throws {@link InputError} for a domain that is not here, or a file that was not loaded. */
  open(ref: DatabaseRef): Environment {
    const key = canonicalJson(ref);
    const known = this.#given.get(key) ?? this.#seeded.get(key);
    if (ref.kind === 'file') {
      if (known !== undefined) return known;
      throw new InputError(ref.name, 'this database is not loaded.', 'Load the file again and repeat.');
    }
    const domain = this.#domain(ref.domain);
    const environment = known ?? { domain, state: seedState(domain, ref.seed, ref.size) };
    this.#seeded.delete(key);
    this.#seeded.set(key, environment);
    const [oldest] = this.#seeded.keys();
    if (this.#seeded.size > MOST_SEEDED && oldest !== undefined) this.#seeded.delete(oldest);
    return environment;
  }

  /** Takes a database that a user brought, with the policy that came with it. */
  async load({ ref, database: given, policy }: Extract<Job, { type: 'load' }>): Promise<void> {
    const domain = this.#domain(ref.domain);
    const where = ref.kind === 'file' ? ref.name : 'database';
    const value = given instanceof Uint8Array ? await unpacked(given, where) : given;
    const database = parseDatabase(domain, value, where);
    if (ref.kind === 'file' && ref.digest !== digest(database))
      throw new InputError(
        where,
        'the database is not the one the tasks were made on (its digest differs).',
        'Give the original file.',
      );
    this.#given.set(canonicalJson(ref), {
      domain: withPolicy(domain, policy ?? null),
      state: State.of(database),
    });
  }

  #domain(id: string): Domain {
    const found = this.#domains.find((domain) => domain.id === id);
    if (found !== undefined) return found;
    const known = this.#domains.map((domain) => domain.id).join(', ');
    throw new InputError(`domain '${id}'`, `expected one of ${known}.`);
  }
}

/** Far above what a reader takes, and far below what ends a worker. */
const MOST_BYTES = 200_000_000;

async function unpacked(packed: Uint8Array, where: string): Promise<unknown> {
  try {
    const text = await gunzip(new Uint8Array(packed), MOST_BYTES);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(where, `its stored bytes are damaged: ${reason}.`, 'Bring the file again.');
  }
}
