import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { calculate } from './calculate.ts';
import { ToolError } from './errors.ts';
import { roundCents } from './round.ts';

describe('calculate', () => {
  it.each([
    ['(19.99 + 5) * 2', '49.98'],
    ['51', '51.0'],
    ['-2 ** 2', '-4.0'],
    ['2 ** 3 ** 2', '512.0'],
    ['-7 // 2', '-4.0'],
    ['1 // 0.1', '9.0'],
    ['2 ** -1', '0.5'],
    ['9007199254740993 - 9007199254740992', '1.0'],
    ['0.125', '0.12'],
    ['0.375', '0.38'],
    ['2.675', '2.67'],
    ['10 ** 20', '1e+20'],
    ['.5 + 1.', '1.5'],
    ['- - 5', '5.0'],
  ])('%s is %s', (expression, value) => {
    expect(calculate(expression)).toBe(value);
  });

  it.each([
    ['2 + x', 'Invalid characters in expression'],
    ['1 / 0', 'division by zero'],
    ['1 / 0.0', 'float division by zero'],
    ['1 // 0', 'integer division or modulo by zero'],
    ['1 / 0 +', 'invalid syntax (<string>, line 1)'],
    ['', 'invalid syntax (<string>, line 0)'],
    ['1 2', 'invalid syntax (<string>, line 1)'],
    ['(1', "'(' was never closed (<string>, line 1)"],
    ['1)', "unmatched ')' (<string>, line 1)"],
    ['2(3)', "'int' object is not callable"],
    ['0 ** -1', '0.0 cannot be raised to a negative power'],
    ['(-8) ** 0.5', "float() argument must be a string or a real number, not 'complex'"],
    ['10 ** 400', 'int too large to convert to float'],
    ['9 ** 9 ** 9', 'int too large to convert to float'],
    ['(1 2)', 'invalid syntax. Perhaps you forgot a comma? (<string>, line 1)'],
    ['(1 2', "'(' was never closed (<string>, line 1)"],
    ['(1 +)', 'invalid syntax (<string>, line 1)'],
    ['('.repeat(100_000), 'too many nested parentheses (<string>, line 1)'],
  ])('%s: %s', (expression, message) => {
    expect(() => calculate(expression)).toThrow(message);
  });

  test.prop([fc.string({ unit: fc.constantFrom(...'0123456789+-*/(). ') })])(
    'gives a number or a refusal for anything',
    (expression) => {
      let message = '';
      try {
        expect(calculate(expression)).toMatch(/^-?\d+(\.\d+)?(e\+\d+)?$/);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        message = error.message;
      }
      expect(message).not.toContain('undefined');
    },
  );

  test.prop([fc.integer({ min: -1e9, max: 1e9 })])('rounding keeps what has two decimals', (cents) => {
    expect(roundCents(cents / 100)).toBe(cents / 100);
  });
});
