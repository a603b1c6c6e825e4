import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { InputError } from '#core/environment/index.ts';
import { parseJson } from './json.ts';

const problem = (text: string) => {
  try {
    parseJson(text, 'f');
  } catch (error) {
    return error instanceof InputError ? error.message : 'another error';
  }
  return 'no error';
};

describe('reading JSON', () => {
  it.each([
    ['', 1, 1, 'a value, found the end'],
    ['{"a": [1, 2,\n  {"b": tru}]}', 2, 9, "a value, found 't'"],
    ['{"a": 1,}', 1, 9, "a name, found '}'"],
    ['{a: 1}', 1, 2, "a name or '}', found 'a'"],
    ['{"a" 1}', 1, 6, "':', found '1'"],
    ['{"a": 1 "b": 2}', 1, 9, "',' or '}', found '\"'"],
    ['[1, 2\n\n', 3, 1, "',' or ']', found the end"],
    ['[1 2]', 1, 4, "',' or ']', found '2'"],
    ['[01]', 1, 3, "',' or ']', found '1'"],
    ['["a\nb"]', 1, 2, "a value or ']', found '\"'"],
    ['{} {}', 1, 4, "the end, found '{'"],
    ["{'a': 1}", 1, 2, "a name or '}', found '''"],
    ['[NaN]', 1, 2, "a value or ']', found 'N'"],
  ])('says where %j stops being JSON', (text, line, column, rest) => {
    expect(problem(text)).toBe(`f: not valid JSON at line ${line}, column ${column}: expected ${rest}.`);
  });

  it('takes a byte order mark, and counts lines from the first of the row', () => {
    expect(parseJson('\ufeff{"a": 1}', 'f')).toEqual({ a: 1 });
    expect(() => parseJson('{', 'f', 7)).toThrow('line 7, column 2');
  });

  test.prop([fc.jsonValue(), fc.nat(), fc.constantFrom('', '{', ']', ',', '"', 'x', '\n', '0')])(
    'agrees with JSON.parse on what is JSON, and always names a place',
    (value, at, wedge) => {
      const text = JSON.stringify(value, null, 1);
      const position = at % (text.length + 1);
      const broken = text.slice(0, position) + wedge + text.slice(position + 1);
      const isJson = () => {
        try {
          JSON.parse(broken);
          return true;
        } catch {
          return false;
        }
      };
      const message = problem(broken);
      if (isJson()) expect(message).toBe('no error');
      else expect(message).toMatch(/^f: not valid JSON at line \d+, column \d+: expected .+, found .+\.$/s);
    },
  );
});
