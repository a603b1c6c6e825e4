import { InputError } from '#core/environment/index.ts';
import type { Bundle } from './bundleRead.ts';
import { countsOf, type Counts, type Manifest } from './manifest.ts';
import type { Repository, WorkspaceContents } from './repository.ts';
import { writableTables, type WorkspaceRow } from './rows.ts';

/** What an import would do. */
export interface BundlePreview {
  readonly name: string;
  readonly workspace: Manifest['workspace'];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly version: { readonly format: number; readonly schema: number };
  readonly size: Bundle['size'];
  readonly counts: Counts;
  /** The workspace of the same id that is here already; null when there is none. */
  readonly conflict: {
    readonly title: string;
    /** Null when its own row cannot be read. */
    readonly updatedAt: string | null;
    readonly counts: Counts;
    /** Rows that are here and not in the file: replacing deletes them. */
    readonly onlyHere: Counts;
    /** Runs here that say they are running: do not replace under them. */
    readonly running: number;
  } | null;
}

const UNREADABLE = { title: 'a workspace whose title cannot be read', updatedAt: null };

/** Compares a bundle with what is here. Reads only. */
export async function previewBundle(repository: Repository, bundle: Bundle): Promise<BundlePreview> {
  const { manifest, name, size } = bundle;
  const { rows, problems } = await repository.listWorkspaces();
  const { id } = manifest.workspace;
  const unreadable = problems.some((problem) => problem.id === id) ? UNREADABLE : undefined;
  const here = rows.find((row) => row.id === id) ?? unreadable;
  return {
    name,
    workspace: manifest.workspace,
    createdBy: manifest.createdBy,
    createdAt: manifest.createdAt,
    version: { format: manifest.version, schema: manifest.schema },
    size,
    counts: countsOf(manifest),
    conflict: here === undefined ? null : await conflictWith(repository, id, here, bundle.contents),
  };
}

async function conflictWith(
  repository: Repository,
  workspace: string,
  { title, updatedAt }: { readonly title: string; readonly updatedAt: string | null },
  contents: WorkspaceContents,
): Promise<BundlePreview['conflict']> {
  const counts = {
    databases: 0,
    benchmarks: 0,
    trajectories: 0,
    tasks: 0,
    runs: 0,
    rollouts: 0,
    settings: 0,
  };
  const onlyHere = { ...counts };
  for (const table of writableTables) {
    const ids = await repository.ids(table, { workspace });
    const incoming = new Set(contents.rows[table].map((row: { readonly id: string }) => row.id));
    counts[table] = ids.length;
    onlyHere[table] = ids.filter((id) => !incoming.has(id)).length;
  }
  const runs = await repository.list('runs', { workspace });
  const running = runs.rows.filter((run) => run.state === 'running').length;
  return { title, updatedAt, counts, onlyHere, running };
}

/** `replace` puts the bundle in place of the workspace of its id; `copy` makes a new workspace of it. */
export type ImportAs =
  | { readonly type: 'replace' }
  | { readonly type: 'copy'; readonly workspace: string; readonly title: string };

/**
 * Writes a bundle, in one transaction: all of it or nothing. Runs that were running when it was exported still say
 * so; `recoverInterrupted` puts that right. Rejects with `InputError` when a copy's workspace exists already, or as
 * writes do.
 * @returns the workspace as written
 */
export async function importBundle(
  repository: Repository,
  bundle: Bundle,
  as: ImportAs,
): Promise<WorkspaceRow> {
  const contents = backedUpBy(bundle, as.type === 'replace' ? bundle.contents : copied(bundle.contents, as));
  if (as.type === 'copy' && (await repository.getWorkspace(as.workspace)) !== undefined)
    throw new InputError(`workspace "${as.workspace}"`, 'it exists already.', 'Nothing was imported.');
  await repository.replaceWorkspace(contents);
  return contents.workspace;
}

/** What comes from a file has a backup: that file. */
function backedUpBy({ manifest }: Bundle, contents: WorkspaceContents): WorkspaceContents {
  const backup = { at: manifest.createdAt, rollouts: contents.rows.rollouts.length };
  return { ...contents, workspace: { ...contents.workspace, backup } };
}

/** A copy is the person's own, also when it is one of a demo. */
function copied(contents: WorkspaceContents, as: Extract<ImportAs, { type: 'copy' }>): WorkspaceContents {
  const { workspace } = as;
  const move = <Row extends { readonly workspace: string }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, workspace }));
  const { databases, benchmarks, trajectories, tasks, runs, rollouts, settings } = contents.rows;
  return {
    workspace: { ...contents.workspace, id: workspace, title: as.title, demo: false },
    rows: {
      databases: move(databases),
      benchmarks: move(benchmarks),
      trajectories: move(trajectories),
      tasks: move(tasks),
      runs: move(runs),
      rollouts: move(rollouts),
      settings: move(settings),
    },
  };
}
