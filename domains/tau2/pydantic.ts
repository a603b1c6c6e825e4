/** The reference's models, as far as its tools check arguments with them: what they make of values, and their words. */
import { isJsonArray, isJsonObject, ToolError, type Json, type JsonObject } from '#core/environment/index.ts';
import { items, repr, typeName } from './python.ts';

/** Every problem has a link to a page of the version that the reference pins. */
const PAGES = 'https://errors.pydantic.dev/2.12/v';
/** Longer values are shown by their beginning and their end, counted in bytes. */
const SHOWN_BYTES = 50;

interface Problem {
  readonly at: string;
  readonly type: string;
  readonly message: string;
  readonly input: Json;
}

/** What a field holds once it is validated. Says of a value that does not do why. */
export type Field = (input: Json, at: string, problems: Problem[]) => Json;

/** A model: its name and its fields. */
export interface Model<T> {
  readonly name: string;
  readonly field: Field;
  /** The model that fields make; a {@link ToolError} with pydantic's report where they make none. */
  parse(fields: JsonObject): T;
}

/** A model of the reference. `T` is what its fields make. */
export function model<T>(
  name: string,
  fields: Readonly<Record<string, Field>>,
  { defaults = {}, extra = 'ignored' }: { defaults?: JsonObject; extra?: 'ignored' | 'forbidden' } = {},
): Model<T> {
  const field: Field = (input, at, problems) => {
    if (!isJsonObject(input))
      return refuse(problems, at, input, [
        'model_type',
        `Input should be a valid dictionary or instance of ${name}`,
      ]);
    const made = Object.entries(fields).map(([key, check]): [string, Json] => {
      const [value, place] = [input[key], join(at, key)];
      if (value !== undefined) return [key, check(value, place, problems)];
      return [key, defaults[key] ?? absent(problems, place, input, key in defaults)];
    });
    if (extra === 'forbidden')
      for (const [key, value] of Object.entries(input))
        if (!Object.hasOwn(fields, key))
          refuse(problems, join(at, key), value, ['extra_forbidden', 'Extra inputs are not permitted']);
    return Object.fromEntries(made);
  };
  return {
    name,
    field,
    parse(given) {
      const problems: Problem[] = [];
      const made = field(given, '', problems);
      if (problems.length > 0) throw new ToolError(report(name, problems));
      return made as T;
    },
  };
}

const join = (at: string, key: string) => (at === '' ? key : `${at}.${key}`);

const absent = (problems: Problem[], at: string, input: Json, optional: boolean): null =>
  optional ? null : refuse(problems, at, input, ['missing', 'Field required']);

function refuse(problems: Problem[], at: string, input: Json, [type, message]: [string, string]): null {
  problems.push({ at, type, message, input });
  return null;
}

function report(name: string, problems: readonly Problem[]): string {
  const lines = problems.map(
    ({ at, type, message, input }) =>
      `${at}\n  ${message} [type=${type}, input_value=${clipped(repr(input))}, input_type=${typeName(input)}]\n    For further information visit ${PAGES}/${type}`,
  );
  const plural = problems.length === 1 ? '' : 's';
  return [`${problems.length} validation error${plural} for ${name}`, ...lines].join('\n');
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

function clipped(text: string): string {
  if (bytesOf(text) <= SHOWN_BYTES) return text;
  const chars = [...text];
  const head = fitting(chars, SHOWN_BYTES / 2);
  return `${head.join('')}...${fitting(chars.reverse(), SHOWN_BYTES / 2 - 1)
    .reverse()
    .join('')}`;
}

/** As many characters as have room. */
function fitting(chars: readonly string[], bytes: number): string[] {
  let room = bytes;
  const end = chars.findIndex((char) => (room -= bytesOf(char)) < 0);
  return chars.slice(0, end < 0 ? chars.length : end);
}

/** A text. Nothing is turned into one. */
export const text: Field = (input, at, problems) =>
  typeof input === 'string'
    ? input
    : refuse(problems, at, input, ['string_type', 'Input should be a valid string']);

/** A whole number, also as a text. */
export const whole: Field = (input, at, problems) => {
  const expected = 'Input should be a valid integer';
  if (typeof input === 'boolean') return Number(input);
  if (typeof input === 'string')
    return /^\s*[+-]?\d+(_\d+)*(\.0*)?\s*$/.test(input)
      ? Number(input.replaceAll('_', ''))
      : refuse(problems, at, input, ['int_parsing', `${expected}, unable to parse string as an integer`]);
  if (typeof input !== 'number') return refuse(problems, at, input, ['int_type', expected]);
  return Number.isInteger(input)
    ? input
    : refuse(problems, at, input, ['int_from_float', `${expected}, got a number with a fractional part`]);
};

/** A number, also as a text. */
export const decimal: Field = (input, at, problems) => {
  const expected = 'Input should be a valid number';
  if (typeof input === 'number') return input;
  if (typeof input === 'boolean') return Number(input);
  if (typeof input !== 'string') return refuse(problems, at, input, ['float_type', expected]);
  const digits = input.trim().replaceAll(/(?<=\d)_(?=\d)/g, '');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)
    ? Number(digits)
    : refuse(problems, at, input, ['float_parsing', `${expected}, unable to parse string as a number`]);
};

const flags: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 'true', 't', 'yes', 'y', 'on'].map((word) => [word, true]),
  ...['0', 'false', 'f', 'no', 'n', 'off'].map((word) => [word, false]),
]) as Record<string, boolean>;

/** A truth value, also as a word or as 0 or 1. */
export const flag: Field = (input, at, problems) => {
  const expected = 'Input should be a valid boolean';
  if (typeof input === 'boolean') return input;
  const isWord = typeof input === 'string' || (typeof input === 'number' && Number.isInteger(input));
  if (!isWord) return refuse(problems, at, input, ['bool_type', expected]);
  return (
    flags[String(input).toLowerCase()] ??
    refuse(problems, at, input, ['bool_parsing', `${expected}, unable to interpret input`])
  );
};

/** One of some words: a literal of Python's, or a member of an enumeration. */
export const oneOf =
  (words: readonly string[], type: 'literal_error' | 'enum' = 'literal_error'): Field =>
  (input, at, problems) => {
    if (typeof input === 'string' && words.includes(input)) return input;
    const all = words.map((word) => `'${word}'`);
    const last = all.pop() ?? '';
    return refuse(problems, at, input, [type, `Input should be ${all.join(', ')} or ${last}`]);
  };

/** A field that may be None. */
export const optional =
  (field: Field): Field =>
  (input, at, problems) =>
    input === null ? null : field(input, at, problems);

/** A list of models. */
export const listOf =
  <T>({ field }: Model<T>): Field =>
  (input, at, problems) =>
    isJsonArray(input)
      ? input.map((inner, i) => field(inner, join(at, String(i)), problems))
      : refuse(problems, at, input, ['list_type', 'Input should be a valid list']);

/**
 * The models that a list of dictionaries makes, as the reference's tools begin: undefined where one of the items is no
 * dictionary, for then they leave all of them as they are.
 */
export function modelsIn<T>(of: Model<T>, value: Json): readonly T[] | undefined {
  const all = items(value);
  return all.every(isJsonObject) ? all.map((fields) => of.parse(fields)) : undefined;
}
