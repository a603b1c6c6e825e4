import {
  canonicalJson,
  deepFreeze,
  InputError,
  seedState,
  State,
  withPolicy,
  type DatabaseRef,
  type Domain,
  type JsonObject,
} from '#core/environment/index.ts';
import type { DatabaseRow } from '../../store/rows.ts';
import type { Services } from './services.ts';

/** A domain together with one of its databases, ready to be used in this thread. */
export interface OpenDatabase {
  /** With the policy that came with the database, where one did. */
  readonly domain: Domain;
  readonly ref: DatabaseRef;
  readonly state: State;
  /** The file that the domain's policy text came with; null when it is the domain's own. */
  readonly policyFrom: string | null;
}

type FileRef = Extract<DatabaseRef, { kind: 'file' }>;

/** What one page has open: every screen asks for the database again, and gets the same one. */
interface Opened {
  readonly databases: Map<string, Promise<OpenDatabase>>;
  /** Those that the workers were given. */
  readonly loaded: Set<string>;
}
const pages = new WeakMap<Services, Opened>();
const MOST_OPEN = 3;
/** Rows that cross from a worker at a time: some milliseconds of this thread. */
const ROWS = 200;

/**
 * Opens a database: generated from its seed, or read from the workspace when a person brought it, by a worker, so
 * that a large one does not hold up the page.
 * Throws {@link InputError} when this build has no such domain, or the workspace no such file.
 */
export async function openDatabase(
  services: Services,
  workspace: string,
  ref: DatabaseRef,
): Promise<OpenDatabase> {
  const domain = await domainOf(services, ref);
  if (ref.kind === 'seed')
    return remembered(services, canonicalJson({ ...ref }), () =>
      Promise.resolve({ domain, ref, state: seedState(domain, ref.seed, ref.size), policyFrom: null }),
    );
  const row = await rowOf(services, workspace, ref);
  return remembered(services, keyOf(row), async () => ({
    domain: withPolicy(domain, row.policy),
    ref,
    state: await stateOf(services, row, ref, Object.keys(domain.columns)),
    policyFrom: row.policy === null ? null : row.name,
  }));
}

/** The domain of a database, with the policy that came with it. Rejects as {@link openDatabase} does. */
export async function openDomain(services: Services, workspace: string, ref: DatabaseRef): Promise<Domain> {
  const domain = await domainOf(services, ref);
  return ref.kind === 'seed' ? domain : withPolicy(domain, (await rowOf(services, workspace, ref)).policy);
}

/** A database that a person brought, as a worker takes it, and the policy that came with it. */
export interface DatabaseFile {
  readonly ref: FileRef;
  readonly database: unknown;
  readonly policy: string | null;
}

/** Those databases among refs that a person brought, each once. Rejects as {@link openDatabase} does. */
export async function databaseFiles(
  services: Services,
  workspace: string,
  refs: readonly DatabaseRef[],
): Promise<DatabaseFile[]> {
  const files = new Map(
    refs.flatMap((ref) => (ref.kind === 'file' ? [[canonicalJson({ ...ref }), ref] as const] : [])),
  );
  const rows = [...files.values()].map(async (ref): Promise<DatabaseFile> => {
    const row = await rowOf(services, workspace, ref);
    return { ref, ...forWorkers(row) };
  });
  return Promise.all(rows);
}

/**
 * Gives the workers the databases that jobs will name, where these came from files. Workers make seeded ones
 * themselves. Loading what is loaded costs nothing.
 */
export async function loadForWorkers(
  services: Services,
  workspace: string,
  refs: readonly DatabaseRef[],
  signal?: AbortSignal,
): Promise<void> {
  const files = new Map(refs.flatMap((ref) => (ref.kind === 'file' ? [[ref.digest, ref] as const] : [])));
  for (const ref of files.values()) await load(services, await rowOf(services, workspace, ref), ref, signal);
}

async function load(
  services: Services,
  row: DatabaseRow,
  ref: FileRef,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { loaded } = openedBy(services);
  // Workers know a database by its whole ref: the same content may have come under two names.
  const key = `${canonicalJson({ ...ref })} ${keyOf(row)}`;
  if (loaded.has(key)) return;
  const runner = await services.runner();
  await runner.run({ type: 'load', ref, ...forWorkers(row) }, signal);
  loaded.add(key);
}

/** As it is stored: a worker unpacks it, which takes as long as it is large. */
function forWorkers({ content, policy }: DatabaseRow): Omit<DatabaseFile, 'ref'> {
  return { database: content.encoding === 'gzip' ? content.bytes : content.value, policy };
}

async function stateOf(
  services: Services,
  row: DatabaseRow,
  ref: FileRef,
  tables: readonly string[],
): Promise<State> {
  await load(services, row, ref, undefined);
  const runner = await services.runner();
  const database: Record<string, Record<string, JsonObject>> = {};
  for (const table of tables) {
    const rows: Record<string, JsonObject> = {};
    for (let from = 0, total = 1; from < total; from += ROWS) {
      const page = await runner.run({ type: 'rows', database: ref, table, from, count: ROWS });
      Object.assign(rows, deepFreeze(page.rows));
      total = page.total;
    }
    database[table] = rows;
  }
  return State.of(database);
}

async function domainOf(services: Services, ref: DatabaseRef): Promise<Domain> {
  const domains = await services.domains();
  const domain = domains.find((known) => known.id === ref.domain);
  if (domain !== undefined) return domain;
  throw new InputError(
    `domain '${ref.domain}'`,
    `this build knows ${domains.map(({ id }) => id).join(', ')}.`,
    'Open it with the build that made it.',
  );
}

async function rowOf(services: Services, workspace: string, ref: FileRef): Promise<DatabaseRow> {
  const repository = await services.repository();
  const row = await repository.get('databases', workspace, ref.digest);
  if (row !== undefined) return row;
  throw new InputError(ref.name, 'this workspace does not hold the database.', 'Import the file again.');
}

// Its content is told by its id; only the policy can change.
const keyOf = (row: DatabaseRow) => `${row.id} ${row.policy ?? ''}`;

function openedBy(services: Services): Opened {
  let opened = pages.get(services);
  if (opened === undefined) {
    opened = { databases: new Map(), loaded: new Set() };
    pages.set(services, opened);
  }
  return opened;
}

function remembered(
  services: Services,
  key: string,
  open: () => Promise<OpenDatabase>,
): Promise<OpenDatabase> {
  const { databases } = openedBy(services);
  const opening =
    databases.get(key) ??
    open().catch((error: unknown) => {
      databases.delete(key);
      throw error;
    });
  databases.delete(key);
  databases.set(key, opening);
  const [oldest] = databases.keys();
  if (databases.size > MOST_OPEN && oldest !== undefined) databases.delete(oldest);
  return opening;
}
