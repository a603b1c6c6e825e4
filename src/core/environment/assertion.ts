import { z } from 'zod';
import type { Domain } from './domain.ts';
import { ToolError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { State, type Database, type View } from './state.ts';
import { requestorOf, toolCallSchema, type Requestor } from './tool.ts';

/** A statement about a state that a task may demand, as stored: which one, and whether it should hold. */
export const assertionSchema = z.strictObject({ call: toolCallSchema, expected: z.boolean() });
export type Assertion = z.infer<typeof assertionSchema>;

/** What a domain's author writes for one kind of statement. */
export interface AssertionSpec<Db, Parameters extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line for people, with `{parameter}` placeholders: "Mobile data works: {expected_status}." */
  readonly description: string;
  readonly parameters: Parameters;
  /** Pure. Throws {@link ToolError} where the statement makes no sense (a record that does not exist). */
  holds(db: View<Db>, args: z.infer<Parameters>): boolean;
}

/** A kind of statement as core uses it. */
export interface AssertionKind {
  readonly name: string;
  /** The side of the environment that it is about. */
  readonly holder: Requestor;
  readonly description: string;
  readonly parameters: z.ZodObject;
  holds(db: View<Database>, args: JsonObject): boolean;
}

/** A maker of assertions for one database type and side, as `toolsFor` is one of tools. */
export function assertionsFor<Db>(holder: Requestor = 'assistant') {
  return <Parameters extends z.ZodObject>(spec: AssertionSpec<Db, Parameters>): AssertionKind => ({
    name: spec.name,
    holder,
    description: spec.description,
    parameters: spec.parameters,
    // As in `toolsFor`: rows and arguments were parsed with the domain's own schemas.
    holds: (spec.holds as (db: unknown, args: unknown) => boolean).bind(spec),
  });
}

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
  const text = kind.description.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ''));
  try {
    const holds = kind.holds(state, args);
    return { evaluated: true, met: holds === expected, text: expected ? text : `Not: ${text}` };
  } catch (error) {
    if (error instanceof ToolError) return { evaluated: true, met: false, text: `${text} ${error.message}` };
    throw error;
  }
}
