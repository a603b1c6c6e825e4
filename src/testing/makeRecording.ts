import type { Task } from '#core/certify/index.ts';
import { seedState, type Database, type Domain, type JsonObject } from '#core/environment/index.ts';
import { createRunner, type JudgedRollout } from '#core/pipeline/index.ts';
import { conditions, type Condition } from '#core/transform/index.ts';
import type { Recording } from '../ui/state/recording.ts';

/** The baseline that is recorded for a condition: it passes the general task, and fails the others. */
const recordedAgents: Readonly<Record<Condition, string>> = {
  general: 'careful',
  ambiguous: 'eager',
  changing: 'stubborn',
  infeasible: 'overcompliant',
};

/**
 * Makes the recorded run of the start screen with the engine: the matched set of a seed that says most in the
 * fewest words, with one rollout each. Undefined when the seed has no set where every baseline shows its nature.
 */
export async function makeRecording(domain: Domain, seed: string): Promise<Recording | undefined> {
  const runner = createRunner([domain]);
  const database = { kind: 'seed' as const, domain: domain.id, seed, size: domain.defaultSize };
  const knobs = { requests: 1, distractors: 0 };
  const { trajectories } = await runner.run({
    type: 'explore',
    database,
    explorer: 'grounded',
    seed,
    batch: 0,
    count: 12,
    knobs,
  });
  const found: { tasks: readonly Task[]; rollouts: readonly JudgedRollout[] }[] = [];
  for (const trajectory of trajectories.filter(({ problem }) => problem === null)) {
    const made = await runner.run({
      type: 'transform',
      trajectories: [trajectory],
      seed,
      conditions: [...conditions],
      perCondition: 1,
      knobs,
    });
    const tasks = conditions.flatMap(
      (condition) => made.tasks.find((task) => task.condition === condition) ?? [],
    );
    if (tasks.length < conditions.length) continue;
    const items = tasks.map((task) => ({ task, agent: recordedAgents[task.condition], trial: 0 }));
    const { rollouts } = await runner.run({ type: 'rollout', seed, items });
    // A wrong write shows more on a small screen than a missing one.
    const telling = rollouts.every(({ verdict }, index) =>
      index === 0
        ? verdict.class === 'pass' && verdict.lines.length > 0
        : verdict.class === 'fail' && verdict.lines.some((line) => ['wrong', 'extra'].includes(line.verdict)),
    );
    if (telling) found.push({ tasks, rollouts });
  }
  const [best] = found.sort((a, b) => words(a.tasks) - words(b.tasks));
  if (best === undefined) return undefined;
  return { ...best, rows: touchedRows(domain, seed, best.rollouts), columns: domain.columns };
}

function words(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { program }) => sum + program.openingText.length, 0);
}

/** The initial rows of every record that the rollouts read or write. */
function touchedRows(domain: Domain, seed: string, rollouts: readonly JudgedRollout[]): Database {
  const state = seedState(domain, seed, domain.defaultSize);
  const rows: Record<string, Record<string, JsonObject>> = {};
  const add = (table: string, id: string) => {
    const row = state.get(table, id);
    if (row !== undefined) (rows[table] ??= {})[id] = row;
  };
  for (const { rollout, verdict } of rollouts) {
    for (const event of rollout.events)
      if (event.type === 'tool-result') for (const { table, id } of event.shows) add(table, id);
    for (const { table, id } of verdict.lines) add(table, id);
  }
  return rows;
}
