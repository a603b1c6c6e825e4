import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { certify, taskSchema, type Task } from '#core/certify/index.ts';
import { seedState, type Database, type JsonObject } from '#core/environment/index.ts';
import { createRunner, judgedRolloutSchema, type JudgedRollout } from '#core/pipeline/index.ts';
import { retail } from '#domains/retail/index.ts';

// One matched set with its rollouts has to come out again byte for byte. After a wanted change of the engine,
// UPDATE_GOLDEN=1 writes it anew.
const file = fileURLToPath(new URL('./matched-set/expected.json', import.meta.url));
const seed = 'recorded';
const database = { kind: 'seed', domain: 'retail', seed, size: 60 } as const;
const state = seedState(retail, database.seed, database.size);
const runner = createRunner([retail]);
const served = {
  general: ['careful'],
  ambiguous: ['careful', 'eager'],
  changing: ['careful', 'stubborn'],
  infeasible: ['careful', 'overcompliant'],
};

const recordingSchema = z.strictObject({
  tasks: z.array(taskSchema),
  rollouts: z.array(judgedRolloutSchema),
  rows: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.json()))),
  columns: z.record(z.string(), z.array(z.string())),
});

async function matchedSet(): Promise<Task[]> {
  for (let batch = 0; batch < 40; batch += 1) {
    const knobs = { requests: 1, distractors: 0, pressure: 0 };
    const found = await runner.run({
      type: 'explore',
      database,
      explorer: 'grounded',
      seed,
      batch,
      count: 6,
      knobs,
    });
    for (const trajectory of found.trajectories.filter(
      (other) => other.requests[0]?.intent === 'exchange_item',
    )) {
      const { tasks } = await runner.run({
        type: 'transform',
        trajectories: [trajectory],
        seed,
        conditions: ['general', 'ambiguous', 'changing', 'infeasible'],
        perCondition: 2,
        knobs,
      });
      const pick = (condition: Task['condition'], kind: RegExp) =>
        tasks.find(
          (task) =>
            task.condition === condition &&
            task.conditions.length === 1 &&
            task.kinds.some((name) => kind.test(name)),
        );
      const set = [
        pick('general', /./),
        pick('ambiguous', /unstated|vague|missing/),
        pick('changing', /substitute|condition/),
        pick('infeasible', /:refused/),
      ];
      if (set.every((task) => task !== undefined) && isTelling(await serve(set))) return set;
    }
  }
  throw new Error('No trajectory of this seed gives all four conditions.');
}

/** Careful passes, and the baseline that each condition targets fails: also the one that guesses. */
const isTelling = (rollouts: readonly JudgedRollout[]) =>
  rollouts.every(
    ({ rollout, verdict }) => verdict.class === (rollout.agent.id === 'careful' ? 'pass' : 'fail'),
  );

async function serve(tasks: readonly Task[]): Promise<JudgedRollout[]> {
  const items = tasks.flatMap((task) => served[task.condition].map((agent) => ({ task, agent, trial: 0 })));
  return (await runner.run({ type: 'rollout', seed, items })).rollouts;
}

/** The initial rows that the rollouts show or change. */
function rowsOf(rollouts: readonly JudgedRollout[]): Database {
  const rows: Record<string, Record<string, JsonObject>> = {};
  for (const { rollout } of rollouts)
    for (const event of rollout.events) {
      if (event.type !== 'tool-result') continue;
      const changed = Object.entries(event.changed).flatMap(([table, byId]) =>
        Object.keys(byId).map((id) => ({ table, id })),
      );
      for (const { table, id } of [...event.shows, ...changed]) {
        const row = state.get(table, id);
        if (row !== undefined) (rows[table] ??= {})[id] = row;
      }
    }
  return rows;
}

if (process.env.UPDATE_GOLDEN !== undefined) {
  const tasks = await matchedSet();
  const rollouts = await serve(tasks);
  writeFileSync(
    file,
    `${JSON.stringify({ tasks, rollouts, rows: rowsOf(rollouts), columns: retail.columns })}\n`,
  );
}

describe('the golden matched set', () => {
  it('is there', () => {
    expect(existsSync(file)).toBe(true);
  });

  const recording = recordingSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

  it('has one certified task per condition', async () => {
    expect(recording.tasks.map((task) => task.condition)).toEqual([
      'general',
      'ambiguous',
      'changing',
      'infeasible',
    ]);
    for (const { certificate, ...draft } of recording.tasks)
      expect(await certify(retail, state, draft)).toEqual(certificate);
  });

  it('comes out again: every event, status and verdict', async () => {
    expect(await serve(recording.tasks)).toEqual(recording.rollouts);
  });

  it('shows the careful baseline passing and the targeted ones failing', () => {
    for (const { rollout, verdict } of recording.rollouts)
      expect([rollout.agent.id, verdict.class]).toEqual([
        rollout.agent.id,
        rollout.agent.id === 'careful' ? 'pass' : 'fail',
      ]);
  });
});
