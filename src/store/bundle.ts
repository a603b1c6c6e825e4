import { zipSync } from 'fflate';
import { canonicalJson, digest, InputError } from '#core/environment/index.ts';
import { breath } from './breath.ts';
import { joinBytes } from './bytes.ts';
import { unpackDatabase } from './databaseContent.ts';
import {
  bundledTables,
  digestOfLines,
  digestOfParts,
  FORMAT,
  FORMAT_VERSION,
  MANIFEST,
  partName,
  type BundledTable,
  type Manifest,
  type Part,
  type Progress,
} from './manifest.ts';
import { CURRENT_VERSION } from './migrations.ts';
import type { Repository, RowProblem } from './repository.ts';
import { writableTables, type DatabaseRow, type Rows, type Table, type WorkspaceRow } from './rows.ts';

/** A file to hand to the person. */
export interface Exported {
  /** "my-workspace-2026-01-31.t2t.zip" */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  /** Rows that cannot be read, hence are not in the file. */
  readonly problems: readonly RowProblem[];
}

export interface ExportOptions {
  /** The build, for people who wonder where a file comes from. */
  readonly createdBy: string;
  /** An ISO date. */
  readonly now: string;
  readonly signal?: AbortSignal;
  /** Told how many rows are written, of how many. */
  readonly onprogress?: Progress;
}

const PAGE = 50;

/**
 * Writes a workspace into one file. The same content gives the same parts and the same `manifest.digest`. The last
 * step (compression) holds the thread, some seconds for thousands of rollouts: the page uses {@link Backups}.
 * Rejects with `InputError` when there is no such workspace, or with the signal's reason.
 */
export async function exportWorkspace(
  repository: Repository,
  workspaceId: string,
  options: ExportOptions,
): Promise<Exported> {
  const workspace = await repository.getWorkspace(workspaceId);
  if (workspace === undefined)
    throw new InputError(`workspace "${workspaceId}"`, 'there is none.', 'Nothing was exported.');
  const files: Record<string, Uint8Array> = {};
  const parts: Part[] = [];
  const problems: RowProblem[] = [];
  const total = await rowsOf(repository, workspaceId);
  let done = 0;
  const step = (rows: number) => options.onprogress?.((done += rows), total);
  for (const table of bundledTables) {
    const writer = new PartWriter(table);
    // When it was backed up is known about a browser's copy; it is not what the workspace holds.
    if (table === 'workspaces') writer.add({ ...workspace, backup: null });
    else problems.push(...(await addAll(repository, table, workspaceId, writer, step, options.signal)));
    files[partName(table)] = writer.bytes();
    parts.push(writer.part());
  }
  const manifest = manifestOf(workspace, parts, options);
  const first = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  // A fixed date: zip dates are local time, which says more about the person than about the file.
  const bytes = zipSync({ [MANIFEST]: first, ...files }, { level: 4, mtime: '1980-01-02T00:00:00' });
  return { name: fileName(workspace.title, options.now), bytes, manifest, problems };
}

async function addAll(
  repository: Repository,
  table: Exclude<BundledTable, 'workspaces'>,
  workspace: string,
  writer: PartWriter,
  step: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<RowProblem[]> {
  const problems: RowProblem[] = [];
  let after: string | undefined;
  for (;;) {
    await breath(signal);
    const page = await repository.page<Table>(table, { workspace, after, limit: PAGE });
    for (const row of page.rows) problems.push(...tryAdd(writer, table, row));
    problems.push(...page.problems);
    step(page.rows.length + page.problems.length);
    if (page.next === null) return problems;
    after = page.next;
  }
}

async function rowsOf(repository: Repository, workspace: string): Promise<number> {
  const counts = await Promise.all(writableTables.map((table) => repository.count(table, { workspace })));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** A database whose bytes are damaged is a problem like any other. */
function tryAdd(writer: PartWriter, table: BundledTable, row: Rows[Table]): RowProblem[] {
  try {
    writer.add(table === 'databases' && 'content' in row ? unpacked(row) : row);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [{ table, workspace: row.workspace, id: row.id, reason: error.message }];
  }
}

function unpacked(row: DatabaseRow): object {
  return { ...row, content: unpackDatabase(row) };
}

class PartWriter {
  readonly #table: BundledTable;
  readonly #lines: Uint8Array[] = [];
  readonly #digests: string[] = [];
  readonly #encoder = new TextEncoder();

  constructor(table: BundledTable) {
    this.#table = table;
  }

  add(row: object): void {
    const line = canonicalJson(row);
    this.#digests.push(digest(line));
    this.#lines.push(this.#encoder.encode(`${line}\n`));
  }

  bytes(): Uint8Array {
    return joinBytes(this.#lines);
  }

  part(): Part {
    const bytes = this.#lines.reduce((sum, line) => sum + line.length, 0);
    const table = this.#table;
    return { table, rows: this.#digests.length, bytes, digest: digestOfLines(this.#digests) };
  }
}

function manifestOf({ id, title }: WorkspaceRow, parts: Part[], options: ExportOptions): Manifest {
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    schema: CURRENT_VERSION,
    createdBy: options.createdBy,
    createdAt: options.now,
    workspace: { id, title },
    parts,
    digest: digestOfParts(parts),
  };
}

function fileName(title: string, now: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${slug === '' ? 'workspace' : slug.slice(0, 40)}-${now.slice(0, 10)}.t2t.zip`;
}
