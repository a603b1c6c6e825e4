import type { z } from 'zod';
import {
  isJsonArray,
  ToolError,
  type Draft,
  type Json,
  type JsonObject,
  type ToolSpec,
} from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';

/** Marks what stands in for a value of a wrong type. No id has it, so a look-up finds nothing. */
const MARK = '\u0000';

/**
 * Answers a call whose arguments do not fit the schema. The reference does not check types: a name too many or too few
 * is Python's error, and a number where an id belongs is an id that nothing has. Undefined where it would go on with
 * the wrong value, which we do not.
 */
export function executeUnfit<Parameters extends z.ZodObject>(
  spec: ToolSpec<RetailDb, Parameters>,
  db: Draft<RetailDb>,
  args: JsonObject,
): Json | undefined {
  const { name, parameters, freeText = [] } = spec;
  const expected = Object.keys(parameters.shape);
  const extra = Object.keys(args).find((key) => !expected.includes(key));
  if (extra !== undefined)
    throw new ToolError(`RetailTools.${name}() got an unexpected keyword argument '${extra}'`);
  const missing = expected.filter((key) => !Object.hasOwn(args, key));
  if (missing.length > 0)
    throw new ToolError(
      `RetailTools.${name}() missing ${missing.length} required positional argument${missing.length > 1 ? 's' : ''}: ${listed(missing)}`,
    );
  const parsed = parameters.safeParse(
    Object.fromEntries(Object.entries(args).map(([key, value]) => [key, standIn(value)])),
  );
  if (!parsed.success) return undefined;
  try {
    const result = spec.execute(db, parsed.data);
    return expected.every((key) => freeText.includes(key)) ? result : undefined;
  } catch (error) {
    throw error instanceof ToolError ? new ToolError(error.message.replaceAll(MARK, '')) : error;
  }
}

const listed = (names: readonly string[]) => {
  const quoted = names.map((name) => `'${name}'`);
  const last = quoted.pop() ?? '';
  if (quoted.length === 0) return last;
  return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`;
};

function standIn(value: Json): Json {
  if (isJsonArray(value)) return value.map((inner) => (isJsonArray(inner) ? inner : standIn(inner)));
  if (value === null) return `${MARK}None`;
  if (typeof value === 'boolean') return `${MARK}${value ? 'True' : 'False'}`;
  return typeof value === 'number' ? `${MARK}${value}` : value;
}
