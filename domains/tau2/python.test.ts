import { describe, expect, it, test } from 'vitest';
import { ToolError, type Json } from '#core/environment/index.ts';
import { asNumber, items, minus, repr, str, typeName } from './python.ts';
import { entry, hashed, isNone, shown, standIn, withMethod } from './standIn.ts';

// Each line was printed by Python.
test.each<[Json, string, string]>([
  [null, 'NoneType', 'None'],
  [true, 'bool', 'True'],
  [false, 'bool', 'False'],
  [5, 'int', '5'],
  [-0, 'int', '0'],
  [1e20, 'int', '100000000000000000000'],
  [1.5, 'float', '1.5'],
  [0.00001, 'float', '1e-05'],
  ['text', 'str', "'text'"],
  ["it's", 'str', `"it's"`],
  [`"it's"`, 'str', String.raw`'"it\'s"'`],
  ['a\\b\n\t\r', 'str', String.raw`'a\\b\n\t\r'`],
  ['é 😀 \u007f\u00a0\u2028\u0001', 'str', String.raw`'é 😀 \x7f\xa0\u2028\x01'`],
  [[], 'list', '[]'],
  [[1, 'a', null], 'list', "[1, 'a', None]"],
  [{ a: { b: [true] } }, 'dict', "{'a': {'b': [True]}}"],
])('%j is a %s and printed as %s', (value, name, printed) => {
  expect(typeName(value)).toBe(name);
  expect(repr(value)).toBe(printed);
  expect(str(value)).toBe(typeof value === 'string' ? value : printed);
});

describe('loops and sums', () => {
  it('go through characters, items and keys', () => {
    expect(items('a😀')).toEqual(['a', '😀']);
    expect(items([1])).toEqual([1]);
    expect(items({ a: 1 })).toEqual(['a']);
  });

  it.each<[Json, string]>([
    [null, 'NoneType'],
    [1, 'int'],
    [false, 'bool'],
  ])('do not go through %j', (value, name) => {
    expect(() => items(value)).toThrow(new ToolError(`'${name}' object is not iterable`));
  });

  it('count truth values as numbers, and nothing else', () => {
    expect([asNumber(true), asNumber(1.5), asNumber('1'), asNumber(null)]).toEqual([
      1,
      1.5,
      undefined,
      undefined,
    ]);
    expect(minus(true, 3)).toBe(-2);
    expect(() => minus('5', 1)).toThrow("unsupported operand type(s) for -: 'str' and 'int'");
  });
});

describe('a stand-in', () => {
  it('is shown as the value is, and a text is none', () => {
    expect(shown(`User ${standIn(null)} or ${standIn([1, 'a'])}`)).toBe("User None or [1, 'a']");
    expect(standIn('None')).toBe('None');
    expect([isNone(standIn(null)), isNone('None')]).toEqual([true, false]);
  });

  it('is no key, and cannot be one where Python does not hash it', () => {
    expect(entry({ None: 1, 5: 2 }, standIn(null))).toBeUndefined();
    expect(entry({ 5: 2 }, standIn(5))).toBeUndefined();
    expect(entry({ 5: 2 }, '5')).toBe(2);
    expect(hashed('[a]')).toBe('[a]');
    expect(() => hashed(standIn(['a']))).toThrow("unhashable type: 'list'");
    expect(() => entry({}, standIn({}))).toThrow("unhashable type: 'dict'");
  });

  it.each<[Json, string]>([
    [null, 'NoneType'],
    [true, 'bool'],
    [-7, 'int'],
    [1.5, 'float'],
    [1e-9, 'float'],
    [[], 'list'],
    [{}, 'dict'],
  ])('has no method of a text: %j', (value, name) => {
    expect(() => withMethod(standIn(value), 'lower')).toThrow(`'${name}' object has no attribute 'lower'`);
    expect(withMethod('Text', 'lower')).toBe('Text');
  });
});
