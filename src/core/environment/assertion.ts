import { z } from 'zod';
import type { JsonObject } from './json.ts';
import type { Database, View } from './state.ts';
import { toolCallSchema, type Requestor } from './tool.ts';

/** A statement about a state that a task may demand, as stored: which one, and whether it should hold. */
export const assertionSchema = z.strictObject({ call: toolCallSchema, expected: z.boolean() });
export type Assertion = z.infer<typeof assertionSchema>;

/** What a domain's author writes for one kind of statement. */
export interface AssertionSpec<Db, Parameters extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line for people, with `{parameter}` placeholders: "Mobile data works: {expected_status}." */
  readonly description: string;
  readonly parameters: Parameters;
  /** Pure. Throws a `ToolError` where the statement makes no sense (a record that does not exist). */
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
