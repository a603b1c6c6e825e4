import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { InputError } from '#core/environment/index.ts';
import { parseJson, parseUntrusted } from './jsonText.ts';

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
    ['{"a": "b', 1, 7, 'a value, found text that does not end'],
    ['{} {}', 1, 4, "the end, found '{'"],
    ["{'a': 1}", 1, 2, "a name or '}', found '''"],
  ])('says where %j stops being JSON', (text, line, column, rest) => {
    expect(problem(text)).toBe(`f: not valid JSON at line ${line}, column ${column}: expected ${rest}.`);
  });

  it('knows the numbers that Python writes and JSON has not', () => {
    expect(problem('{"a": NaN}')).toBe(
      "f: not valid JSON at line 1, column 7: expected a value, found 'N'. NaN and Infinity are not JSON.",
    );
  });

  it('takes a byte order mark, and counts lines from the first of the row', () => {
    expect(parseJson('\ufeff{"a": 1}', 'f')).toEqual({ a: 1 });
    expect(() => parseJson('{', 'f', { line: 7, column: 3 })).toThrow('line 7, column 4');
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

describe('reading JSON that is not to be trusted', () => {
  const refusal = (text: string) => {
    try {
      parseUntrusted(text, 'f');
    } catch (error) {
      return error instanceof InputError ? error.message : 'another error';
    }
    return 'no error';
  };

  it.each([
    ['{"a": {"b": 1,\n "b": 2}}', 'f: line 2, column 2: "b" stands there a second time in the same object.'],
    ['{"a": 1, "\\u0061": 2}', 'f: line 1, column 10: "a" stands there a second time in the same object.'],
    [
      '[{"x": "y:z"},\n{"__proto__": {"a": 1}}]',
      'f: line 2, column 2: a field named "__proto__" is not allowed.',
    ],
    ['{"\\u005f_proto__": 1}', 'f: a field named "__proto__" is not allowed.'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'f: nested deeper than 64 levels.'],
  ])('refuses %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test.prop([fc.json({ maxDepth: 5 })])('takes all other JSON as JSON.parse does', (text) => {
    const known = JSON.stringify(JSON.parse(text)).includes('"__proto__"');
    if (known || keys(text) !== undefined) return;
    expect(parseUntrusted(text, 'f')).toEqual(JSON.parse(text));
  });

  // fast-check writes objects from JavaScript's own, in which no key is there twice.
  function keys(text: string) {
    return refusal(text).includes('a second time') ? text : undefined;
  }
});
