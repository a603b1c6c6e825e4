import { expect, it } from 'vitest';
import { parseDatabase, renderContent, State } from '#core/environment/index.ts';
import { parseTau2Tasks, replayCalls, tau2Calls } from '#core/interchange/index.ts';
import { airline } from '#domains/airline/index.ts';
import { describeReference, expectedSchema, readReference } from './reference.ts';

describeReference('airline', 'airline, against the reference implementation', () => {
  const state = State.of(parseDatabase(airline, readReference('airline', 'db.json'), 'db.json'));
  const tasks = parseTau2Tasks(airline, readReference('airline', 'tasks.json'), 'tasks.json');
  const expected = expectedSchema.parse(readReference('airline', 'expected.json'));

  it('has an answer for every task', () => {
    expect(tasks.map((task) => task.id).sort()).toEqual(expected.map((answer) => answer.task_id).sort());
    expect(tasks).toHaveLength(30);
  });

  it.each(tasks.map((task) => ({ id: task.id, task })))(
    'task $id: same results, errors and end state, to the letter',
    ({ id, task }) => {
      const ours = replayCalls(airline, state, id, tau2Calls(task), (outcome) =>
        renderContent(airline, outcome),
      );
      expect(ours).toEqual(expected.find((answer) => answer.task_id === id));
    },
  );
});
