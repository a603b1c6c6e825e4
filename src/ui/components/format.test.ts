import { expect, test } from 'vitest';
import { count, fileSize } from './format.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1250, '1.3 kB'],
  [12_500, '13 kB'],
  [999_600, '1 MB'],
  [4_912_000, '4.9 MB'],
  [103_400_000, '103 MB'],
  [11_000_000_000, '11 GB'],
  [3e15, '3000 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(fileSize(bytes)).toBe(text);
});

test('counts have a unit', () => {
  expect([count(0, 'row'), count(1, 'row'), count(2000, 'row')]).toEqual(['0 rows', '1 row', '2,000 rows']);
});
