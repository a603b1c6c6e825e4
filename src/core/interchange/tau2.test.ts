import { expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { parseTau2Tasks, tau2Calls } from './tau2.ts';

const call = { name: 'renew_loan', arguments: { loan_id: 'L1' } };
const scenario = { instructions: 'Renew my loan.' };

it('reads a task that leaves out what tau2 lets it leave out', () => {
  const [task, ...more] = parseTau2Tasks(
    library,
    [{ id: 3, user_scenario: scenario, evaluation_criteria: { actions: [call], unknown: 1 } }],
    'tasks.json',
  );
  expect(more).toEqual([]);
  expect(task?.id).toBe('3');
  expect(task === undefined ? [] : tau2Calls(task)).toEqual([call]);
  const [bare] = parseTau2Tasks(library, [{ id: 'x', user_scenario: scenario }], 'tasks.json');
  expect(bare === undefined ? null : tau2Calls(bare)).toEqual([]);
});

it.each<[string, unknown, RegExp]>([
  ['is no list', { id: '1' }, /^tasks.json: expected a JSON array of tasks/],
  ['lacks a user', [{ id: '1' }], /^tasks.json: task 0: at user_scenario/],
  [
    'names a tool of another domain',
    [{ id: '1', user_scenario: scenario, evaluation_criteria: { actions: [{ ...call, name: 'fly' }] } }],
    /^tasks.json: task 1: the .* domain has no tool 'fly'.*another domain/,
  ],
])('says what is wrong with a file that %s', (_, value, message) => {
  expect(() => parseTau2Tasks(library, value, 'tasks.json')).toThrow(message);
});
