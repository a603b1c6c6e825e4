import { expect, it } from 'vitest';
import { parseDatabase, pythonJson, renderContent, State, type Json } from '#core/environment/index.ts';
import { parseTau2Tasks, replayCalls, tau2Calls } from '#core/interchange/index.ts';
import { retail } from '#domains/retail/index.ts';
import { describeReference, expectedSchema, readReference } from './reference.ts';

describeReference('retail', 'retail, against the reference implementation', () => {
  const state = State.of(parseDatabase(retail, readReference('retail', 'db.json'), 'db.json'));
  const tasks = parseTau2Tasks(retail, readReference('retail', 'tasks.json'), 'tasks.json');
  const expected = expectedSchema.parse(readReference('retail', 'expected.json'));

  it('has an answer for every task', () => {
    expect(tasks.map((task) => task.id).sort()).toEqual(expected.map((answer) => answer.task_id).sort());
    expect(tasks.length).toBeGreaterThan(0);
  });

  it.each(tasks.map((task) => ({ id: task.id, task })))(
    'task $id: same results, errors and end state',
    ({ id, task }) => {
      const ours = replayCalls(retail, state, id, tau2Calls(task), (outcome) =>
        renderContent(retail, outcome),
      );
      const theirs = expected.find((answer) => answer.task_id === id);
      expect(ours.steps).toEqual(theirs?.steps.map((step) => ({ ...step, content: inOurOrder(step) })));
      expect(ours.steps.map((step) => parsed(step.content))).toEqual(
        theirs?.steps.map((step) => parsed(step.content)),
      );
      expect(ours.changed).toEqual(theirs?.changed);
    },
  );
});

// To the letter, but for one thing: a product's variants are keyed by numbers, and JavaScript lists small whole
// numbers first whatever their order in the file. That one result is written again from its own values.
function inOurOrder({ name, content }: { name: string; content: string }): string {
  return name === 'get_product_details' && !content.startsWith('Error')
    ? pythonJson(parsed(content), retail.decimalFields)
    : content;
}

function parsed(content: string): Json {
  try {
    return JSON.parse(content) as Json;
  } catch {
    return content;
  }
}
