/** Two sides of a comparison: who served, in which run. Pure; the address keeps the choice. */
import {
  compareSides,
  conditionCosts,
  type ConditionCost,
  type SidesComparison,
} from '#core/evaluate/index.ts';
import type { TaskRow, TrialRow } from '../../../store/rows.ts';
import { distinct, outcomesOf } from '../../state/outcomes.ts';

/** An agent in a run. */
export interface Side {
  readonly run: string;
  readonly agent: string;
}

/** Sides in the address: "run|agent|run|agent". Null when there are not two of them. */
export function parseSides(text: string | undefined): readonly [Side, Side] | null {
  const [runA, agentA, runB, agentB, ...more] = (text ?? '').split('|');
  if (!runA || !agentA || !runB || !agentB || more.length > 0) return null;
  return [
    { run: runA, agent: agentA },
    { run: runB, agent: agentB },
  ];
}

/** The inverse of {@link parseSides}. */
export const formatSides = (sides: readonly [Side, Side]): string =>
  sides.flatMap(({ run, agent }) => [run, agent]).join('|');

export const sideId = ({ run, agent }: Side): string => `${run}|${agent}`;

/** Every agent of every run, in the order of their trials. */
export function sidesIn(trials: readonly TrialRow[]): readonly Side[] {
  return distinct(trials.map(({ run, agent }) => sideId({ run, agent: agent.id }))).map((id) => {
    const at = id.indexOf('|');
    return { run: id.slice(0, at), agent: id.slice(at + 1) };
  });
}

const trialsOf = (trials: readonly TrialRow[], side: Side) =>
  trials
    .filter(({ run, agent }) => run === side.run && agent.id === side.agent)
    .toSorted((a, b) => a.trial - b.trial);

/** Two sides on the tasks that both served. */
export function compared(trials: readonly TrialRow[], [a, b]: readonly [Side, Side]): SidesComparison {
  const of = (side: Side) => outcomesOf(trialsOf(trials, side));
  return compareSides(of(a), of(b), sideId(a) + sideId(b));
}

/** Sides that share a task with one, itself not included. */
export function partnersOf(trials: readonly TrialRow[], side: Side): readonly Side[] {
  const served = new Set(trialsOf(trials, side).map(({ task }) => task));
  return sidesIn(trials.filter(({ task }) => served.has(task))).filter(
    (other) => sideId(other) !== sideId(side),
  );
}

/** The first trial of a side on a task, as the id of its rollout. */
export function firstTrial(trials: readonly TrialRow[], side: Side, task: string): string | undefined {
  return trialsOf(trials, side).find((trial) => trial.task === task)?.id;
}

/** What each condition costs each agent, on goals of matched sets that were served with and without it. */
export function costsOf(trials: readonly TrialRow[], tasks: readonly TaskRow[]): readonly ConditionCost[] {
  const sets = new Map(tasks.map(({ task }) => [task.id, task.provenance.set]));
  return conditionCosts(outcomesOf(trials), (task) => sets.get(task), 'costs');
}
