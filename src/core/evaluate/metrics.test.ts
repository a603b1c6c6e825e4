import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { matrix, passAtK, passHatK, wilson } from './metrics.ts';

const trials = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 8 }))
  .map(([n, c]) => ({ trials: n, successes: Math.min(n, c) }));

describe('pass^k', () => {
  it('is C(c,k)/C(n,k): 3 of 4 trials give 3/4, 1/2, 1/4, 0', () => {
    expect([1, 2, 3, 4].map((k) => passHatK([{ successes: 3, trials: 4 }], k))).toEqual([0.75, 0.5, 0.25, 0]);
  });

  test.prop([trials])('is c/n at k = 1 and never increases with k', (task) => {
    const values = Array.from({ length: task.trials }, (_, i) => passHatK([task], i + 1) ?? -1);
    expect(values[0]).toBeCloseTo(task.successes / task.trials);
    for (let i = 1; i < values.length; i += 1)
      expect(values[i]).toBeLessThanOrEqual((values[i - 1] ?? 0) + 1e-12);
  });

  test.prop([trials])('is 0 when k is more than the successes', (task) => {
    if (task.successes < task.trials) expect(passHatK([task], task.successes + 1)).toBe(0);
    expect(passHatK([task], task.trials + 1)).toBeNull();
  });

  test.prop([trials, fc.integer({ min: 1, max: 8 })])('is never above pass@k', (task, k) => {
    const all = passHatK([task], k);
    const any = passAtK([task], k);
    if (all !== null && any !== null) expect(all).toBeLessThanOrEqual(any + 1e-12);
  });
});

test.prop([fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 2000 })])(
  'the interval holds the share',
  (share, n) => {
    const [low, high] = wilson(share, n);
    expect(low).toBeLessThanOrEqual(share + 1e-9);
    expect(high).toBeGreaterThanOrEqual(share - 1e-9);
  },
);

it('leaves errors and invalid tasks out of the cell, and counts them', () => {
  const base = { agent: 'a', condition: 'general', counts: {} };
  const [cell] = matrix([
    { ...base, task: 't1', class: 'pass' },
    { ...base, task: 't2', class: 'fail' },
    { ...base, task: 't3', class: 'error' },
    { ...base, task: 't4', class: 'invalid' },
  ]);
  expect(cell).toMatchObject({ tasks: 2, trials: 2, passed: 1, errors: 1, invalid: 1, passHat: [0.5] });
});
