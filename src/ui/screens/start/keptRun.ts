import type { Task } from '#core/certify/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import type { Repository } from '../../../store/repository.ts';
import type { RunRow } from '../../../store/rows.ts';
import { RUN_ID } from './pipelinePlan.ts';

/** The one-click run as the store holds it. */
export interface KeptRun {
  readonly row: RunRow;
  readonly trajectories: readonly Trajectory[];
  readonly tasks: readonly Task[];
  readonly judged: readonly JudgedRollout[];
  /** Drafts that failed a check; only their number is kept. */
  readonly rejectedDrafts: number;
}

/** Reads the run back in the order it was made; undefined when none got as far as rollouts. */
export async function readKeptRun(repository: Repository, workspace: string): Promise<KeptRun | undefined> {
  const row = await repository.get('runs', workspace, RUN_ID);
  if (row === undefined) return undefined;
  const [trajectories, tasks, rollouts] = await Promise.all([
    repository.list('trajectories', { workspace }),
    Promise.all(row.tasks.map((id) => repository.get('tasks', workspace, id))),
    repository.list('rollouts', { workspace, run: RUN_ID }),
  ]);
  // The workspace may have got more since: seeds are "<seed>/<batch>/<n>".
  const own = trajectories.rows
    .map(({ trajectory }) => trajectory)
    .filter(({ seed }) => seed.startsWith(`${row.seed}/0/`));
  const { rejectedDrafts } = row.recipe;
  return {
    row,
    trajectories: own.toSorted((a, b) => a.seed.localeCompare(b.seed, 'en', { numeric: true })),
    tasks: tasks.flatMap((found) => found?.task ?? []),
    judged: rollouts.rows.map(({ rollout, verdict }) => ({ rollout, verdict })),
    rejectedDrafts: typeof rejectedDrafts === 'number' ? rejectedDrafts : 0,
  };
}
