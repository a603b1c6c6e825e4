import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { createRandom } from './random.ts';

test.prop([fc.string(), fc.integer({ min: 1, max: 1_000_000 })])(
  'below(n) is an integer from 0 to before n',
  (seed, n) => {
    const random = createRandom(seed);
    for (let i = 0; i < 50; i += 1) {
      const drawn = random.below(n);
      expect(Number.isInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
    }
  },
);

it('below(n) draws every value about as often', () => {
  const random = createRandom('even');
  const counts = Array.from({ length: 5 }, () => 0);
  for (let i = 0; i < 50_000; i += 1) {
    const drawn = random.below(5);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  // Five standard deviations of a fair draw.
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(450);
});
