import fc from 'fast-check';
import { expect, test } from 'vitest';
import { knobsSchema } from '#core/pipeline/index.ts';
import { arbitraryOf } from '../../../testing/arbitrary.ts';
import { FIRST_SETTINGS, formatSettings, parseSettings } from './settings.ts';

test('settings survive the address', () => {
  const settings = fc.record({ seed: fc.string({ unit: 'grapheme' }), knobs: arbitraryOf(knobsSchema) });
  fc.assert(
    fc.property(settings, (some) => {
      expect(parseSettings(formatSettings(some))).toEqual(some);
    }),
  );
});

test('what is no setting is left out', () => {
  expect(parseSettings('hiddenSlots=9,triggerTurn=x,colour=red,pressure=2')).toEqual({
    seed: '1',
    knobs: { pressure: 2 },
  });
  expect(formatSettings(FIRST_SETTINGS)).toBeUndefined();
});
