import { beforeAll, describe, expect, it } from 'vitest';
import { telecom } from '#domains/telecom/index.ts';
import type { Task } from '../certify/index.ts';
import { checkAssertion, replay, seedState } from '../environment/index.ts';
import { createRunner } from '../pipeline/index.ts';
import { parseTau2Tasks, tau2Calls } from './tau2.ts';
import { tau2Assertions, tau2State } from './tau2Environment.ts';
import { importTau2Tasks } from './importTau2.ts';
import { EXTENSION, toTau2Task } from './tau2Write/task.ts';

const database = { kind: 'seed', domain: 'telecom', seed: 'e', size: 40 } as const;
const initial = seedState(telecom, database.seed, database.size);
const tasks: Task[] = [];

beforeAll(async () => {
  const runner = createRunner([telecom]);
  const wanted = { general: 6, ambiguous: 2, changing: 4, infeasible: 6 };
  for (let batch = 0; batch < 2; batch += 1)
    tasks.push(
      ...(await runner.run({ type: 'generate', database, seed: 'e', batch, wanted, knobs: {} })).tasks,
    );
}, 60_000);

describe('tau2 files of a domain in which users hold tools', () => {
  it('are there to be looked at', () => {
    expect(tasks.some((task) => (task.criteria.assertions ?? []).length > 0)).toBe(true);
    expect(tasks.some((task) => (task.program.unwilling ?? []).length > 0)).toBe(true);
  });

  it('replay from the prepared state, each call by whom it belongs to, to an end that fulfils what is stated', () => {
    for (const task of tasks) {
      const [read] = parseTau2Tasks(telecom, [toTau2Task(telecom, initial, task)], 'tasks.json');
      if (read === undefined) throw new Error('not read');
      const state = tau2State(telecom, initial, read, 'tasks.json');
      const { state: end, steps } = replay(telecom, state, tau2Calls(read));
      for (const { call, outcome } of steps) expect(outcome.ok, `${task.id} ${call.name}`).toBe(true);
      const assertions = tau2Assertions(read);
      expect(assertions).toEqual(task.criteria.assertions ?? []);
      for (const assertion of assertions)
        expect(checkAssertion(telecom, end, assertion)).toMatchObject({ evaluated: true, met: true });
    }
  });

  it('tell a user which steps they refuse, and nobody else', () => {
    for (const task of tasks) {
      const text = JSON.stringify(toTau2Task(telecom, initial, task).user_scenario);
      const refused = task.program.unwilling ?? [];
      for (const { text: words } of refused) expect(text).toContain(words);
      expect(text.includes('do not, and say')).toBe(refused.length > 0);
    }
  });

  it('come back as tasks of prose with the same preparation, calls and statements', async () => {
    const written = tasks.map((task) => {
      const { [EXTENSION]: _, ...plain } = toTau2Task(telecom, initial, task);
      return plain;
    });
    const { tasks: back, refused } = await importTau2Tasks({
      ...{ domain: telecom, state: initial, database, name: 'tasks.json', tasks: written, first: 0 },
    });
    expect(refused).toEqual([]);
    for (const [i, task] of tasks.entries()) {
      expect(back[i]?.initialization).toEqual(task.initialization);
      expect(back[i]?.criteria.assertions).toEqual(task.criteria.assertions);
    }
  });
});
