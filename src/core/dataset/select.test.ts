import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  eligible,
  parts,
  selectExamples,
  splitOf,
  type ExampleCandidate,
  type SelectionRules,
  type SplitRules,
} from './select.ts';

const few = (name: string) => fc.integer({ min: 0, max: 4 }).map((n) => `${name}${n}`);
const candidates = fc.uniqueArray(
  fc.record<ExampleCandidate>({
    id: fc.uuid(),
    task: few('task'),
    trajectory: few('trajectory'),
    condition: few('condition'),
    agent: few('agent'),
    passed: fc.boolean(),
  }),
  { selector: ({ id }) => id, maxLength: 60 },
);
const limit = fc.option(fc.integer({ min: 1, max: 3 }));
const rules = fc.record<SelectionRules>({
  onlyPassed: fc.boolean(),
  conditions: fc.array(few('condition')),
  agents: fc.array(few('agent')),
  perTask: limit,
  perTrajectory: limit,
  excluded: fc.constant([]),
});

const most = (keys: readonly string[]) =>
  Math.max(0, ...keys.map((key) => keys.filter((other) => other === key).length));

test.prop([candidates, rules])(
  'every candidate is chosen or left out for one reason, within the limits',
  (all, given) => {
    const { chosen, leftOut } = selectExamples(all, given);
    expect(chosen.length + Object.values(leftOut).reduce((sum, n) => sum + n, 0)).toBe(all.length);
    for (const { passed, condition, agent } of chosen) {
      expect(passed || !given.onlyPassed).toBe(true);
      expect(given.conditions).toContain(condition);
      expect(given.agents).toContain(agent);
    }
    expect(most(chosen.map(({ task }) => task))).toBeLessThanOrEqual(given.perTask ?? Infinity);
    expect(most(chosen.map(({ trajectory }) => trajectory))).toBeLessThanOrEqual(
      given.perTrajectory ?? Infinity,
    );
  },
);

test('what is excluded by hand stays out', () => {
  const all = ['a', 'b'].map((id) => ({
    id,
    task: id,
    trajectory: id,
    condition: 'c',
    agent: 'x',
    passed: true,
  }));
  const base = { onlyPassed: true, conditions: ['c'], agents: ['x'], perTask: null, perTrajectory: null };
  expect(selectExamples(all, { ...base, excluded: ['a'] })).toMatchObject({
    chosen: [{ id: 'b' }],
    leftOut: { 'by hand': 1 },
  });
});

test('pairs and results are made of what passed and what failed, but not of what the rules exclude', () => {
  const all = ['a', 'b', 'c'].map((id, i) => ({
    id,
    task: 't',
    trajectory: 't',
    condition: 'c',
    agent: i === 2 ? 'y' : 'x',
    passed: i === 0,
  }));
  const base = { onlyPassed: true, conditions: ['c'], agents: ['x'], perTask: 1, perTrajectory: 1 };
  expect(eligible(all, { ...base, excluded: [] }).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(eligible(all, { ...base, excluded: ['a'] }).map(({ id }) => id)).toEqual(['b']);
});

const split: SplitRules = { seed: 's', validation: 0.2, test: 0.1, by: 'trajectory' };

test('a split is stable, and about as large as asked', () => {
  const sources = Array.from({ length: 2000 }, (_, i) => ({ database: 'd', trajectory: `trajectory-${i}` }));
  const sizes = (rules: SplitRules) => {
    const drawn = sources.map((source) => splitOf(source, rules));
    return parts.map((part) => drawn.filter((other) => other === part).length);
  };
  const [train = 0, validation = 0, testing = 0] = sizes(split);
  expect(train + validation + testing).toBe(2000);
  expect(validation).toBeGreaterThan(300);
  expect(validation).toBeLessThan(500);
  expect(testing).toBeGreaterThan(130);
  expect(testing).toBeLessThan(270);
  expect(sizes({ ...split, validation: 0, test: 0 })).toEqual([2000, 0, 0]);
  expect(sizes({ ...split, validation: 0, test: 1 })).toEqual([0, 0, 2000]);
  expect(sizes({ ...split, seed: 'other' })).not.toEqual(sizes(split));
});

test('a split by database keeps everything of one database together; by trajectory, same names in two do not count as one', () => {
  const sources = Array.from({ length: 300 }, (_, i) => ({ database: `d${i % 30}`, trajectory: `t${i}` }));
  const byDatabase = new Map<string, Set<string>>();
  for (const source of sources) {
    const part = splitOf(source, { ...split, by: 'database' });
    byDatabase.set(source.database, (byDatabase.get(source.database) ?? new Set()).add(part));
  }
  expect([...byDatabase.values()].every((found) => found.size === 1)).toBe(true);
  expect(new Set([...byDatabase.values()].flatMap((found) => [...found])).size).toBeGreaterThan(1);
  const drawn = sources.map(({ database }) => splitOf({ database, trajectory: 'same' }, split));
  expect(new Set(drawn).size).toBeGreaterThan(1);
});
