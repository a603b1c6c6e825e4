import { expect, test } from 'vitest';
import { checkIds } from '#core/certify/index.ts';
import { gates } from './taskViews.ts';

test('every check stands behind one gate', () => {
  const behind = gates.flatMap(({ checks }) => checks);
  expect([...behind].sort()).toEqual([...checkIds].sort());
});
