import { z } from 'zod';
import {
  jsonObjectSchema,
  databaseRefSchema,
  recordRefSchema,
  toolCallSchema,
} from '../environment/index.ts';

const attributes = jsonObjectSchema;

/** Where one leaf of a call's arguments comes from. */
export const sourceSchema = z.discriminatedUnion('type', [
  /** A fact the user authenticates with. */
  z.strictObject({ type: z.literal('identity'), fact: z.string() }),
  /** Said by the user about a slot of a request. */
  z.strictObject({ type: z.literal('user'), request: z.string(), slot: z.string() }),
  /** Read from the result of an earlier step, at this path. */
  z.strictObject({ type: z.literal('result'), step: z.int().nonnegative(), path: z.string() }),
  /** Taken from the tool's own description: a choice, or free text that is never compared. */
  z.strictObject({ type: z.literal('tool') }),
  /** Follows from the other arguments and the records by arithmetic that the tool declares. */
  z.strictObject({ type: z.literal('computed') }),
  /** Known to the explorer from the database itself, without a read. Only fuzz trajectories have it. */
  z.strictObject({ type: z.literal('database') }),
]);
export type Source = z.infer<typeof sourceSchema>;

/** A leaf argument (dotted path inside the arguments) with its source; null when nothing explains it. */
export const argumentSourceSchema = z.strictObject({ argument: z.string(), source: sourceSchema.nullable() });
export type ArgumentSource = z.infer<typeof argumentSourceSchema>;

/** One call of a trajectory with what it returned. */
export const stepSchema = z.strictObject({
  call: toolCallSchema,
  ok: z.boolean(),
  /** What the agent would read: the result, or `Error: ...`. */
  content: z.string(),
  /** The request it serves, if any. */
  request: z.string().nullable(),
  sources: z.array(argumentSourceSchema),
  shows: z.array(recordRefSchema),
});
export type Step = z.infer<typeof stepSchema>;

/** One intent with its slots filled. */
export const groundedRequestSchema = z.strictObject({
  /** "r1", "r2", ... inside one trajectory. */
  id: z.string(),
  intent: z.string(),
  values: jsonObjectSchema,
  /** Per slot, the attributes by which the user refers to the value; unique among the slot's candidates. */
  mentioned: z.record(z.string(), attributes),
});
export type GroundedRequest = z.infer<typeof groundedRequestSchema>;

/** A recorded run of tool calls, replayable from its database. */
export const trajectorySchema = z.strictObject({
  id: z.string(),
  domain: z.string(),
  database: databaseRefSchema,
  /** Calls that prepared the environment before the first step. */
  initialization: z.array(toolCallSchema).exactOptional(),
  explorer: z.string(),
  /** The seed of this trajectory alone. */
  seed: z.string(),
  userId: z.string().nullable(),
  requests: z.array(groundedRequestSchema),
  steps: z.array(stepSchema),
  /** Reads that were taken out because nothing used their results. */
  removedReads: z.int().nonnegative(),
  /** Why it cannot become a feasible task: a failing write, or a rule it breaks. Null when it can. */
  problem: z.strictObject({ code: z.string(), reason: z.string() }).nullable(),
});
export type Trajectory = z.infer<typeof trajectorySchema>;

/** What a set of trajectories has reached, per domain part: id -> how often. */
export const coverageSchema = z.strictObject({
  tools: z.record(z.string(), z.int().nonnegative()),
  intents: z.record(z.string(), z.int().nonnegative()),
  /** Rules that governed a write and held. */
  rulesHeld: z.record(z.string(), z.int().nonnegative()),
  /** Rules that a call broke. */
  rulesBroken: z.record(z.string(), z.int().nonnegative()),
});
export type Coverage = z.infer<typeof coverageSchema>;
