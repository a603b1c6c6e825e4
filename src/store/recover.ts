import { onceRunIsFree, withRunLock, type Locks, type RunPlace } from './locks.ts';
import type { Listed, Repository } from './repository.ts';
import type { RunRow } from './rows.ts';

const NOTE = 'The page that ran it was closed. Everything that had finished is kept.';

/**
 * Marks runs as interrupted that say they are running while nobody works on them, and counts again how far they
 * came. Call it once after opening. Where the browser has no locks every such run is taken for dead; one that is
 * alive in another tab puts that right with its next progress.
 * @param locks `navigator.locks`
 * @param now an ISO date
 * @returns the runs that were marked, and rows that cannot be read
 */
export async function recoverInterrupted(
  repository: Repository,
  locks: Locks | undefined,
  now: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Listed<RunRow>> {
  const workspaces = await repository.listWorkspaces();
  const rows: RunRow[] = [];
  const problems = [...workspaces.problems];
  for (const { id: workspace } of workspaces.rows) {
    const runs = await repository.list('runs', { workspace });
    problems.push(...runs.problems);
    for (const run of runs.rows.filter((row) => row.state === 'running')) {
      const marked = await withRunLock(locks, run, signal, () => interrupt(repository, run, now));
      if (marked.status === 'ran' && marked.value !== undefined) rows.push(marked.value);
    }
  }
  return { rows, problems };
}

/** Read again under the lock: it may have ended since it was listed. */
async function interrupt(
  repository: Repository,
  { workspace, id }: RunPlace,
  now: string,
): Promise<RunRow | undefined> {
  const run = await repository.get('runs', workspace, id);
  if (run?.state !== 'running') return undefined;
  const done = await repository.count('rollouts', { workspace, run: id });
  const marked: RunRow = { ...run, state: 'interrupted', note: NOTE, done, updatedAt: now };
  await repository.put('runs', [marked]);
  return marked;
}

export interface FollowOptions {
  readonly locks: Locks | undefined;
  /** An ISO date. */
  readonly now: () => string;
  /** Told which runs say they are running, in any workspace, at first and after every change. */
  readonly onrunning: (runs: readonly RunRow[]) => void;
  /** What goes wrong is told here; the next change of a run is another try. */
  readonly onproblem: (error: unknown) => void;
}

const LOOK_AGAIN_MS = 500;

/**
 * Follows the runs of all tabs. As soon as the tab that worked on one is gone, the run is marked as interrupted
 * here, so that it can be resumed without a reload. Needs locks for that; without them it only tells.
 * @returns the function that ends it
 */
export function followRuns(repository: Repository, options: FollowOptions): () => void {
  const { locks, now, onrunning, onproblem } = options;
  const abort = new AbortController();
  const awaited = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const failed = (error: unknown) => {
    if (!abort.signal.aborted) onproblem(error);
  };
  const waitFor = async (run: RunRow) => {
    const key = `${run.workspace}/${run.id}`;
    if (locks === undefined || awaited.has(key)) return;
    awaited.add(key);
    try {
      await onceRunIsFree(locks, run, abort.signal, () => interrupt(repository, run, now()));
    } finally {
      awaited.delete(key);
    }
  };
  const look = async () => {
    const running = await runningRuns(repository);
    if (abort.signal.aborted) return;
    onrunning(running);
    for (const run of running) waitFor(run).catch(failed);
  };
  const lookSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      look().catch(failed);
    }, LOOK_AGAIN_MS);
  };
  const unwatch = repository.watch(['runs', 'workspaces'], lookSoon);
  look().catch(failed);
  return () => {
    abort.abort();
    clearTimeout(timer);
    unwatch();
  };
}

async function runningRuns(repository: Repository): Promise<readonly RunRow[]> {
  const { rows: workspaces } = await repository.listWorkspaces();
  const found: RunRow[] = [];
  for (const { id: workspace } of workspaces) {
    const { rows } = await repository.list('runs', { workspace });
    found.push(...rows.filter((row) => row.state === 'running'));
  }
  return found;
}
