import { createRandom } from '../environment/index.ts';

/** How two agents did on one task: successes out of judged trials. */
export interface PairedTask {
  readonly task: string;
  readonly a: { readonly successes: number; readonly trials: number };
  readonly b: { readonly successes: number; readonly trials: number };
}

/** Two agents on the same tasks. */
export interface PairedComparison {
  /** Tasks that both were judged on. */
  readonly tasks: number;
  /** Mean of b's pass^1 minus a's, over tasks. */
  readonly difference: number;
  /** 95 % interval of the difference: percentile bootstrap over tasks. */
  readonly interval: readonly [low: number, high: number];
  /** Tasks whose first trials a alone passed, and b alone. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Exact two-sided McNemar test on those: the chance of a split at least this uneven if both were as good. */
  readonly p: number;
}

const RESAMPLES = 2000;

/**
 * Compares two agents on the tasks that both served. The bootstrap resamples tasks, not trials: trials of one task
 * are not independent. McNemar's exact test is the binomial test on discordant pairs (McNemar 1947). Undefined
 * without a common task.
 * @param first whether agent a and agent b passed the first judged trial, per task
 */
export function comparePaired(
  pairs: readonly PairedTask[],
  first: ReadonlyMap<string, readonly [a: boolean, b: boolean]>,
  seed: string,
): PairedComparison | undefined {
  const judged = pairs.filter(({ a, b }) => a.trials > 0 && b.trials > 0);
  if (judged.length === 0) return undefined;
  const differences = judged.map(({ a, b }) => b.successes / b.trials - a.successes / a.trials);
  const discordant = judged.map(({ task }) => first.get(task) ?? [false, false]);
  const onlyA = discordant.filter(([a, b]) => a && !b).length;
  const onlyB = discordant.filter(([a, b]) => b && !a).length;
  return {
    tasks: judged.length,
    difference: mean(differences),
    interval: bootstrap(differences, seed),
    onlyA,
    onlyB,
    p: mcNemar(onlyA, onlyB),
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function bootstrap(values: readonly number[], seed: string): [number, number] {
  const [only = 0] = values;
  // Millions of draws, whenever a filter changes: no lists in the loop, and none at all where all draws are alike.
  if (values.every((value) => value === only)) return [only, only];
  const random = createRandom(`bootstrap/${seed}`);
  const drawn = Float64Array.from(values);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let sum = 0;
    for (let i = 0; i < drawn.length; i += 1) sum += drawn[random.below(drawn.length)] ?? 0;
    means[resample] = sum / drawn.length;
  }
  means.sort();
  const at = (share: number) => means[Math.min(RESAMPLES - 1, Math.floor(share * RESAMPLES))] ?? 0;
  return [at(0.025), at(0.975)];
}

/** The exact two-sided p-value of McNemar's test for two counts of discordant pairs. */
export function mcNemar(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  if (n === 0) return 1;
  let term = 0.5 ** n;
  // Thousands of pairs would underflow; their split is then tested through logarithms.
  if (term === 0) return Math.min(1, 2 * Math.exp(logTail(Math.min(onlyA, onlyB), n)));
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyA, onlyB); k += 1) {
    tail += term;
    term *= (n - k) / (k + 1);
  }
  return Math.min(1, 2 * tail);
}

function logTail(smaller: number, n: number): number {
  let logTerm = n * Math.log(0.5);
  let log = -Infinity;
  for (let k = 0; k <= smaller; k += 1) {
    const [high, low] = log > logTerm ? [log, logTerm] : [logTerm, log];
    log = high + Math.log1p(Math.exp(low - high));
    logTerm += Math.log((n - k) / (k + 1));
  }
  return log;
}
