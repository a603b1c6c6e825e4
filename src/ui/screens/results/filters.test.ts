import { expect, test } from 'vitest';
import { trialOf } from '../../../store/rows.ts';
import { rolloutsOf } from '../../../testing/storedRows.ts';
import { facetIds, formatFilters, narrow, parseFilters, tally, valuesOf } from './filters.ts';

const trials = rolloutsOf('w', 'r', 60).map(trialOf);
const factsOf = (task: string) => ({
  kinds: task.length % 2 === 0 ? ['even'] : [],
  intents: ['return'],
  opening: '',
});

test('filters survive the address, and what is no facet is left out', () => {
  const filters = { agent: 'eager', outcome: 'fail', run: 'run-1' };
  expect(parseFilters(formatFilters(filters))).toEqual(filters);
  expect(parseFilters('nonsense;color:red;agent:')).toEqual({});
  expect(formatFilters({})).toBeUndefined();
});

test('each filter keeps exactly the trials that have its value', () => {
  for (const facet of facetIds)
    for (const [value, count] of tally(trials, facet, factsOf)) {
      const kept = narrow(trials, { [facet]: value }, factsOf);
      expect(kept).toHaveLength(count);
      expect(kept.every((trial) => valuesOf(facet, trial, factsOf).includes(value))).toBe(true);
      expect(narrow(trials, { [facet]: value }, factsOf, facet)).toHaveLength(trials.length);
    }
});

test.each([
  [1, '1 to 2'],
  [3, '3 to 4'],
  [8, '5 to 8'],
  [9, '9 or more'],
])('%d turns are in the range %s', (turns, range) => {
  const [trial] = trials;
  if (trial === undefined) throw new Error('no trial');
  expect(valuesOf('turns', { ...trial, turns }, factsOf)).toEqual([range]);
});
