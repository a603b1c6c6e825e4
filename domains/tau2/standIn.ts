/**
 * Stand-ins: texts that take the place of values which are no text, so that a tool written for texts can look them up
 * and speak of them. No key of a database looks like one, and what is said of them is what Python says of the value.
 */
import { ToolError, type Json } from '#core/environment/index.ts';
import { repr } from './python.ts';

const MARK = '\u0000';
const MARK_CODE = 0;

/** A text stays as it is. */
export const standIn = (value: Json): string => (typeof value === 'string' ? value : MARK + repr(value));

const isStandIn = (text: string): boolean => text.charCodeAt(0) === MARK_CODE;

/** True for what stands in for Python's None. */
export const isNone = (text: string): boolean => text === `${MARK}None`;

/** A text with the stand-ins in it written as Python's `str` writes the values. */
export const shown = (text: string): string => text.replaceAll(MARK, '');

/** The key, if a dictionary can be asked for it: Python does not look up lists and dictionaries. */
export function hashed(key: string): string {
  if (isStandIn(key) && (key[1] === '[' || key[1] === '{'))
    throw new ToolError(`unhashable type: '${typeNameOf(key)}'`);
  return key;
}

/** The entry of a dictionary. */
export const entry = <T>(dictionary: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(dictionary, hashed(key)) ? dictionary[key] : undefined;

/** The text, for a method of texts to be called on it: other values have none. */
export function withMethod(text: string, method: string): string {
  if (isStandIn(text)) throw new ToolError(`'${typeNameOf(text)}' object has no attribute '${method}'`);
  return text;
}

/** The type of what a stand-in stands for, as {@link repr} shows it. */
function typeNameOf(text: string): string {
  const value = text.slice(1);
  if (value === 'None') return 'NoneType';
  if (value === 'True' || value === 'False') return 'bool';
  if (value.startsWith('[')) return 'list';
  if (value.startsWith('{')) return 'dict';
  return /^-?\d+$/.test(value) ? 'int' : 'float';
}
