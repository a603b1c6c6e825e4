import { isJsonArray, isJsonObject, type Json } from '#core/environment/index.ts';
import type { BundleLimits } from './manifest.ts';
import { refused } from './zip.ts';

const NEWLINE = 0x0a;

/** The lines of a part as text, one at a time. Throws `InputError` for a line over the limit or not in UTF-8. */
export function* lines(where: string, bytes: Uint8Array, limits: BundleLimits): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    const place = `${where} line ${line}`;
    if (end - start > limits.row)
      throw refused(place, `a row of ${end - start} bytes; at most ${limits.row} are allowed.`);
    try {
      yield decoder.decode(bytes.subarray(start, end));
    } catch (error) {
      if (error instanceof TypeError) throw refused(place, 'expected text in UTF-8.');
      throw error;
    }
    start = end + 1;
  }
}

/**
 * Parses JSON that is not to be trusted: nesting is limited (parsers that recurse would run out of stack) and
 * `__proto__` is refused (assigned to a plain object, it would replace the prototype). Throws `InputError`.
 */
export function parseJson(where: string, text: string, limits: Pick<BundleLimits, 'depth'>): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw refused(where, `expected JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  let level: Json[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > limits.depth) throw refused(where, `nested deeper than ${limits.depth} levels.`);
    level = level.flatMap((node) => children(where, node));
  }
  return value;
}

function children(where: string, node: Json): Json[] {
  if (isJsonArray(node)) return node.filter(isContainer);
  if (!isJsonObject(node)) return [];
  if (Object.hasOwn(node, '__proto__')) throw refused(where, 'a field named "__proto__" is not allowed.');
  return Object.values(node).filter(isContainer);
}

function isContainer(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}
