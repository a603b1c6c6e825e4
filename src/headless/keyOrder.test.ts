import { expect, it } from 'vitest';
import { findDomain } from '#domains/index.ts';
import { keyOrder, renderInOrder } from './keyOrder.ts';

it('lists records that are keyed by numbers as the file does, everywhere in a result', () => {
  const retail = findDomain('retail');
  if (retail === undefined) throw new Error('no retail');
  const text = '{"table": {"x": {"9690244451": {"price": 5}, "7": "\\"3\\": no key", "2": {"é": 1}}}}';
  const result = JSON.parse(text) as { table: { x: { '7': string } } };
  const render = (order: ReadonlyMap<string, number>) =>
    renderInOrder(retail, { ok: true, state: undefined as never, result }, order);
  expect(Object.keys(result.table.x)).toEqual(['2', '7', '9690244451']);
  expect(render(keyOrder(text))).toBe(
    '{"table": {"x": {"9690244451": {"price": 5.0}, "7": "\\"3\\": no key", "2": {"\\u00e9": 1}}}}',
  );
  expect(render(new Map())).toMatch(/^\{"table": \{"x": \{"2"/);
});
