import type { Task } from '#core/certify/index.ts';
import type { RolloutItem } from '#core/pipeline/index.ts';
import type { Condition } from '#core/transform/index.ts';
import { rolloutRowId, type RunRow } from '../../store/rows.ts';

/**
 * The cells of a run that are still to be done: every task by every agent, trial by trial.
 * @param done ids of the rows that are there
 * @param again ids of those among them that are done once more
 */
export function missingItems(
  tasks: readonly Task[],
  run: Pick<RunRow, 'id' | 'agents' | 'trials'>,
  done: readonly string[],
  again: readonly string[] = [],
): RolloutItem[] {
  const known = new Set(done);
  for (const id of again) known.delete(id);
  return tasks
    .map(toServe)
    .flatMap((task) =>
      run.agents.flatMap((agent) =>
        Array.from({ length: run.trials }, (_, trial) => ({ task, agent, trial })).filter(
          (item) => !known.has(rolloutRowId(run.id, `${task.id}/${agent}/${item.trial}`)),
        ),
      ),
    );
}

/** The condition of each of these tasks, by its id. */
export function conditionsById(tasks: readonly Task[]): (task: string) => Condition {
  const conditions = new Map(tasks.map((task) => [task.id, task.condition]));
  return (task) => conditions.get(task) ?? 'general';
}

/** A task without what its rollouts do not need. A certificate that was refused stays: the verdict depends on it. */
function toServe(task: Task): RolloutItem['task'] {
  const { certificate, ...draft } = task;
  return certificate.accepted ? draft : task;
}
