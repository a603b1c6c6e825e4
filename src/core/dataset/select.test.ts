import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { selectExamples, splitOf, type ExampleCandidate, type SelectionRules } from './select.ts';

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

test('a split is stable, and about as large as asked', () => {
  const ids = Array.from({ length: 2000 }, (_, i) => `trajectory-${i}`);
  const validation = ids.filter((id) => splitOf(id, 's', 0.2) === 'validation');
  expect(validation.length).toBeGreaterThan(300);
  expect(validation.length).toBeLessThan(500);
  expect(ids.every((id) => splitOf(id, 's', 0) === 'train')).toBe(true);
  expect(ids.every((id) => splitOf(id, 's', 1) === 'validation')).toBe(true);
});
