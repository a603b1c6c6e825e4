import { expect, it } from 'vitest';
import { rolloutsOf } from '../../../testing/storedRows.ts';
import { trialOf, type TrialRow } from '../../../store/rows.ts';
import { compared, firstTrial, formatSides, parseSides, partnersOf, sidesIn } from './compared.ts';

const [sample] = rolloutsOf('w', 'r', 1).map(trialOf);
if (sample === undefined) throw new Error('no trial');
const trial = (run: string, agent: string, task: string, passed: boolean, number = 0): TrialRow => ({
  ...sample,
  ...{ id: `${run}/${task}/${agent}/${number}`, run, task, trial: number, condition: 'general' },
  agent: { id: agent, title: agent, kind: 'scripted' },
  class: passed ? 'pass' : 'fail',
});
const a = { run: 'one', agent: 'eager' };
const b = { run: 'two', agent: 'provider/model' };
const trials = [
  trial('one', 'eager', 't1', false, 1),
  trial('one', 'eager', 't1', true),
  trial('one', 'eager', 't2', false),
  trial('two', 'provider/model', 't2', true),
  trial('two', 'careful', 't3', true),
];

it('sides are written into an address and read back', () => {
  expect(parseSides(formatSides([a, b]))).toEqual([a, b]);
  for (const text of [undefined, '', 'one', 'one|eager|two', 'a|b|c|d|e', '|b|c|d'])
    expect(parseSides(text)).toBeNull();
});

it('sides are the agents of each run; partners share a task', () => {
  expect(sidesIn(trials)).toEqual([a, b, { run: 'two', agent: 'careful' }]);
  expect(partnersOf(trials, a)).toEqual([b]);
});

it('two sides are compared on the tasks of both, trials in their order', () => {
  const { rows, tasks } = compared(trials, [a, b]);
  expect(tasks.map(({ task }) => task)).toEqual(['t2']);
  expect(rows[0]).toMatchObject({ tasks: 1, onlyB: 1, onlyA: 0, a: 0, b: 1 });
  expect(firstTrial(trials, a, 't1')).toBe('one/t1/eager/0');
});
