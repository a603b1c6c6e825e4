import { z } from 'zod';
import { digest } from '../environment/index.ts';

/** A rollout that could become an example, as far as choosing is concerned. */
export interface ExampleCandidate {
  readonly id: string;
  readonly task: string;
  /** The trajectory that its task was made of. */
  readonly trajectory: string;
  readonly condition: string;
  readonly agent: string;
  readonly passed: boolean;
}

/** Which rollouts become examples. */
export const selectionRulesSchema = z.strictObject({
  onlyPassed: z.boolean(),
  conditions: z.array(z.string()).readonly(),
  agents: z.array(z.string()).readonly(),
  /** At most so many per task; null for no limit. */
  perTask: z.int().positive().nullable(),
  /** At most so many per source trajectory; null for no limit. */
  perTrajectory: z.int().positive().nullable(),
  /** Left out by hand: ids of rollouts. */
  excluded: z.array(z.string()).readonly(),
});
export type SelectionRules = z.infer<typeof selectionRulesSchema>;

/** What was chosen, and how many each rule left out, in the order in which rules are applied. */
export interface Selection<T> {
  readonly chosen: readonly T[];
  readonly leftOut: Readonly<
    Record<'failed' | 'condition' | 'agent' | 'by hand' | 'more per task' | 'more per trajectory', number>
  >;
}

/** Applies the rules to candidates in their order: of several for one task or trajectory the first are taken. */
export function selectExamples<T extends ExampleCandidate>(
  candidates: readonly T[],
  rules: SelectionRules,
): Selection<T> {
  const leftOut = {
    failed: 0,
    condition: 0,
    agent: 0,
    'by hand': 0,
    'more per task': 0,
    'more per trajectory': 0,
  };
  const excluded = new Set(rules.excluded);
  const perTask = new Map<string, number>();
  const perTrajectory = new Map<string, number>();
  const full = (counts: Map<string, number>, key: string, most: number | null) =>
    most !== null && (counts.get(key) ?? 0) >= most;
  const why = (candidate: T): keyof typeof leftOut | null => {
    if (rules.onlyPassed && !candidate.passed) return 'failed';
    if (!rules.conditions.includes(candidate.condition)) return 'condition';
    if (!rules.agents.includes(candidate.agent)) return 'agent';
    if (excluded.has(candidate.id)) return 'by hand';
    if (full(perTask, candidate.task, rules.perTask)) return 'more per task';
    return full(perTrajectory, candidate.trajectory, rules.perTrajectory) ? 'more per trajectory' : null;
  };
  const chosen = candidates.filter((candidate) => {
    const reason = why(candidate);
    if (reason !== null) {
      leftOut[reason] += 1;
      return false;
    }
    perTask.set(candidate.task, (perTask.get(candidate.task) ?? 0) + 1);
    perTrajectory.set(candidate.trajectory, (perTrajectory.get(candidate.trajectory) ?? 0) + 1);
    return true;
  });
  return { chosen, leftOut };
}

/** Candidates that rules on condition, agent and hand leave in, passed or not: what pairs and results are made of. */
export function eligible<T extends ExampleCandidate>(candidates: readonly T[], rules: SelectionRules): T[] {
  const excluded = new Set(rules.excluded);
  return candidates.filter(
    ({ id, condition, agent }) =>
      !excluded.has(id) && rules.conditions.includes(condition) && rules.agents.includes(agent),
  );
}

export const parts = ['train', 'validation', 'test'] as const;
/** A part of a split. */
export type Part = (typeof parts)[number];

/** How examples are divided. */
export const splitRulesSchema = z.strictObject({
  seed: z.string(),
  /** Shares of what is divided, 0 to 1; the rest is for training. */
  validation: z.number().min(0).max(1),
  test: z.number().min(0).max(1),
  /** What is never divided: the tasks of one trajectory, or everything that was made on one database. */
  by: z.enum(['trajectory', 'database']),
});
export type SplitRules = z.infer<typeof splitRulesSchema>;

/**
 * Which part of a split something belongs to, by its database and source trajectory and never by its task: all tasks
 * of one trajectory land in the same part, whatever else is chosen, so nothing leaks from one part to the other.
 */
export function splitOf(
  source: { readonly database: string; readonly trajectory: string },
  rules: SplitRules,
): Part {
  const whole = rules.by === 'database' ? [source.database] : [source.database, source.trajectory];
  const drawn = Number.parseInt(digest([rules.seed, ...whole]).slice(0, 8), 16) / 0x1_0000_0000;
  if (drawn < rules.test) return 'test';
  return drawn < rules.test + rules.validation ? 'validation' : 'train';
}
