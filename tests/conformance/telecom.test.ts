import { expect, it } from 'vitest';
import { parseDatabase, renderContent, State } from '#core/environment/index.ts';
import {
  parseTau2Tasks,
  replayCalls,
  tau2Assertions,
  tau2Calls,
  tau2State,
} from '#core/interchange/index.ts';
import { telecom } from '#domains/telecom/index.ts';
import { describeReference, dualExpectedSchema, readReference } from './reference.ts';

describeReference('telecom', 'telecom, against the reference implementation', () => {
  const files = ['db.toml', 'user_db.toml'].map((file) => readReference('telecom', file) as object);
  const database = State.of(parseDatabase(telecom, Object.assign({}, ...files), 'db.toml'));
  const tasks = parseTau2Tasks(telecom, readReference('telecom', 'tasks.json'), 'tasks.json');
  const expected = dualExpectedSchema.parse(readReference('telecom', 'expected.json'));

  it('has an answer for every task', () => {
    expect(tasks.map((task) => task.id).sort()).toEqual(expected.map((answer) => answer.task_id).sort());
    expect(tasks.length).toBeGreaterThan(0);
  });

  it.each(tasks.map((task) => ({ id: task.id, task })))(
    'task $id: same results, errors, phone, lines and assertions',
    ({ id, task }) => {
      const state = tau2State(telecom, database, task, 'tasks.json');
      const ours = replayCalls(
        telecom,
        state,
        id,
        tau2Calls(task),
        (outcome) => renderContent(telecom, outcome),
        tau2Assertions(task),
      );
      const { changed: _, ...comparable } = ours;
      expect(comparable).toEqual(expected.find((answer) => answer.task_id === id));
    },
  );
});
