import { withRunLock, type Locks } from './locks.ts';
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
    for (const { id } of runs.rows.filter((run) => run.state === 'running')) {
      const marked = await withRunLock(locks, id, signal, () => interrupt(repository, workspace, id, now));
      if (marked.status === 'ran' && marked.value !== undefined) rows.push(marked.value);
    }
  }
  return { rows, problems };
}

/** Read again under the lock: it may have ended since it was listed. */
async function interrupt(
  repository: Repository,
  workspace: string,
  id: string,
  now: string,
): Promise<RunRow | undefined> {
  const run = await repository.get('runs', workspace, id);
  if (run?.state !== 'running') return undefined;
  const done = await repository.count('rollouts', { workspace, run: id });
  const marked: RunRow = { ...run, state: 'interrupted', note: NOTE, done, updatedAt: now };
  await repository.put('runs', [marked]);
  return marked;
}
