import type { Task } from '#core/certify/index.ts';
import { databaseName, type ExampleCandidate } from '#core/dataset/index.ts';
import type { TrialRow } from '../../../store/rows.ts';

/** A trial with its task, ready to be chosen. */
export interface DatasetCandidate extends ExampleCandidate {
  readonly trial: TrialRow;
  readonly source: Task;
}

/** The judged trials whose task is known. */
export function candidatesOf(trials: readonly TrialRow[], tasks: readonly Task[]): DatasetCandidate[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return trials.flatMap((trial): DatasetCandidate[] => {
    const source = byId.get(trial.task);
    if (source === undefined || (trial.class !== 'pass' && trial.class !== 'fail')) return [];
    const { id, task, condition } = trial;
    const trajectory = `${databaseName(source.database)}\n${source.provenance.trajectory}`;
    return [
      {
        id,
        task,
        condition,
        trajectory,
        agent: trial.agent.id,
        passed: trial.class === 'pass',
        trial,
        source,
      },
    ];
  });
}
