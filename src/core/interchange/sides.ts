import { InputError, isJsonObject, type Json, type JsonObject } from '../environment/index.ts';

/** A parsed file. */
interface Parsed {
  readonly path: string;
  readonly value: Json;
}

/** Names under which the user's side of a database lies beside it, where users have a side of their own. */
export const userFileNames: readonly string[] = ['user_db.toml', 'user_db.json'];

/** Both sides of a database as one object. Throws {@link InputError} where a part is in both. */
export function joinSides(agent: Parsed, user: Parsed): JsonObject {
  const [ours, theirs] = [objectIn(agent), objectIn(user)];
  const both = Object.keys(theirs).find((key) => Object.hasOwn(ours, key));
  if (both !== undefined) throw new InputError(user.path, `'${both}' is in ${agent.path} already.`);
  return { ...ours, ...theirs };
}

function objectIn({ path, value }: Parsed): JsonObject {
  if (isJsonObject(value)) return value;
  throw new InputError(path, 'expected an object with one entry per part of the database.');
}
