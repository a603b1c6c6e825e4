import { expect, test } from 'vitest';
import { trialOf } from '../../../store/rows.ts';
import { rolloutsOf } from '../../../testing/storedRows.ts';
import { facetIds, formatFilters, narrow, parseFilters, tally, valuesOf } from './filters.ts';

const trials = rolloutsOf('w', 'r', 60).map(trialOf);
const kindsOf = (task: string) => (task.length % 2 === 0 ? ['even'] : []);

test('filters survive the address, and what is no facet is left out', () => {
  const filters = { agent: 'eager', outcome: 'fail', run: 'run-1' };
  expect(parseFilters(formatFilters(filters))).toEqual(filters);
  expect(parseFilters('nonsense;color:red;agent:')).toEqual({});
  expect(formatFilters({})).toBeUndefined();
});

test('each filter keeps exactly the trials that have its value', () => {
  for (const facet of facetIds)
    for (const [value, count] of tally(trials, facet, kindsOf)) {
      const kept = narrow(trials, { [facet]: value }, kindsOf);
      expect(kept).toHaveLength(count);
      expect(kept.every((trial) => valuesOf(facet, trial, kindsOf).includes(value))).toBe(true);
      expect(narrow(trials, { [facet]: value }, kindsOf, facet)).toHaveLength(trials.length);
    }
});
