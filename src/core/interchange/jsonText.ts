import { InputError, type Json } from '../environment/index.ts';

/** A place in a file: line and column from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const BEGINNING: TextPlace = { line: 1, column: 1 };

/**
 * Parses JSON text. Throws {@link InputError} with the line and column at fault.
 * @param start where in its file the text begins
 */
export function parseJson(text: string, where: string, start = BEGINNING): unknown {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    return JSON.parse(source) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { position, expected } = walk(source);
    const { line, column } = placeIn(source, position, start);
    const rest = source.slice(position);
    const found =
      rest === '' ? 'the end' : CUT_OFF.test(rest) ? 'text that does not end' : `'${rest.slice(0, 1)}'`;
    const nan = /^(NaN|-?Infinity)/.test(rest) ? ' NaN and Infinity are not JSON.' : '';
    throw new InputError(
      where,
      `not valid JSON at line ${line}, column ${column}: expected ${expected}, found ${found}.${nan}`,
    );
  }
}

/** How deep objects and lists may nest. */
const MOST_LEVELS = 64;

/**
 * Parses JSON that is not to be trusted, like {@link parseJson}, and refuses what JSON allows but nobody means: a
 * field that stands twice in one object (of which a parser keeps one, silently), a field named `__proto__`, and
 * nesting so deep that whatever walks it runs out of stack.
 */
export function parseUntrusted(text: string, where: string, start = BEGINNING): Json {
  const value = parseJson(text, where, start) as Json;
  const refuse = (why: string, position: number) => {
    const { line, column } = placeIn(text, position, start);
    return new InputError(where, position < 0 ? why : `line ${line}, column ${column}: ${why}`);
  };
  // Keys are counted in the text and in what was made of it: looking for a double is needed only if they differ.
  const { keys, problem } = countKeys(value);
  if (problem === 'proto')
    throw refuse('a field named "__proto__" is not allowed.', text.indexOf('"__proto__"'));
  if (problem === 'deep') throw refuse(`nested deeper than ${MOST_LEVELS} levels.`, -1);
  if (keys === countColons(text)) return value;
  const { duplicate = '', position } = walk(text, true);
  throw refuse(`"${shown(duplicate)}" stands there a second time in the same object.`, position);
}

function countKeys(root: Json): { keys: number; problem?: 'proto' | 'deep' } {
  let keys = 0;
  let level: object[] = typeof root === 'object' && root !== null ? [root] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return { keys, problem: 'deep' };
    const next: object[] = [];
    for (const node of level) {
      const list = Array.isArray(node);
      for (const [key, inner] of Object.entries(node as Readonly<Record<string, unknown>>)) {
        if (!list) keys += 1;
        if (key === '__proto__') return { keys, problem: 'proto' };
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
  return { keys };
}

/** The colons outside of strings: one per field. The text has to be valid JSON. */
function countColons(text: string): number {
  let colons = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 58) colons += 1;
    else if (code === 34) {
      at += 1;
      for (let char = text.charCodeAt(at); char !== 34; char = text.charCodeAt(at)) at += char === 92 ? 2 : 1;
    }
  }
  return colons;
}

function placeIn(text: string, position: number, start: TextPlace): TextPlace {
  const before = text.slice(0, position);
  const lines = before.match(/\n/g)?.length ?? 0;
  const column = position - before.lastIndexOf('\n');
  return { line: start.line + lines, column: lines === 0 ? start.column + column - 1 : column };
}

const shown = (key: string) => (key.length > 60 ? `${key.slice(0, 60)}…` : key);

/** A string that goes on to the end of everything. */
const CUT_OFF = /^"(?:[^"\\\u0000-\u001f]|\\.)*$/;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

type Expected = 'a value' | "a value or ']'" | "a name or '}'" | 'a name' | "':'" | "','" | 'the end';

interface Walked {
  readonly position: number;
  readonly expected: string;
  readonly duplicate?: string;
}

/**
 * Where JSON text stops being JSON, and what could stand there: the platform's own message often lacks the place.
 * With `unique`, also where a field stands for the second time in one object.
 */
function walk(text: string, unique = false): Walked {
  const open: { readonly bracket: '{' | '['; readonly keys: Set<string> }[] = [];
  let position = 0;
  let expected: Expected = 'a value';
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = position;
    if (!pattern.test(text)) return false;
    position = pattern.lastIndex;
    return true;
  };
  const takes = (char: string): boolean => {
    const found = text[position] === char;
    if (found) position += 1;
    return found;
  };
  const afterValue = (): Expected => (open.length === 0 ? 'the end' : "','");
  const close = (): Expected => {
    open.pop();
    return afterValue();
  };
  for (;;) {
    take(SPACE);
    const inside = open.at(-1);
    const start = position;
    let next: Expected | undefined;
    if (expected === 'the end') break;
    if (expected === "':'") next = takes(':') ? 'a value' : undefined;
    else if (expected === "','") {
      if (takes(',')) next = inside?.bracket === '{' ? 'a name' : 'a value';
      else if (takes(inside?.bracket === '{' ? '}' : ']')) next = close();
    } else if (expected === 'a name' || expected === "a name or '}'") {
      if (take(STRING)) {
        next = "':'";
        const key = unique ? (JSON.parse(text.slice(start, position)) as string) : '';
        if (unique && inside?.keys.has(key)) return { position: start, expected, duplicate: key };
        if (unique) inside?.keys.add(key);
      } else if (expected !== 'a name' && takes('}')) next = close();
    } else if (expected === "a value or ']'" && takes(']')) next = close();
    else if (takes('{')) {
      open.push({ bracket: '{', keys: new Set() });
      next = "a name or '}'";
    } else if (takes('[')) {
      open.push({ bracket: '[', keys: new Set() });
      next = "a value or ']'";
    } else if (take(STRING) || take(SCALAR)) next = afterValue();
    if (next === undefined) break;
    expected = next;
  }
  const choice = expected === "','" ? `',' or '${open.at(-1)?.bracket === '{' ? '}' : ']'}'` : expected;
  return { position, expected: choice };
}
