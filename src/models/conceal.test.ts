import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Concealer } from './conceal.ts';

const KEY = 'sk-canary-0123456789abcdef';

it('lets no key through a stream, however it is cut, and changes nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string({ maxLength: 8 }), fc.constant(KEY), fc.constant(KEY.slice(0, 9))), {
        maxLength: 8,
      }),
      fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 40 }),
      (pieces, cuts) => {
        const whole = pieces.join('');
        const concealer = new Concealer([KEY]);
        let [shown, at] = ['', 0];
        for (let i = 0; at < whole.length; i += 1) {
          const size = 1 + (cuts[i % cuts.length] ?? 0);
          shown += concealer.next('text', whole.slice(at, at + size));
          expect(shown).not.toContain(KEY);
          at += size;
        }
        shown += concealer.rest('text');
        expect(shown).toBe(whole.replaceAll(KEY, '…cdef'));
      },
    ),
  );
});

it('keeps streams apart, and takes a short word for no key', () => {
  const concealer = new Concealer([KEY, 'EMPTY']);
  expect(concealer.next('a', 'the list is EMPTY sk-can')).toBe('the list is EMPTY ');
  expect(concealer.next('b', 'ary-0123456789abcdef')).toBe('ary-0123456789abcdef');
  expect(concealer.rest('a')).toBe('sk-can');
});
