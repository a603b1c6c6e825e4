import { requestorOf, type JsonObject, type Requestor, type ToolCall } from '../../environment/index.ts';
import type { TaskDraft } from '../../transform/index.ts';

/** A call on the environment itself, as tau2-bench writes it. */
export interface Tau2EnvCall {
  readonly env_type: Requestor;
  readonly func_name: string;
  readonly arguments: JsonObject;
}

/** A statement about the end state, as tau2-bench writes it. */
export interface Tau2EnvAssertion extends Tau2EnvCall {
  readonly assert_value: boolean;
  readonly message: null;
}

/** The calls that prepare a task's environment. */
export function initializationOf(task: TaskDraft): Tau2EnvCall[] {
  return (task.initialization ?? []).map(envCall);
}

/** The statements that a task's end state has to fulfil. */
export function assertionsOf(task: TaskDraft): Tau2EnvAssertion[] {
  return (task.criteria.assertions ?? []).map(({ call, expected }) => ({
    ...envCall(call),
    assert_value: expected,
    message: null,
  }));
}

const envCall = (made: ToolCall): Tau2EnvCall => ({
  env_type: requestorOf(made),
  func_name: made.name,
  arguments: made.arguments,
});
