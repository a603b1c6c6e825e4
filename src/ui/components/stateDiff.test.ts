import { expect, test } from 'vitest';
import type { StateLine } from '#core/evaluate/verdict.ts';
import { finer, groupLines } from './stateDiff.ts';

const line = (values: Pick<StateLine, 'before' | 'expected' | 'actual'>): StateLine => ({
  ...{ table: 'orders', id: '#W1', field: 'items', verdict: 'wrong', event: 3 },
  ...values,
});
const lamp = (color: string, price: number) => ({ name: 'Lamp', price, options: { color } });

test('a list of equal length comes down to the fields that differ, each with its own judgement', () => {
  const parts = finer(
    line({
      before: [lamp('red', 10), lamp('blue', 20)],
      expected: [lamp('green', 12), lamp('blue', 20)],
      actual: [lamp('black', 12), lamp('blue', 25)],
    }),
  );
  expect(
    parts.map(({ field, before, expected, actual, verdict, event }) => [
      ...[field, before, expected, actual, verdict, event],
    ]),
  ).toEqual([
    ['items.0.price', 10, 12, 12, 'same', 3],
    ['items.0.options.color', 'red', 'green', 'black', 'wrong', 3],
    ['items.1.price', 20, 20, 25, 'extra', 3],
  ]);
});

test('what was added alike stays whole, what was added differently is taken apart', () => {
  const before = [lamp('red', 10)];
  const alike = [...before, lamp('blue', 20)];
  expect(finer(line({ before, expected: alike, actual: alike }))).toMatchObject([
    { field: 'items.1', before: null, expected: lamp('blue', 20), actual: lamp('blue', 20), verdict: 'same' },
  ]);
  expect(finer(line({ before, expected: alike, actual: before }))).toMatchObject([
    { field: 'items.1', before: null, actual: null, verdict: 'missing' },
  ]);
  const apart = finer(line({ before, expected: alike, actual: [...before, lamp('blue', 21)] }));
  expect(apart.map(({ field, verdict }) => [field, verdict])).toEqual([
    ['items.1.name', 'same'],
    ['items.1.price', 'wrong'],
    ['items.1.options', 'same'],
  ]);
});

test('a list that lost its beginning is shown whole: positions would say that everything changed', () => {
  const [a, b] = [lamp('red', 10), lamp('blue', 20)];
  const whole = line({ before: [a, b], expected: [b], actual: [a, b] });
  expect(finer(whole)).toEqual([whole]);
});

test('plain values and whole records stay as they are', () => {
  const plain = line({ before: 'pending', expected: 'cancelled', actual: 'pending' });
  const added = line({ before: null, expected: { id: 1 }, actual: null });
  expect(groupLines([plain, added])).toEqual([
    { key: 'orders/#W1', table: 'orders', id: '#W1', lines: [plain, added] },
  ]);
});
