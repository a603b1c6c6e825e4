import { describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { retail } from '#domains/retail/index.ts';
import { createRunner } from '../pipeline/index.ts';
import { replay, sameState, seedState } from '../environment/index.ts';
import { groundedExplorer } from './grounded.ts';
import { trajectoryOfCalls } from './lift.ts';

describe.each([library, retail])('calls of the $id domain that somebody made', (domain) => {
  const database = { kind: 'seed', domain: domain.id, seed: 'lift', size: 60 } as const;
  const state = seedState(domain, database.seed, database.size);
  const explored = [...groundedExplorer.explore({ domain, state, database, seed: 'l', count: 60 })].filter(
    ({ problem, requests }) =>
      problem === null && requests.every(({ intent }) => domain.intent(intent)?.tool !== undefined),
  );
  const again = (
    calls: readonly { name: string; arguments: (typeof explored)[0]['steps'][0]['call']['arguments'] }[],
  ) => trajectoryOfCalls({ domain, state, database, calls, origin: 'human', seed: 'x' });

  it('are read back as the requests behind them, with the same end state', () => {
    expect(explored.length).toBeGreaterThan(9);
    for (const trajectory of explored) {
      const calls = trajectory.steps.map(({ call }) => call);
      const lifted = again(calls);
      expect([trajectory.id, lifted.problem]).toEqual([trajectory.id, null]);
      expect(lifted.requests.map(({ intent, values }) => ({ intent, values }))).toEqual(
        trajectory.requests.map(({ intent, values }) => ({ intent, values })),
      );
      const end = replay(
        domain,
        state,
        lifted.steps.map(({ call }) => call),
      ).state;
      expect(sameState(end, replay(domain, state, calls).state)).toBe(true);
    }
  });

  it('need no reads of their own: what a request needs is added, and every argument is explained', () => {
    for (const trajectory of explored) {
      const writes = trajectory.steps
        .filter(({ call }) => domain.tool(call.name)?.kind === 'write')
        .map(({ call }) => call);
      const lifted = again(writes);
      expect(lifted.problem).toBeNull();
      expect(lifted.steps.flatMap(({ sources }) => sources).filter(({ source }) => source === null)).toEqual(
        [],
      );
      expect(lifted.userId).toBe(trajectory.userId);
    }
  });

  it('lose calls that failed and reads that led nowhere', () => {
    const [trajectory] = explored;
    if (trajectory === undefined) throw new Error('nothing explored');
    const calls = trajectory.steps.map(({ call }) => call);
    const noise = { name: calls[0]?.name ?? '', arguments: { nothing: 'here' } };
    expect(again([noise, ...calls, noise]).steps.map(({ call }) => call)).toEqual(
      again(calls).steps.map(({ call }) => call),
    );
  });

  it('become certified tasks', async () => {
    const trajectories = explored.slice(0, 3).map(({ steps }) => again(steps.map(({ call }) => call)));
    const job = {
      type: 'transform',
      trajectories,
      seed: 't',
      conditions: ['general', 'ambiguous', 'changing', 'infeasible'] as 'general'[],
      perCondition: 1,
      knobs: {},
    } as const;
    const { tasks } = await createRunner([domain]).run({ ...job, conditions: [...job.conditions] });
    expect(new Set(tasks.map(({ condition }) => condition)).size).toBeGreaterThan(1);
    expect(tasks.every(({ certificate }) => certificate.accepted)).toBe(true);
  }, 60_000);

  it('say why they cannot become one', () => {
    expect(again([]).problem?.code).toBe('no-write');
  });
});
