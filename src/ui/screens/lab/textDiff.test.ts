import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textDiff } from './textDiff.ts';

const base = 'I would like to return the lamp of order #W1, please.';

test('one change is one piece, however many small words it keeps', () => {
  expect(textDiff(base, 'I would like to return one of the things, please.')).toEqual([
    { text: 'I would like to return ', kind: 'both' },
    { text: 'the lamp of order #W1', kind: 'gone' },
    { text: 'one of the things', kind: 'new' },
    { text: ', please.', kind: 'both' },
  ]);
});

test('equal texts are one common piece', () => {
  expect(textDiff(base, base)).toEqual([{ text: base, kind: 'both' }]);
});

test('what is common and what is new make up the second text', () => {
  const words = fc.array(fc.constantFrom('the', 'lamp', 'order', 'of', 'please', 'back'), { minLength: 1 });
  fc.assert(
    fc.property(words, words, (a, b) => {
      const pieces = textDiff(a.join(' '), b.join(' '));
      const second = pieces.filter(({ kind }) => kind !== 'gone').map(({ text }) => text);
      expect(second.join('')).toBe(b.join(' '));
    }),
  );
});
