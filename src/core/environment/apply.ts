import type { Domain } from './domain.ts';
import { ToolError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { State } from './state.ts';
import { requestorOf, type Tool, type ToolCall } from './tool.ts';

/** Why a call returned an error instead of a result. */
export type CallFailure = 'unknown_tool' | 'invalid_arguments' | 'rejected';

/** What one call did. On failure the state is the one before the call. */
export type CallOutcome =
  | { readonly ok: true; readonly state: State; readonly result: Json }
  | { readonly ok: false; readonly state: State; readonly failure: CallFailure; readonly message: string };

/**
 * Runs one call on a state, by the tools of the side that asks for it, and lets the domain bring what mirrors the
 * change into agreement. Pure: the same state and call give the same outcome.
 */
export function applyCall(domain: Domain, state: State, call: ToolCall): CallOutcome {
  const tool = domain.tool(call.name);
  // To the one side, the tools of the other do not exist.
  if (tool === undefined || tool.holder !== requestorOf(call))
    return { ok: false, state, failure: 'unknown_tool', message: `Tool '${call.name}' not found.` };
  return runTool(domain, state, tool, call);
}

/** Runs a call with a given tool. For tools that no side of a conversation holds; else {@link applyCall}. */
export function runTool(domain: Domain, state: State, tool: Tool, call: ToolCall): CallOutcome {
  const parsed = tool.parameters.safeParse(call.arguments);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`,
    );
    const message = `Invalid arguments for ${call.name}. ${problems.join('; ')}`;
    return { ok: false, state, failure: 'invalid_arguments', message };
  }
  try {
    const done = state.edit((draft) => {
      const result = tool.execute(draft, parsed.data as JsonObject);
      domain.sync?.(draft);
      return result;
    });
    return { ok: true, state: done.state, result: done.result };
  } catch (error) {
    if (error instanceof ToolError) return { ok: false, state, failure: 'rejected', message: error.message };
    throw error;
  }
}

/** One call with what it returned, in the order it ran. */
export interface ReplayStep {
  readonly call: ToolCall;
  readonly outcome: CallOutcome;
}

/** Runs calls one after another from a state. Failing calls are kept as steps and change nothing. */
export function replay(
  domain: Domain,
  initial: State,
  calls: readonly ToolCall[],
): { state: State; steps: ReplayStep[] } {
  let state = initial;
  const steps = calls.map((call) => {
    const outcome = applyCall(domain, state, call);
    state = outcome.state;
    return { call, outcome };
  });
  return { state, steps };
}
