import type { Json } from '#core/environment/json.ts';
import type { StateLine } from '#core/evaluate/verdict.ts';

/** The lines of one record. */
export interface RecordLines {
  readonly key: string;
  readonly table: string;
  readonly id: string;
  readonly lines: readonly StateLine[];
}

/**
 * Lines grouped by record, records in the order of their first line, lists and objects down to what differs; in each
 * record what is not as expected comes first.
 */
export function groupLines(lines: readonly StateLine[]): readonly RecordLines[] {
  const byRecord = new Map<string, { key: string; table: string; id: string; lines: StateLine[] }>();
  for (const line of lines) {
    const key = `${line.table}/${line.id}`;
    const group = byRecord.get(key) ?? { key, table: line.table, id: line.id, lines: [] };
    group.lines.push(...finer(line));
    byRecord.set(key, group);
  }
  const right = (line: StateLine) => Number(line.verdict === 'same');
  return [...byRecord.values()].map((group) => ({
    ...group,
    lines: group.lines.toSorted((a, b) => right(a) - right(b)),
  }));
}

/**
 * A line about a list or an object as lines about the parts of it that differ. Lists are followed by position only
 * where that says something: of equal length, or one the beginning of the other.
 */
export function finer(line: StateLine): readonly StateLine[] {
  const { before, expected, actual } = line;
  const values = [before, expected, actual].filter((value) => value !== null);
  const texts = new Set(values.map((value) => JSON.stringify(value)));
  if (texts.size < 2 || !(alike(values, isObject) || (alike(values, isList) && byPosition(values))))
    return [line];
  const keys = new Set(values.flatMap((value) => Object.keys(value)));
  return [...keys].flatMap((key) => {
    const part = {
      before: at(before, key),
      expected: at(expected, key),
      actual: at(actual, key),
    };
    if (same(part.before, part.expected) && same(part.before, part.actual)) return [];
    const field = line.field === '' ? key : `${line.field}.${key}`;
    return finer({ ...line, ...part, field, verdict: judged(part) });
  });
}

function judged({ before, expected, actual }: Pick<StateLine, 'before' | 'expected' | 'actual'>) {
  if (same(expected, actual)) return 'same';
  if (same(actual, before)) return 'missing';
  return same(expected, before) ? 'extra' : 'wrong';
}

type Branch = readonly Json[] | { readonly [key: string]: Json };

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function alike<T extends Branch>(
  values: readonly Json[],
  is: (value: Json) => value is T,
): values is readonly T[] {
  return values.every(is);
}

function byPosition(lists: readonly (readonly Json[])[]): boolean {
  const shortest = Math.min(...lists.map((list) => list.length));
  if (lists.every((list) => list.length === shortest)) return true;
  const beginnings = lists.map((list) => JSON.stringify(list.slice(0, shortest)));
  return new Set(beginnings).size === 1;
}

function at(value: Json, key: string): Json {
  if (isList(value)) return value[Number(key)] ?? null;
  return isObject(value) ? (value[key] ?? null) : null;
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
