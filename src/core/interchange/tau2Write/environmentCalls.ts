import { z } from 'zod';
import { callerOf } from '../../dataset/index.ts';
import { jsonObjectSchema, type JsonObject, type ToolCall } from '../../environment/index.ts';
import type { TaskDraft } from '../../transform/index.ts';

/** A call on the environment itself, as tau2-bench writes it. */
export interface Tau2EnvCall {
  readonly env_type: 'assistant' | 'user';
  readonly func_name: string;
  readonly arguments: JsonObject;
}

/** A statement about the end state, as tau2-bench writes it. */
export interface Tau2EnvAssertion extends Tau2EnvCall {
  readonly assert_value: boolean;
  readonly message: null;
}

const call = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.literal('user').exactOptional(),
});

/** What only tasks of domains have that prepare an environment and state things about its end. */
const preparedTask = z.object({
  initialization: z.array(call).optional(),
  criteria: z.object({ assertions: z.array(z.object({ call, expected: z.boolean() })).optional() }),
});

/** The calls that prepare a task's environment. */
export function initializationOf(task: TaskDraft): Tau2EnvCall[] {
  return (preparedTask.safeParse(task).data?.initialization ?? []).map(envCall);
}

/** The statements that a task's end state has to fulfil. */
export function assertionsOf(task: TaskDraft): Tau2EnvAssertion[] {
  const stated = preparedTask.safeParse(task).data?.criteria.assertions ?? [];
  return stated.map(({ call: statement, expected }) => ({
    ...envCall(statement),
    assert_value: expected,
    message: null,
  }));
}

const envCall = (made: ToolCall): Tau2EnvCall => ({
  env_type: callerOf(made),
  func_name: made.name,
  arguments: made.arguments,
});
