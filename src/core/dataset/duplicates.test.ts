import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from './examples.ts';
import { reportDuplicates } from './duplicates.ts';
import { resemblance, shingles, similarPairs } from './minhash.ts';
import type { Part } from './select.ts';

const one = (text: string, part: Part = 'train') => ({
  part,
  messages: [
    { role: 'system', content: 'Policy.' },
    { role: 'user', content: text },
  ] satisfies ChatMessage[],
});
/** A text of n words, the same for the same seed, of a vocabulary large enough not to repeat by chance. */
const text = (seed: number, n: number) =>
  Array.from({ length: n }, (_, i) => `w${(Math.imul(seed * 7919 + i + 1, 2654435761) >>> 0) % 50021}`).join(
    ' ',
  );
/** The text with every k-th word replaced. */
const changed = (original: string, k: number) =>
  original
    .split(' ')
    .map((word, i) => (i % k === k - 1 ? `x${i}` : word))
    .join(' ');

describe('resemblance', () => {
  it('is 1 for the same words, whatever their case and punctuation, and 0 for others', () => {
    expect(resemblance(shingles('One two, three four five.'), shingles('one TWO three: four five'))).toBe(1);
    expect(resemblance(shingles(text(1, 50)), shingles(text(2, 50)))).toBe(0);
  });

  test.prop([fc.nat({ max: 999 }), fc.integer({ min: 5, max: 60 })])('is symmetric', (seed, k) => {
    const [a, b] = [shingles(text(seed, 120)), shingles(changed(text(seed, 120), k))];
    expect(resemblance(a, b)).toBe(resemblance(b, a));
    expect(resemblance(a, a)).toBe(1);
  });
});

it('finds what nearly all pairs above the threshold are, and far fewer pairs than there are', () => {
  // 60 texts, each with a near copy (about 0.92 in common): 7,140 pairs, 60 of them near.
  const sets = Array.from({ length: 60 }, (_, i) => text(i, 200)).flatMap((original) => [
    shingles(original),
    shingles(changed(original, 100)),
  ]);
  const named = [...similarPairs(sets)];
  const near = named.filter(([a, b]) => b === a + 1 && a % 2 === 0);
  expect(near).toHaveLength(60);
  expect(named.length).toBeLessThan(120);
});

describe('a report', () => {
  const base = text(3, 150);
  const report = reportDuplicates(
    [
      one(base),
      one(text(4, 150)),
      one(base, 'test'),
      one(changed(base, 60), 'validation'),
      one(changed(base, 61)),
      one(text(5, 150)),
    ],
    0.8,
  );

  it('groups equal conversations, and near ones', () => {
    expect(report.exact).toEqual([[0, 2]]);
    expect(report.repeats).toEqual([2]);
    expect(report.groups).toEqual([[0, 3, 4]]);
    expect(report.nearRepeats).toEqual([3, 4]);
    expect(report.near[0]?.resemblance).toBeGreaterThan(0.85);
  });

  it('counts pairs that lie in different parts', () => {
    // 0 and 2 are equal; 3 is near 0 and 4.
    expect(report.across).toBe(3);
  });

  it('does not compare the policy or what tools returned', () => {
    const tool = (content: string): ChatMessage => ({ role: 'tool', tool_call_id: 'call00001', content });
    const same = [one(base), one(base)].map((given, i) => ({
      ...given,
      messages: [...given.messages, tool(text(10 + i, 400))],
    }));
    expect(reportDuplicates(same, 0.85)).toMatchObject({ exact: [], near: [{ a: 0, b: 1, resemblance: 1 }] });
  });

  it('is empty for nothing', () => {
    expect(reportDuplicates([], 0.85)).toMatchObject({
      compared: 0,
      exact: [],
      near: [],
      groups: [],
      across: 0,
    });
  });
});

it('compares 2,000 conversations in a few seconds', () => {
  const many = Array.from({ length: 2000 }, (_, i) => one(text(i, 300)));
  const before = performance.now();
  expect(reportDuplicates(many, 0.85).near).toEqual([]);
  expect(performance.now() - before).toBeLessThan(10_000);
});
