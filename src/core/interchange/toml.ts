import { parse, TomlDate, TomlError, type TomlValueWithoutBigInt } from 'smol-toml';
import { InputError, type Json, type JsonObject } from '../environment/index.ts';

/** Parses a TOML document to plain JSON; dates become text. Throws {@link InputError} with the line and column. */
export function parseToml(text: string, where: string): JsonObject {
  try {
    const table = parse(text, { unsafeKeyBehaviour: 'throw' });
    return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plain(value)]));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The first line is the reason; the rest is a picture of the place, which the numbers name as well.
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new InputError(where, `not valid TOML at line ${error.line}, column ${error.column}: ${reason}.`);
  }
}

function plain(value: TomlValueWithoutBigInt): Json {
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
