import { z } from 'zod';
import {
  InputError,
  isJsonObject,
  jsonObjectSchema,
  parseDatabase,
  prepare,
  State,
  type Assertion,
  type Domain,
  type Json,
  type JsonObject,
  type ToolCall,
} from '../environment/index.ts';

const side = z.enum(['assistant', 'user']);

/** A call on the environment itself, not by anybody in the conversation. */
const envCallSchema = z.object({
  env_type: side,
  func_name: z.string(),
  arguments: jsonObjectSchema.default({}),
});

/** What a task demands of the end state, beside its reference actions. */
export const envAssertionSchema = envCallSchema.extend({
  assert_value: z.boolean().default(true),
  message: z.string().nullish(),
});

/** How a task's environment differs from the database before anybody speaks. */
export const initialStateSchema = z.object({
  initialization_data: z
    .object({ agent_data: jsonObjectSchema.nullish(), user_data: jsonObjectSchema.nullish() })
    .nullish(),
  initialization_actions: z.array(envCallSchema).nullish(),
  message_history: z.array(z.unknown()).nullish(),
});

/** A task, as far as its environment goes. */
export interface EnvironmentOfTask {
  readonly id: string;
  readonly initial_state?: z.infer<typeof initialStateSchema> | null | undefined;
  readonly evaluation_criteria?:
    { readonly env_assertions?: z.infer<typeof envAssertionSchema>[] | null | undefined } | null | undefined;
}

/** A call as one of ours. */
export function callOf(name: string, args: JsonObject, requestor: string | null | undefined): ToolCall {
  return { name, arguments: args, ...(requestor === 'user' ? { requestor } : {}) };
}

/** The calls that prepare a task's environment. */
export function tau2Initialization(task: EnvironmentOfTask): ToolCall[] {
  return (task.initial_state?.initialization_actions ?? []).map((action) =>
    callOf(action.func_name, action.arguments, action.env_type),
  );
}

/** What a task demands of the end state. */
export function tau2Assertions(task: EnvironmentOfTask): Assertion[] {
  return (task.evaluation_criteria?.env_assertions ?? []).map((assertion) => ({
    call: callOf(assertion.func_name, assertion.arguments, assertion.env_type),
    expected: assertion.assert_value,
  }));
}

/**
 * The state in which a task begins: its data merged into the database, then its calls run. Throws
 * {@link InputError} naming the task when the data does not fit or a call fails.
 */
export function tau2State(domain: Domain, database: State, task: EnvironmentOfTask, where: string): State {
  const { agent_data, user_data } = task.initial_state?.initialization_data ?? {};
  const place = `${where}, task ${task.id}`;
  const data = [agent_data, user_data].flatMap((given) => given ?? []);
  const begun =
    data.length === 0
      ? database
      : State.of(parseDatabase(domain, data.reduce<Json>(merged, database.toDatabase()), place));
  try {
    return prepare(domain, begun, tau2Initialization(task));
  } catch (error) {
    throw error instanceof InputError ? new InputError(place, error.message) : error;
  }
}

// As the reference merges: objects field by field, everything else replaced whole.
function merged(base: Json, update: Json): Json {
  if (!isJsonObject(base) || !isJsonObject(update)) return update;
  const entries = Object.entries(update).map(([key, value]): [string, Json] => {
    const old = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, old === undefined ? value : merged(old, value)];
  });
  return { ...base, ...Object.fromEntries(entries) };
}
