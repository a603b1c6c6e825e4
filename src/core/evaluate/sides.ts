import type { Outcome } from './metrics.ts';
import { comparePaired, type PairedComparison, type PairedTask } from './paired.ts';

/** Two sides on the tasks of one condition that both served. */
export interface SidesOnCondition extends PairedComparison {
  /** Null for all conditions together. */
  readonly condition: string | null;
  /** pass^1 of each side over the common tasks. */
  readonly a: number;
  readonly b: number;
}

/** One task that two sides served. */
export interface SidesOnTask {
  readonly task: string;
  readonly condition: string;
  readonly a: { readonly successes: number; readonly trials: number };
  readonly b: { readonly successes: number; readonly trials: number };
}

/** Two sides on one task set: two models, or one model under two recipes. */
export interface SidesComparison {
  /** All common tasks first, then each condition in the order given. Empty without a common task. */
  readonly rows: readonly SidesOnCondition[];
  /** The common tasks, in the order in which side a served them. */
  readonly tasks: readonly SidesOnTask[];
}

/**
 * Compares two sides on the tasks that both were judged on. Trials that were not judged are left out, as everywhere.
 * @param seed of the bootstrap
 */
export function compareSides(a: readonly Outcome[], b: readonly Outcome[], seed: string): SidesComparison {
  const [byA, byB] = [byTask(a), byTask(b)];
  const tasks = [...byA].flatMap(([task, { condition, passed }]): SidesOnTask[] => {
    const other = byB.get(task);
    return other === undefined ? [] : [{ task, condition, a: tally(passed), b: tally(other.passed) }];
  });
  const conditions = [...new Set(tasks.map(({ condition }) => condition))];
  const rows = [null, ...(conditions.length > 1 ? conditions : [])].flatMap((condition) => {
    const of = tasks.filter((one) => condition === null || one.condition === condition);
    const first = new Map(of.map(({ task }) => [task, [firstOf(byA, task), firstOf(byB, task)] as const]));
    const compared = comparePaired(of, first, `${seed}/${condition ?? ''}`);
    if (compared === undefined) return [];
    return [{ ...compared, condition, a: rateOf(of, 'a'), b: rateOf(of, 'b') }];
  });
  return { rows, tasks };
}

/** What a condition costs an agent: its goals without the twist, and with it. */
export interface ConditionCost extends PairedComparison {
  readonly agent: string;
  readonly condition: string;
  /** pass^1 over the matched sets, on the general tasks and on those of the condition. */
  readonly general: number;
  readonly twisted: number;
}

const GENERAL = 'general';

/**
 * What each condition costs each agent on one and the same goal: the tasks of a matched set share it, so the twist is
 * all that differs. A set counts where the agent was judged on its general task and on one of the condition; several
 * tasks of one condition in a set count together.
 * @param setOf the matched set of a task; undefined leaves it out
 */
export function conditionCosts(
  outcomes: readonly Outcome[],
  setOf: (task: string) => string | undefined,
  seed: string,
): ConditionCost[] {
  const inSets = outcomes.flatMap((outcome) => {
    const set = setOf(outcome.task);
    return set === undefined ? [] : [{ ...outcome, task: set }];
  });
  const agents = [...new Set(inSets.map(({ agent }) => agent))];
  const conditions = [...new Set(inSets.map(({ condition }) => condition))].filter((one) => one !== GENERAL);
  return agents.flatMap((agent) =>
    conditions.flatMap((condition): ConditionCost[] => {
      const of = (wanted: string) =>
        inSets.filter((outcome) => outcome.agent === agent && outcome.condition === wanted);
      const [all] = compareSides(of(GENERAL), of(condition), `${seed}/${agent}/${condition}`).rows;
      if (all === undefined) return [];
      const { condition: _, a: general, b: twisted, ...compared } = all;
      return [{ ...compared, agent, condition, general, twisted }];
    }),
  );
}

interface Served {
  readonly condition: string;
  /** Whether each judged trial passed, in order. */
  readonly passed: boolean[];
}

function byTask(outcomes: readonly Outcome[]): Map<string, Served> {
  const served = new Map<string, Served>();
  for (const { task, condition, class: verdict } of outcomes) {
    if (verdict !== 'pass' && verdict !== 'fail') continue;
    const known = served.get(task) ?? { condition, passed: [] };
    known.passed.push(verdict === 'pass');
    served.set(task, known);
  }
  return served;
}

const tally = (passed: readonly boolean[]) => ({
  successes: passed.filter(Boolean).length,
  trials: passed.length,
});
const firstOf = (served: ReadonlyMap<string, Served>, task: string) => served.get(task)?.passed[0] ?? false;

function rateOf(pairs: readonly PairedTask[], side: 'a' | 'b'): number {
  const rates = pairs.map((pair) => pair[side].successes / pair[side].trials);
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}
