import { digest, isJsonObject, type Json } from '#core/environment/index.ts';
import { breath } from './breath.ts';
import { packDatabase } from './databaseContent.ts';
import { lines, parseJson } from './jsonLines.ts';
import {
  bundledTables,
  defaultLimits,
  digestOfLines,
  digestOfParts,
  FORMAT_VERSION,
  MANIFEST,
  manifestHeadSchema,
  manifestSchema,
  partName,
  type BundledTable,
  type BundleLimits,
  type Manifest,
  type Progress,
} from './manifest.ts';
import { CURRENT_VERSION, existsIn, migrateRow, migrations } from './migrations.ts';
import { explain, parseRow } from './parse.ts';
import type { WorkspaceContents } from './repository.ts';
import type { Rows } from './rows.ts';
import { refused, unzip } from './zip.ts';

/** A bundle that was read and verified to the last row. Nothing has been written yet. */
export interface Bundle {
  readonly name: string;
  readonly manifest: Manifest;
  /** Bytes of the file, and of what was in it. */
  readonly size: { readonly file: number; readonly unpacked: number };
  readonly contents: WorkspaceContents;
}

export interface ReadOptions {
  readonly limits?: Partial<BundleLimits>;
  readonly signal?: AbortSignal;
  /** Every row is gone through twice: for the digests, and to be parsed. */
  readonly onprogress?: Progress;
}

/** Rows between two breaths, so that a page stays alive while it reads a large file. */
const BREATH = 100;

/**
 * Reads a bundle file: unpacks it within limits, verifies the digest of every part, then parses every row.
 * Rejects with one `InputError` that names the file, the place in it and what was expected, or the signal's reason.
 */
export async function readBundle(
  file: { readonly name: string; readonly bytes: Uint8Array },
  options: ReadOptions = {},
): Promise<Bundle> {
  const limits = { ...defaultLimits, ...options.limits };
  const { name, bytes } = file;
  if (bytes.length > limits.file)
    throw refused(name, `a file of ${bytes.length} bytes; at most ${limits.file} are allowed.`);
  const names = new Set([MANIFEST, ...bundledTables.map(partName)]);
  const parts = unzip(name, bytes, { names, unpacked: limits.unpacked });
  const manifest = readManifest(name, parts.get(MANIFEST), limits);
  const reader = new Reader({ name, parts, manifest, limits, onprogress: options.onprogress });
  for (const table of bundledTables)
    if (existsIn(table, manifest.schema)) await reader.verify(table, options.signal);
  return {
    name,
    manifest: reader.manifest,
    size: { file: bytes.length, unpacked: [...parts.values()].reduce((sum, part) => sum + part.length, 0) },
    contents: await reader.contents(options.signal),
  };
}

function readManifest(name: string, bytes: Uint8Array | undefined, limits: BundleLimits): Manifest {
  const where = `${name}: ${MANIFEST}`;
  if (bytes === undefined)
    throw refused(where, 'it is missing; expected a workspace exported from this page.');
  if (bytes.length > 1024 * 1024) throw refused(where, 'larger than 1 MB.');
  const text = [...lines(where, bytes, limits)].join('\n');
  const value = parseJson(where, text, limits);
  const head = manifestHeadSchema.safeParse(value);
  if (!head.success) throw refused(where, `${explain(head.error)}.`);
  if (head.data.version > FORMAT_VERSION) throw newer(where, 'format', head.data.version, FORMAT_VERSION);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw refused(where, `${explain(parsed.error)}.`);
  const manifest = parsed.data;
  if (manifest.schema > CURRENT_VERSION) throw newer(where, 'schema', manifest.schema, CURRENT_VERSION);
  if (manifest.digest !== digestOfParts(manifest.parts))
    throw refused(where, 'its digest does not fit its list of parts; the file was changed or damaged.');
  const total = rowsOf(manifest);
  if (total > limits.rows) throw refused(where, `${total} rows; at most ${limits.rows} are allowed.`);
  return manifest;
}

function rowsOf(manifest: Manifest): number {
  return manifest.parts.reduce((sum, part) => sum + part.rows, 0);
}

function newer(where: string, what: string, found: number, known: number) {
  return refused(
    where,
    `${what} version ${found} is newer than this page knows (${known}); reload the page.`,
  );
}

interface ReaderInput {
  readonly name: string;
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly manifest: Manifest;
  readonly limits: BundleLimits;
  readonly onprogress: Progress | undefined;
}

class Reader {
  readonly manifest: Manifest;
  readonly #name: string;
  readonly #parts: ReadonlyMap<string, Uint8Array>;
  readonly #limits: BundleLimits;
  readonly #onprogress: Progress | undefined;
  /** Lines read, of both passes together. */
  #read = 0;

  constructor({ name, parts, manifest, limits, onprogress }: ReaderInput) {
    this.#name = name;
    this.#parts = parts;
    this.manifest = manifest;
    this.#limits = limits;
    this.#onprogress = onprogress;
  }

  /** Size, number of rows and digest of a part, as its manifest says. */
  async verify(table: BundledTable, signal: AbortSignal | undefined): Promise<void> {
    const where = this.#where(table);
    const [part, second] = this.manifest.parts.filter((candidate) => candidate.table === table);
    if (part === undefined || second !== undefined)
      throw refused(`${this.#name}: ${MANIFEST}`, `expected one part for ${table}.`);
    const { length } = this.#bytes(table);
    if (length !== part.bytes) throw refused(where, `expected ${part.bytes} bytes, found ${length}.`);
    const digests: string[] = [];
    for await (const line of this.#lines(table, signal)) {
      if (digests.length === part.rows) throw refused(where, `expected ${part.rows} rows, found more.`);
      digests.push(digest(line));
    }
    if (digests.length < part.rows)
      throw refused(where, `expected ${part.rows} rows, found ${digests.length}.`);
    if (digestOfLines(digests) !== part.digest)
      throw refused(where, 'its digest does not fit its content; the file was changed or damaged.');
  }

  async contents(signal: AbortSignal | undefined): Promise<WorkspaceContents> {
    const [workspace, second] = await this.#rows('workspaces', signal);
    if (workspace === undefined || second !== undefined)
      throw refused(this.#where('workspaces'), 'expected one row.');
    return {
      workspace,
      rows: {
        databases: await this.#rows('databases', signal),
        benchmarks: await this.#rows('benchmarks', signal),
        trajectories: await this.#rows('trajectories', signal),
        tasks: await this.#rows('tasks', signal),
        runs: await this.#rows('runs', signal),
        rollouts: await this.#rows('rollouts', signal),
        settings: await this.#rows('settings', signal),
      },
    };
  }

  async #rows<T extends BundledTable>(table: T, signal: AbortSignal | undefined): Promise<Rows[T][]> {
    const rows = new Map<string, Rows[T]>();
    if (!existsIn(table, this.manifest.schema)) return [];
    const workspace = table === 'workspaces' ? '' : this.manifest.workspace.id;
    let number = 0;
    for await (const line of this.#lines(table, signal)) {
      number += 1;
      const where = `${this.#where(table)} line ${number}`;
      const given = parseJson(where, line, this.#limits);
      const id = isJsonObject(given) && typeof given['id'] === 'string' ? given['id'] : '';
      if (table === 'workspaces' && id !== this.manifest.workspace.id)
        throw refused(where, `expected the workspace "${this.manifest.workspace.id}", found "${id}".`);
      const row = upToDate(table, this.manifest.schema, withContent(table, given));
      const parsed = parseRow(table, { workspace, id }, row);
      if (!parsed.ok) throw refused(where, `${parsed.problem.reason}.`);
      if (rows.has(id)) throw refused(where, `a second row "${id}".`);
      rows.set(id, parsed.row);
    }
    return [...rows.values()];
  }

  async *#lines(table: BundledTable, signal: AbortSignal | undefined): AsyncGenerator<string> {
    for (const line of lines(this.#where(table), this.#bytes(table), this.#limits)) {
      if (this.#read % BREATH === 0) {
        await breath(signal);
        this.#onprogress?.(this.#read, 2 * rowsOf(this.manifest));
      }
      this.#read += 1;
      yield line;
    }
  }

  #bytes(table: BundledTable): Uint8Array {
    const bytes = this.#parts.get(partName(table));
    if (bytes === undefined) throw refused(this.#where(table), 'it is missing.');
    return bytes;
  }

  #where(table: BundledTable): string {
    return `${this.#name}: ${partName(table)}`;
  }
}

/** In a bundle the content of a database is the database itself. */
function withContent(table: BundledTable, row: Json): unknown {
  return table === 'databases' && isJsonObject(row) && row['content'] !== undefined
    ? { ...row, content: packDatabase(row['content']) }
    : row;
}

/** Brings a row of an older schema up to date, with the same steps as a database. */
function upToDate(table: BundledTable, schema: number, row: unknown): unknown {
  const pending = migrations.filter((migration) => migration.version > schema);
  return pending.reduce((value, migration) => migrateRow(migration, table, value), row);
}
