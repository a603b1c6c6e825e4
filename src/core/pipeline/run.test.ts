import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import type { Task } from '../certify/index.ts';
import { certify } from '../certify/index.ts';
import { digest, seedState } from '../environment/index.ts';
import { judge, rewardOf } from '../evaluate/index.ts';
import { baselines } from '../rollout/index.ts';
import { createRunner } from './run.ts';
import type { JudgedRollout } from './job.ts';

const database = { kind: 'seed', domain: 'library', seed: 'test', size: 40 } as const;
const state = seedState(library, database.seed, database.size);
const runner = createRunner([library]);
const wanted = { general: 1, ambiguous: 1, changing: 1, infeasible: 1 };
const generate = async (batch: number) =>
  (await runner.run({ type: 'generate', database, seed: 'test', batch, wanted, knobs: {} })).tasks;

describe('tasks of a small domain', () => {
  let tasks: Task[] = [];
  let rollouts: JudgedRollout[] = [];

  beforeAll(async () => {
    tasks = [...(await generate(0)), ...(await generate(1)), ...(await generate(2))];
    const items = tasks.flatMap((task) =>
      baselines.map((agent) => ({ task, agent: agent.identity.id, trial: 0 })),
    );
    ({ rollouts } = await runner.run({ type: 'rollout', seed: 'test', items }));
  });

  const rewards = (agent: string, condition?: string) =>
    rollouts
      .filter(({ rollout }) => rollout.agent.id === agent)
      .filter(
        ({ rollout }) =>
          condition === undefined ||
          tasks.find((task) => task.id === rollout.task)?.conditions.some((name) => name === condition),
      )
      .map(({ verdict }) => verdict.reward);

  it('exist for every condition', () => {
    expect(new Set(tasks.map((task) => task.condition)).size).toBe(4);
  });

  it.each(['oracle', 'careful'])('are all passed by %s', (agent) => {
    expect(new Set(rewards(agent))).toEqual(new Set([1]));
  });

  it.each(['null', 'always-transfer', 'always-refuse'])('are never passed by %s', (agent) => {
    expect(new Set(rewards(agent))).toEqual(new Set([0]));
  });

  it('fail the baseline that each condition targets', () => {
    expect(new Set(rewards('stubborn', 'changing'))).toEqual(new Set([0]));
    expect(new Set(rewards('overcompliant', 'infeasible'))).toEqual(new Set([0]));
    const guesses = rewards('eager', 'ambiguous');
    expect(guesses.filter((reward) => reward === 1).length).toBeLessThan(guesses.length / 2);
  });

  it('are the same bytes for the same seed', async () => {
    expect(digest(await generate(1))).toBe(
      digest(
        (
          await createRunner([library]).run({
            type: 'generate',
            database,
            seed: 'test',
            batch: 1,
            wanted,
            knobs: {},
          })
        ).tasks,
      ),
    );
  });

  it('are rejected, with the check named, once their criteria are emptied', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const { certificate: _, ...draft } = task;
    const vacuous = {
      ...draft,
      criteria: { ...draft.criteria, endStates: [], outcomes: [], communicate: [] },
    };
    const certificate = await certify(library, state, vacuous);
    expect(certificate.accepted).toBe(false);
    expect(certificate.checks.find((check) => check.id === 'E2')?.status).toBe('failed');
  });

  it('never earn a reward without criteria', () => {
    const first = rollouts[0];
    const task = tasks.find((other) => other.id === first?.rollout.task);
    if (first === undefined || task === undefined) throw new Error('no rollout');
    const empty = { ...task, criteria: { ...task.criteria, basis: ['assertions' as const] } };
    expect(judge(library, state, empty, first.rollout).reward).toBeNull();
  });

  it('are judged from the record as they were live', () => {
    for (const { rollout, verdict } of rollouts) {
      const task = tasks.find((other) => other.id === rollout.task);
      if (task === undefined) continue;
      expect(judge(library, state, task, rollout)).toEqual(verdict);
      expect(rewardOf(library, state, task, rollout)).toBe(verdict.reward);
    }
  });
});

it('refuses a domain, an agent and an explorer that do not exist', async () => {
  const unknown = { ...database, domain: 'nowhere' };
  await expect(
    runner.run({
      type: 'explore',
      database: unknown,
      explorer: 'grounded',
      seed: 's',
      batch: 0,
      count: 1,
      knobs: {},
    }),
  ).rejects.toThrow(/library/);
  await expect(
    runner.run({ type: 'explore', database, explorer: 'none', seed: 's', batch: 0, count: 1, knobs: {} }),
  ).rejects.toThrow(/grounded/);
});

it('explores with schemas alone and explains every argument', async () => {
  const { trajectories } = await runner.run({
    type: 'explore',
    database,
    explorer: 'fuzz',
    seed: 's',
    batch: 0,
    count: 20,
    knobs: {},
  });
  expect(trajectories).toHaveLength(20);
  expect(trajectories.some((trajectory) => trajectory.problem === null)).toBe(true);
  for (const { steps } of trajectories)
    for (const step of steps) expect(step.sources.every(({ source }) => source !== null)).toBe(true);
});
