import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { changedRows, sameState, State } from './state.ts';

const base = { books: { a: { n: 1 }, b: { n: 2 } } };

it('leaves the state it came from as it was', () => {
  const before = State.of(base);
  const { state } = before.edit((draft) =>
    draft.update('books', 'a', (row) => void Object.assign(row, { n: 9 })),
  );
  expect(before.get('books', 'a')).toEqual({ n: 1 });
  expect(state.get('books', 'a')).toEqual({ n: 9 });
  expect(changedRows(before, state)).toEqual({ books: { a: { n: 9 } } });
});

it('drops everything a failing write did', () => {
  const before = State.of(base);
  expect(() =>
    before.edit((draft) => {
      draft.remove('books', 'a');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(before.ids('books')).toEqual(['a', 'b']);
});

it('refuses writes into rows that were read', () => {
  const row: { n?: number } = State.of(base).get('books', 'a') ?? {};
  expect(() => (row.n = 5)).toThrow(TypeError);
});

it('does not count a row that was written with its old value', () => {
  const before = State.of(base);
  const after = before.with({ books: { a: { n: 1 } } });
  expect(sameState(before, after)).toBe(true);
  expect(changedRows(before, after)).toEqual({});
});

it('still knows how a row began, inside a write and after it', () => {
  const { state, result } = State.of(base).edit((draft) => {
    draft.update('books', 'a', (row) => void Object.assign(row, { n: 9 }));
    draft.put('books', 'c', { n: 3 });
    return [draft.initial('books', 'a'), draft.initial('books', 'c')];
  });
  expect(result).toEqual([{ n: 1 }, undefined]);
  expect(state.with({ books: { a: null } }).initial('books', 'a')).toEqual({ n: 1 });
});

const edits = fc.array(
  fc.record({ id: fc.constantFrom('a', 'b', 'c'), row: fc.option(fc.record({ n: fc.integer() })) }),
  { maxLength: 8 },
);

test.prop([edits])('agrees with a plain copy of the whole database', (list) => {
  let state = State.of(base);
  const plain: Record<string, { n: number }> = structuredClone(base.books);
  for (const { id, row } of list) {
    state = state.with({ books: { [id]: row } });
    if (row === null) delete plain[id];
    else plain[id] = row;
  }
  expect(state.toDatabase()).toEqual({ books: plain });
  expect(sameState(state, State.of({ books: plain }))).toBe(true);
  expect(new Set(state.ids('books'))).toEqual(new Set(Object.keys(plain)));
});
