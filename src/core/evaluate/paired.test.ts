import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { comparePaired, mcNemar, type PairedTask } from './paired.ts';

it.each([
  // Binomial tails by hand: 2 * P(X <= min) for X ~ B(n, 1/2).
  [0, 0, 1],
  [0, 5, 2 / 32],
  [1, 9, (2 * 11) / 1024],
  [5, 5, 1],
])('gives the exact McNemar value for %i and %i', (a, b, p) => {
  expect(mcNemar(a, b)).toBeCloseTo(p, 12);
});

test.prop([fc.nat(3000), fc.nat(3000)])('is a probability, and symmetric', (a, b) => {
  expect(mcNemar(a, b)).toBeGreaterThanOrEqual(0);
  expect(mcNemar(a, b)).toBeLessThanOrEqual(1);
  expect(mcNemar(a, b)).toBe(mcNemar(b, a));
});

it('goes over smoothly from exact terms to logarithms', () => {
  // 0.5 ** 1074 is the smallest power above zero.
  const [below, above] = [mcNemar(500, 574), mcNemar(500, 575)];
  expect(above / below).toBeGreaterThan(0.8);
  expect(above / below).toBeLessThan(1.1);
});

const task = (name: string, a: number, b: number, trials = 4): PairedTask => ({
  task: name,
  a: { successes: a, trials },
  b: { successes: b, trials },
});

it('compares on common tasks only, with the same interval for the same seed', () => {
  const pairs = [
    task('1', 0, 4),
    task('2', 4, 4),
    task('3', 0, 3),
    { ...task('4', 1, 1), b: { successes: 0, trials: 0 } },
  ];
  const first = new Map<string, [boolean, boolean]>([
    ['1', [false, true]],
    ['2', [true, true]],
    ['3', [false, true]],
  ]);
  const one = comparePaired(pairs, first, 's');
  expect(one).toMatchObject({ tasks: 3, onlyA: 0, onlyB: 2, p: 0.5 });
  expect(one?.difference).toBeCloseTo((1 + 0 + 0.75) / 3);
  expect(comparePaired(pairs, first, 's')).toEqual(one);
  expect(comparePaired([], first, 's')).toBeUndefined();
});

test.prop([fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 30 })], { numRuns: 20 })(
  'has the difference inside its interval, and turns round with its agents',
  (scores) => {
    const pairs = scores.map(([a, b], i) => task(String(i), a, b, 3));
    const turned = scores.map(([a, b], i) => task(String(i), b, a, 3));
    const one = comparePaired(pairs, new Map(), 'x');
    const other = comparePaired(turned, new Map(), 'x');
    expect(one?.interval[0] ?? 1).toBeLessThanOrEqual((one?.difference ?? 0) + 1e-9);
    expect(one?.interval[1] ?? -1).toBeGreaterThanOrEqual((one?.difference ?? 0) - 1e-9);
    expect(one?.difference).toBeCloseTo(-(other?.difference ?? 0));
  },
);
