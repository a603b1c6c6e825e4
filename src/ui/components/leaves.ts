import type { Json, JsonObject } from '#core/environment/json.ts';

/** A place in a value where two versions differ; the path is dotted. */
export type Leaf = readonly [path: string, before: Json | undefined, after: Json | undefined];

/** The leaves that differ between two rows, as dotted paths. */
export function leafChanges(before: Json | undefined, after: Json | undefined, path = ''): readonly Leaf[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!isBranch(before) || !isBranch(after)) return [[path, before, after]];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    leafChanges(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

function isBranch(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
