import { z } from 'zod';
import { jsonObjectSchema } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { Database, Draft, RecordRef, View } from './state.ts';

/** Who asks the environment to run a call: the agent, or the user, who may hold tools of their own. */
export const requestorSchema = z.enum(['assistant', 'user']);
export type Requestor = z.infer<typeof requestorSchema>;

/** A tool call: what an agent, a user or a reference asks the environment to run. The agent's, if it says nothing. */
export const toolCallSchema = z.strictObject({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.literal('user').exactOptional(),
});
export type ToolCall = {
  readonly name: string;
  readonly arguments: JsonObject;
  readonly requestor?: 'user';
};

/** Who a call is made by. */
export const requestorOf = (call: ToolCall): Requestor => call.requestor ?? 'assistant';

/**
 * `read` returns records and changes nothing; `write` changes the database; `generic` does neither (a
 * calculator); `transfer` hands the user to a human agent and ends the agent's part.
 */
export type ToolKind = 'read' | 'write' | 'generic' | 'transfer';

/** What a domain's author writes for one tool. */
export interface ToolSpec<Db, Parameters extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** What a model reads: what it does, when to use it, what it returns. */
  readonly description: string;
  readonly kind: ToolKind;
  /** Every parameter with `.describe(...)`. Becomes the JSON Schema shown to models. */
  readonly parameters: Parameters;
  /** Parameters whose text is free, so that no comparison may depend on them. */
  readonly freeText?: readonly string[];
  /**
   * Runs the call. Returns its result, or throws {@link ToolError} with the message that the agent sees.
   * Pure apart from the draft; a read must not touch the draft.
   */
  execute(db: Draft<Db>, args: z.infer<Parameters>): Json;
  /**
   * Answers a call whose arguments do not fit `parameters`, for tools that follow another implementation to the
   * word: returns a result, or throws {@link ToolError} with its message. Undefined leaves the words to core.
   */
  executeUnfit?(db: Draft<Db>, args: JsonObject): Json | undefined;
  /**
   * Arguments that follow from the others and from the records by arithmetic (a sum, a fee), with the value that they
   * then have: dotted path -> value. Nobody has to say or to look them up. Must not throw.
   */
  computed?(db: View<Db>, args: z.infer<Parameters>): Readonly<Record<string, Json>>;
  /** The records that a successful result shows to its reader. Evidence is looked up here. */
  shows?(db: View<Db>, args: z.infer<Parameters>, result: Json): RecordRef[];
  /** A user's tool: how an agent asks for it, as whole sentences, given how things stand. */
  ask?(db: View<Db>, args: z.infer<Parameters>): readonly string[];
  /** A user's tool that not everybody is willing to use: how they refuse, as whole sentences. */
  readonly refusal?: readonly string[];
}

/** A tool as core uses it: any domain, any parameters. */
export interface Tool {
  readonly name: string;
  /** Whose tool it is. The other side cannot call it. */
  readonly holder: Requestor;
  readonly description: string;
  readonly kind: ToolKind;
  readonly parameters: z.ZodObject;
  readonly freeText: readonly string[];
  /** The parameters as JSON Schema (draft 2020-12, without `$schema`). */
  readonly jsonSchema: JsonObject;
  execute(db: Draft<Database>, args: JsonObject): Json;
  executeUnfit(db: Draft<Database>, args: JsonObject): Json | undefined;
  computed(db: View<Database>, args: JsonObject): Readonly<Record<string, Json>>;
  shows(db: View<Database>, args: JsonObject, result: Json): RecordRef[];
  /** How an agent asks the user for it; never empty. */
  ask(db: View<Database>, args: JsonObject): readonly string[];
  /** How a user refuses it; empty when nobody minds. */
  readonly refusal: readonly string[];
}

/**
 * A `defineTool` for one database type: `const tool = toolsFor<RetailDb>()`.
 * Call it as `tool({ name, description, kind, parameters: z.strictObject({...}), execute(db, args) {...} })`.
 * `toolsFor<Db>('user')` makes tools that the user holds.
 */
export function toolsFor<Db>(holder: Requestor = 'assistant') {
  return <Parameters extends z.ZodObject>(spec: ToolSpec<Db, Parameters>): Tool => {
    // The one place where the author's types meet core's: rows and arguments have been parsed with the
    // domain's own schemas before `execute` sees them.
    const execute = spec.execute.bind(spec) as (db: unknown, args: unknown) => Json;
    const shows = spec.shows?.bind(spec) as
      ((db: unknown, args: unknown, result: Json) => RecordRef[]) | undefined;
    const executeUnfit = spec.executeUnfit?.bind(spec) as
      ((db: unknown, args: JsonObject) => Json | undefined) | undefined;
    const ask = spec.ask?.bind(spec) as ((db: unknown, args: unknown) => readonly string[]) | undefined;
    const computed = spec.computed?.bind(spec) as
      ((db: unknown, args: unknown) => Readonly<Record<string, Json>>) | undefined;
    let jsonSchema: JsonObject | undefined;
    return {
      name: spec.name,
      holder,
      description: spec.description,
      kind: spec.kind,
      parameters: spec.parameters,
      freeText: spec.freeText ?? [],
      get jsonSchema() {
        if (jsonSchema === undefined) {
          const { $schema: _, ...rest } = z.toJSONSchema(spec.parameters, { override: mayLeaveOutDefaults });
          jsonSchema = rest as JsonObject;
        }
        return jsonSchema;
      },
      execute: (db, args) => execute(db, args),
      executeUnfit: (db, args) => executeUnfit?.(db, args),
      computed: (db, args) => computed?.(db, args) ?? {},
      shows: (db, args, result) => shows?.(db, args, result) ?? [],
      ask: (db, args) => ask?.(db, args) ?? [`Please use ${spec.name.replaceAll('_', ' ')}.`],
      refusal: spec.refusal ?? [],
    };
  };
}

/** Zod describes what comes out of parsing, where a default always is; a caller may leave it out. */
function mayLeaveOutDefaults({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { properties = {}, required } = jsonSchema;
  if (required === undefined) return;
  const hasDefault = (name: string) => {
    const property = properties[name];
    return typeof property === 'object' && property.default !== undefined;
  };
  jsonSchema.required = required.filter((name) => !hasDefault(name));
}
