import type { Condition } from '#core/transform/index.ts';
import type { JsonObject } from '#core/environment/index.ts';
import type { RunRow, RunState } from '../../../store/rows.ts';

/** The one-click run has one row: the newest takes the place of the one before. */
export const RUN_ID = 'pipeline';
/**
 * A seed whose trajectories show much in little: most of them write, some cannot become tasks, and guessing leads to
 * a wrong record rather than to none.
 */
export const RUN_SEED = '16';

/** What the one-click run consists of. */
export const conditionsOfTheRun = [
  'general',
  'ambiguous',
  'changing',
  'infeasible',
] as const satisfies readonly Condition[];

/** One baseline that follows the policy, and for every twist one that fails on it. */
export const agentsOfTheRun = ['careful', 'eager', 'stubborn', 'overcompliant'] as const;

const PER_JOB = 6;

/** Small pieces, so that progress shows and a pause takes effect soon. */
export function chunks<T>(items: readonly T[], size = PER_JOB): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < items.length; at += size) pieces.push(items.slice(at, at + size));
  return pieces;
}

/** The row of the one-click run. */
export function runRow(run: {
  readonly workspace: string;
  readonly seed: string;
  readonly recipe: JsonObject;
  readonly tasks: readonly string[];
  readonly state: RunState;
  readonly note: string | null;
  readonly done: number;
  readonly at: string;
}): RunRow {
  const { at, tasks, ...rest } = run;
  return {
    ...rest,
    id: RUN_ID,
    title: 'The whole pipeline',
    kind: 'pipeline',
    agents: [...agentsOfTheRun],
    tasks: [...tasks],
    trials: 1,
    createdAt: at,
    updatedAt: at,
    total: tasks.length * agentsOfTheRun.length,
    demo: true,
  };
}
