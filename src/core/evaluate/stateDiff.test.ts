import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { sameJson, State, type JsonObject } from '../environment/index.ts';
import { stateLines } from './stateDiff.ts';

const stateOf = (row: JsonObject) => State.of({ meetings: { M1: row } });
const lines = (before: JsonObject, expected: JsonObject, actual: JsonObject) =>
  stateLines(stateOf(before), { meetings: { M1: expected } }, { meetings: { M1: actual } }, []);

const scalar = fc.oneof(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 2 }), fc.constant(null));
const key = fc.constantFrom('day', 'room', 'ana.costa', 'ana', 'costa');
const inner = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(key, scalar));
const row = fc.dictionary(key, inner) as fc.Arbitrary<JsonObject>;

describe('stateLines', () => {
  it('finds a field whose name has dots', () => {
    const [line, ...more] = lines(
      { attendees: {} },
      { attendees: { 'ana.costa': 'none' } },
      { attendees: {} },
    );
    expect(more).toEqual([]);
    expect(line).toMatchObject({ field: 'attendees.ana.costa', expected: 'none', verdict: 'missing' });
  });

  test.prop([row, row, row])(
    'has a line that differs exactly when the rows differ',
    (before, expected, actual) => {
      const differs = lines(before, expected, actual).some(({ verdict }) => verdict !== 'same');
      expect(differs).toBe(!sameJson(expected, actual));
    },
  );
});
