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
export interface SelectionRules {
  readonly onlyPassed: boolean;
  readonly conditions: readonly string[];
  readonly agents: readonly string[];
  /** At most so many per task; null for no limit. */
  readonly perTask: number | null;
  /** At most so many per source trajectory; null for no limit. */
  readonly perTrajectory: number | null;
  /** Left out by hand. */
  readonly excluded: readonly string[];
}

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

/**
 * Which part of a split a source trajectory belongs to. All tasks of one trajectory land in the same part, whatever
 * else is chosen, so nothing leaks from one part to the other.
 * @param share of trajectories that go to validation, 0 to 1
 */
export function splitOf(trajectory: string, seed: string, share: number): 'train' | 'validation' {
  const drawn = Number.parseInt(digest([seed, trajectory]).slice(0, 8), 16) / 0x1_0000_0000;
  return drawn < share ? 'validation' : 'train';
}
