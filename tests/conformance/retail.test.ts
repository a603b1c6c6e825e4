import { describe, expect, it } from 'vitest';
import { parseDatabase, renderContent, State } from '#core/environment/index.ts';
import { parseTau2Tasks, replayCalls, tau2Calls } from '#core/interchange/index.ts';
import { retail } from '#domains/retail/index.ts';
import { expectedSchema, hasReference, readReference } from './reference.ts';

describe.skipIf(!hasReference('retail'))('retail, against the reference implementation', () => {
  const state = State.of(parseDatabase(retail, readReference('retail', 'db.json'), 'db.json'));
  const tasks = parseTau2Tasks(retail, readReference('retail', 'tasks.json'), 'tasks.json');
  const expected = expectedSchema.parse(readReference('retail', 'expected.json'));

  it('has an answer for every task', () => {
    expect(tasks.map((task) => task.id).sort()).toEqual(expected.map((answer) => answer.task_id).sort());
    expect(tasks.length).toBeGreaterThan(0);
  });

  it.each(tasks.map((task) => [task.id, task] as const))('task %s: same results, errors and end state', (id, task) => {
    const replayed = replayCalls(retail, state, id, tau2Calls(task), (outcome) => renderContent(retail, outcome));
    const answer = expected.find((other) => other.task_id === id);
    expect(replayed.steps.map(({ error, content }) => ({ error, content: parsed(content) }))).toEqual(
      answer?.steps.map(({ error, content }) => ({ error, content: parsed(content) })),
    );
    expect(replayed.changed).toEqual(answer?.changed);
  });
});

// A JavaScript object lists ids that look like small integers first, so the order of keys is not compared; the
// values are, and text that is not JSON (ids, errors) to the letter.
function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
