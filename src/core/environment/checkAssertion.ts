import type { Assertion } from './assertion.ts';
import type { Domain } from './domain.ts';
import { ToolError } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import type { State } from './state.ts';
import { requestorOf } from './tool.ts';

/** How a state stands to an assertion. */
export type AssertionFinding =
  | { readonly evaluated: true; readonly met: boolean; readonly text: string }
  /** No such assertion, or arguments that it cannot read: nothing is known. */
  | { readonly evaluated: false; readonly text: string };

/** Evaluates an assertion on a state. One that makes no sense there is not met, and says why. */
export function checkAssertion(domain: Domain, state: State, assertion: Assertion): AssertionFinding {
  const { call, expected } = assertion;
  const kind = domain.assertion(call.name);
  if (kind === undefined || kind.holder !== requestorOf(call))
    return { evaluated: false, text: `There is no assertion '${call.name}' in ${domain.title}.` };
  const parsed = kind.parameters.safeParse(call.arguments);
  if (!parsed.success)
    return { evaluated: false, text: `${call.name}: ${parsed.error.issues[0]?.message ?? 'unreadable'}` };
  const args = parsed.data as JsonObject;
  const text = kind.description.replace(/\{(\w+)\}/g, (_, name: string) => wordsOf(args[name]));
  try {
    const holds = kind.holds(state, args);
    return { evaluated: true, met: holds === expected, text: expected ? text : `Not: ${text}` };
  } catch (error) {
    if (error instanceof ToolError) return { evaluated: true, met: false, text: `${text} ${error.message}` };
    throw error;
  }
}

const wordsOf = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
