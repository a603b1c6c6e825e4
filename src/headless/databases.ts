import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  canonicalJson,
  fileRef,
  InputError,
  parseDatabase,
  seedState,
  State,
  type DatabaseRef,
  type Domain,
  type Json,
} from '#core/environment/index.ts';
import { joinSides, userFileNames } from '#core/interchange/index.ts';
import type { Job } from '#core/pipeline/index.ts';
import type { Options, OptionSpecs } from './args.ts';
import { domainById } from './command.ts';
import { isToml, parseData, readText } from './files.ts';
import type { Io } from './io.ts';
import { keyOrder, type KeyOrder } from './keyOrder.ts';

/** A database with its name for jobs, and the job that gives it to a worker if a worker cannot make it itself. */
export interface OpenDatabase {
  readonly domain: Domain;
  readonly ref: DatabaseRef;
  readonly load: Job | undefined;
  /** Built when first asked for: most commands leave that to their workers. */
  state(): State;
  /** How the file orders what JavaScript does not keep in order. */
  keyOrder(): KeyOrder;
}

/** Options of commands that work on one database. */
export const databaseOptions: OptionSpecs = {
  db: { value: 'FILE', help: "database as JSON or TOML; the domain's own, made from a seed, when absent" },
  'db-seed': { value: 'S', help: "seed of the domain's own database; the value of --seed when absent" },
  size: { value: 'N', help: "users in the domain's own database; the domain's choice when absent" },
};

/** The database that the options name. */
export function chosenDatabase(domain: Domain, options: Options): OpenDatabase {
  const path = options.optional('db');
  if (path !== undefined) {
    if (options.optional('size') !== undefined || options.optional('db-seed') !== undefined)
      throw new InputError('command line', '--size and --db-seed say nothing about a database from a file.');
    return fromFile(domain, path);
  }
  const size =
    options.optional('size') === undefined ? domain.defaultSize : options.count('size', 1, 100_000);
  return fromSeed(domain, {
    kind: 'seed',
    domain: domain.id,
    seed: options.optional('db-seed') ?? options.text('seed'),
    size,
  });
}

/**
 * A database file, JSON or TOML. Where users have a side of their own, it may be in a second file: `userPath`, or one
 * beside the first. Its name in refs is without folders, so that a page that is given the file makes the same.
 */
export function fromFile(domain: Domain, path: string, userPath?: string): OpenDatabase {
  const text = readText(path);
  const own = userPath ?? userFileBeside(domain, path);
  const parsed = parseData(text, path);
  const database = parseDatabase(
    domain,
    own === undefined
      ? parsed
      : joinSides(
          { path, value: parsed as Json },
          { path: own, value: parseData(readText(own), own) as Json },
        ),
    path,
  );
  const ref = fileRef(domain, basename(path), database);
  return {
    domain,
    ref,
    load: { type: 'load', ref, database },
    state: once(() => State.of(database)),
    keyOrder: once(() => (isToml(path) ? new Map() : keyOrder(text))),
  };
}

/** The file of the user's side that others put beside a database. */
function userFileBeside(domain: Domain, path: string): string | undefined {
  if (domain.userSide === undefined) return undefined;
  return userFileNames.map((name) => join(dirname(path), name)).find((other) => existsSync(other));
}

function fromSeed(domain: Domain, ref: Extract<DatabaseRef, { kind: 'seed' }>): OpenDatabase {
  return {
    domain,
    ref,
    load: undefined,
    state: once(() => seedState(domain, ref.seed, ref.size)),
    keyOrder: () => new Map(),
  };
}

/** The databases of tasks, opened as tasks name them. */
export class TaskDatabases {
  readonly #io: Io;
  readonly #path: string | undefined;
  readonly #tasksPath: string;
  readonly #open = new Map<string, OpenDatabase>();

  /** `path` is the file of `--db`; without it, files are looked for by their name beside the tasks and here. */
  constructor(io: Io, path: string | undefined, tasksPath: string) {
    this.#io = io;
    this.#path = path;
    this.#tasksPath = tasksPath;
  }

  /** The database that a task was made on. Throws {@link InputError} when the file is another one. */
  open(ref: DatabaseRef, where: string): OpenDatabase {
    const key = canonicalJson(ref);
    const found = this.#open.get(key);
    if (found !== undefined) return found;
    const domain = domainById(this.#io, ref.domain, where);
    const opened = ref.kind === 'seed' ? this.#seeded(domain, ref, where) : this.#file(domain, ref, where);
    this.#open.set(key, opened);
    return opened;
  }

  #seeded(domain: Domain, ref: Extract<DatabaseRef, { kind: 'seed' }>, where: string): OpenDatabase {
    if (this.#path !== undefined)
      throw new InputError(
        '--db',
        `${where} was made on the domain's own database (seed '${ref.seed}'), not on a file.`,
        'Leave --db out.',
      );
    return fromSeed(domain, ref);
  }

  #file(domain: Domain, ref: Extract<DatabaseRef, { kind: 'file' }>, where: string): OpenDatabase {
    const places = [join(dirname(this.#tasksPath), ref.name), ref.name];
    const path = this.#path ?? places.find((place) => existsSync(place));
    if (path === undefined)
      throw new InputError(where, `its database '${ref.name}' is not here.`, 'Name the file with --db.');
    const file = fromFile(domain, path);
    if (file.ref.kind !== 'file' || file.ref.digest !== ref.digest)
      throw new InputError(path, `not the database that ${where} was made on (its digest differs).`);
    return { ...file, ref, load: { type: 'load', ref, database: file.state().base } };
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
