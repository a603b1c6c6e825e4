/** C(n, k) as a float; 0 when k > n. */
function choose(n: number, k: number): number {
  if (k > n) return 0;
  let result = 1;
  for (let i = 1; i <= k; i += 1) result = (result * (n - k + i)) / i;
  return result;
}

/** Successes and trials of one task. */
export interface TaskTrials {
  readonly successes: number;
  readonly trials: number;
}

/** Chance that k trials all succeed: mean over tasks of C(c,k)/C(n,k). Null when a task has fewer than k trials. */
export function passHatK(tasks: readonly TaskTrials[], k: number): number | null {
  if (tasks.length === 0 || tasks.some(({ trials }) => trials < k)) return null;
  return mean(tasks.map(({ successes, trials }) => choose(successes, k) / choose(trials, k)));
}

/** Chance that any of k trials succeeds: mean over tasks of 1 - C(n-c,k)/C(n,k). */
export function passAtK(tasks: readonly TaskTrials[], k: number): number | null {
  if (tasks.length === 0 || tasks.some(({ trials }) => trials < k)) return null;
  return mean(tasks.map(({ successes, trials }) => 1 - choose(trials - successes, k) / choose(trials, k)));
}

/**
 * 95 % Wilson score interval of a share (Wilson 1927). Trials of one task are not independent, so the number of
 * tasks is what counts as n.
 */
export function wilson(share: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** One judged rollout, as far as metrics are concerned. */
export interface Outcome {
  readonly agent: string;
  readonly task: string;
  readonly condition: string;
  readonly class: 'pass' | 'fail' | 'error' | 'invalid';
  readonly counts: Readonly<Record<string, number>>;
}

/** One cell of the results matrix. */
export interface Cell {
  readonly agent: string;
  readonly condition: string;
  readonly tasks: number;
  readonly trials: number;
  readonly passed: number;
  /** Trials left out: model or network errors, and tasks or simulators at fault. */
  readonly errors: number;
  readonly invalid: number;
  /** pass^k for k = 1.. up to the smallest number of trials per task. */
  readonly passHat: readonly number[];
  readonly passAt: readonly number[];
  /** 95 % interval of pass^1. */
  readonly interval: readonly [number, number];
  /** Means per judged trial. */
  readonly clarifications: number;
  readonly wastedQuestions: number;
  readonly recoveryTurns: number;
  readonly forbiddenAttempts: number;
}

/** The results matrix: a cell per agent and condition, in the order they first appear. */
export function matrix(outcomes: readonly Outcome[]): Cell[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.agent}\u0000${outcome.condition}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  return [...groups.values()].map(cellOf);
}

function cellOf(group: readonly Outcome[]): Cell {
  const judged = group.filter((outcome) => outcome.class === 'pass' || outcome.class === 'fail');
  const byTask = new Map<string, { successes: number; trials: number }>();
  for (const outcome of judged) {
    const entry = byTask.get(outcome.task) ?? { successes: 0, trials: 0 };
    byTask.set(outcome.task, {
      successes: entry.successes + Number(outcome.class === 'pass'),
      trials: entry.trials + 1,
    });
  }
  const tasks = [...byTask.values()];
  const most = tasks.length === 0 ? 0 : Math.min(...tasks.map(({ trials }) => trials));
  const ks = Array.from({ length: most }, (_, i) => i + 1);
  const average = (name: string) =>
    judged.length === 0 ? 0 : mean(judged.map((outcome) => outcome.counts[name] ?? 0));
  const passHat = ks.map((k) => passHatK(tasks, k) ?? 0);
  return {
    agent: group[0]?.agent ?? '',
    condition: group[0]?.condition ?? '',
    tasks: tasks.length,
    trials: judged.length,
    passed: judged.filter((outcome) => outcome.class === 'pass').length,
    errors: group.filter((outcome) => outcome.class === 'error').length,
    invalid: group.filter((outcome) => outcome.class === 'invalid').length,
    passHat,
    passAt: ks.map((k) => passAtK(tasks, k) ?? 0),
    interval: wilson(passHat[0] ?? 0, tasks.length),
    clarifications: average('clarifications'),
    wastedQuestions: average('wasted_questions'),
    recoveryTurns: average('recovery_turns'),
    forbiddenAttempts: average('forbidden_attempts'),
  };
}
