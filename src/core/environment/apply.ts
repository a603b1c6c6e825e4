import type { z } from 'zod';
import type { Domain } from './domain.ts';
import { ToolError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { State } from './state.ts';
import { requestorOf, type Tool, type ToolCall } from './tool.ts';

/** Why a call returned an error instead of a result. */
export type CallFailure = 'unknown_tool' | 'invalid_arguments' | 'rejected';

/** What one call did. On failure the state is the one before the call, unless the tool says that it failed halfway. */
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
  const failure = parsed.success ? 'rejected' : 'invalid_arguments';
  try {
    const done = state.edit((draft) => {
      try {
        const result = parsed.success
          ? tool.execute(draft, parsed.data as JsonObject)
          : tool.executeUnfit(draft, call.arguments);
        if (result !== undefined) domain.sync?.(draft);
        return result;
      } catch (error) {
        if (error instanceof ToolError && error.keepsChanges) return error;
        throw error;
      }
    });
    if (done.result instanceof ToolError)
      return { ok: false, state: done.state, failure, message: done.result.message };
    if (done.result !== undefined) return { ok: true, state: done.state, result: done.result };
    return { ok: false, state, failure, message: unfit(call, parsed.error?.issues ?? []) };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { ok: false, state, failure, message: error.message };
  }
}

function unfit(call: ToolCall, issues: readonly z.core.$ZodIssue[]): string {
  const problems = issues.map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  return `Invalid arguments for ${call.name}. ${problems.join('; ')}`;
}

/** One call with what it returned, in the order it ran. */
export interface ReplayStep {
  readonly call: ToolCall;
  readonly outcome: CallOutcome;
}

/** Runs calls one after another from a state. Failing calls are kept as steps. */
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
