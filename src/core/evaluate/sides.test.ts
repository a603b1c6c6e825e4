import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Outcome } from './metrics.ts';
import { compareSides, conditionCosts } from './sides.ts';

const outcome = (task: string, passed: boolean | 'error', condition = 'general', agent = 'x'): Outcome => ({
  ...{ agent, task, condition, counts: {} },
  class: passed === 'error' ? 'error' : passed ? 'pass' : 'fail',
});

describe('two sides on one task set', () => {
  it('are compared on common judged tasks, all together and by condition', () => {
    const a = [
      outcome('1', true),
      outcome('2', true, 'ambiguous'),
      outcome('3', false, 'ambiguous'),
      outcome('4', true),
    ];
    const b = [
      outcome('1', true),
      outcome('2', false, 'ambiguous'),
      outcome('3', true, 'ambiguous'),
      outcome('3', true, 'ambiguous'),
      outcome('4', 'error'),
      outcome('5', true),
    ];
    const { rows, tasks } = compareSides(a, b, 's');
    expect(tasks.map(({ task }) => task)).toEqual(['1', '2', '3']);
    expect(tasks[2]).toMatchObject({ a: { successes: 0, trials: 1 }, b: { successes: 2, trials: 2 } });
    expect(rows.map(({ condition, tasks: n }) => [condition, n])).toEqual([
      [null, 3],
      ['general', 1],
      ['ambiguous', 2],
    ]);
    expect(rows[0]).toMatchObject({ a: 2 / 3, b: 2 / 3, difference: 0, onlyA: 1, onlyB: 1, p: 1 });
  });

  it('say nothing without a common task', () => {
    expect(compareSides([outcome('1', true)], [outcome('2', true)], 's')).toEqual({ rows: [], tasks: [] });
  });

  test.prop([fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 })])(
    'differ by the difference of their rates, and turn round',
    (scores) => {
      const side = (of: 0 | 1) => scores.map((pair, i) => outcome(String(i), pair[of]));
      const [one] = compareSides(side(0), side(1), 's').rows;
      const [other] = compareSides(side(1), side(0), 's').rows;
      expect(one?.difference).toBeCloseTo((one?.b ?? 9) - (one?.a ?? 0), 12);
      expect(other?.difference).toBeCloseTo(-(one?.difference ?? 9), 12);
      expect([other?.onlyA, other?.onlyB, other?.p]).toEqual([one?.onlyB, one?.onlyA, one?.p]);
    },
  );
});

describe('the cost of a condition', () => {
  const sets: Readonly<Record<string, string>> = {
    g1: 's1',
    a1: 's1',
    b1: 's1',
    g2: 's2',
    a2: 's2',
    a3: 's3',
  };
  const setOf = (task: string) => sets[task];

  it('is read on goals that were served with and without the twist', () => {
    const outcomes = [
      outcome('g1', true),
      outcome('a1', false, 'ambiguous'),
      outcome('b1', true, 'ambiguous'),
      outcome('g2', true),
      outcome('a2', false, 'ambiguous'),
      // Its goal was never served plainly.
      outcome('a3', true, 'ambiguous'),
      outcome('elsewhere', true, 'ambiguous'),
    ];
    const costs = conditionCosts(outcomes, setOf, 's');
    expect(costs).toHaveLength(1);
    expect(costs[0]).toMatchObject({
      agent: 'x',
      condition: 'ambiguous',
      tasks: 2,
      general: 1,
      twisted: 0.25,
    });
    expect(costs[0]?.difference).toBeCloseTo(-0.75, 12);
  });

  it('is given for each agent apart', () => {
    const outcomes = ['x', 'y'].flatMap((agent) => [
      outcome('g1', true, 'general', agent),
      outcome('a1', agent === 'y', 'ambiguous', agent),
    ]);
    expect(conditionCosts(outcomes, setOf, 's').map(({ agent, difference }) => [agent, difference])).toEqual([
      ['x', -1],
      ['y', 0],
    ]);
  });
});
