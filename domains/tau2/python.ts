/** How Python names, prints and looks up values. The reference's answers are made of it where a type is not checked. */
import { isJsonArray, isJsonObject, pythonFloat, ToolError, type Json } from '#core/environment/index.ts';

/** The name of a value's type. A whole number is an int: JSON, once parsed, does not tell 2.0 from 2. */
export function typeName(value: Json): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return isJsonArray(value) ? 'list' : 'dict';
}

/** A value as `repr` writes it. */
export function repr(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : pythonFloat(value);
  if (isJsonArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, inner]) => `${quoted(key)}: ${repr(inner)}`)
    .join(', ')}}`;
}

/** A value as `str` writes it, which is also how it goes into an f-string. */
export const str = (value: Json): string => (typeof value === 'string' ? value : repr(value));

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replace(/(?! )[\p{C}\p{Z}]/gu, (char) => short[char] ?? escapedCode(char.codePointAt(0) ?? 0));
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapedCode(code: number): string {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}

/** What a `for` loop goes through: the items of a list, the characters of a text, the keys of a dictionary. */
export function items(value: Json): readonly Json[] {
  if (typeof value === 'string') return [...value];
  if (isJsonArray(value)) return value;
  if (isJsonObject(value)) return Object.keys(value);
  throw new ToolError(`'${typeName(value)}' object is not iterable`);
}

/** What Python says of an attribute that a value does not have. */
export const noAttribute = (value: Json, name: string): ToolError =>
  new ToolError(`'${typeName(value)}' object has no attribute '${name}'`);

/** A value as a number; a truth value counts as 0 or 1. Undefined where Python does not calculate with it. */
export const asNumber = (value: Json): number | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? Number(value) : undefined;

/** `value - number`. */
export function minus(value: Json, number: number): number {
  const left = asNumber(value);
  if (left === undefined)
    throw new ToolError(`unsupported operand type(s) for -: '${typeName(value)}' and '${typeName(number)}'`);
  return left - number;
}
