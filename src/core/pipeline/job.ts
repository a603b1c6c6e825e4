import { z } from 'zod';
import { certificateSchema, rejectionSchema, taskSchema } from '../certify/index.ts';
import { databaseRefSchema, toolCallSchema, type Json, type JsonObject } from '../environment/index.ts';
import { verdictSchema } from '../evaluate/index.ts';
import { coverageSchema, trajectorySchema } from '../explore/index.ts';
import {
  foundKinds,
  foundSchema,
  outlineSchema,
  pieceKinds,
  pieceSchema,
  recordedRunSchema,
} from '../interchange/index.ts';
import { recordedRewardSchema, reviewSchema } from '../review/index.ts';
import { agentIdentitySchema, rolloutSchema } from '../rollout/index.ts';
import { conditionSchema, taskDraftSchema } from '../transform/index.ts';

/** Difficulty, as explicit knobs. Absent knobs vary with the seed. */
export const knobsSchema = z.strictObject({
  /** Requests per trajectory (1 to 3). */
  requests: z.int().min(1).max(3).optional(),
  /** Slots the opening hides in ambiguous tasks (1 to 3). */
  hiddenSlots: z.int().min(1).max(3).optional(),
  /** For changes triggered by a turn: the user's n-th message. */
  triggerTurn: z.int().min(2).max(6).optional(),
  /** Irrelevant remarks in the opening. */
  distractors: z.int().min(0).max(2).optional(),
  /** How often the user insists after a refusal. */
  pressure: z.int().min(0).max(3).optional(),
});
export type Knobs = z.infer<typeof knobsSchema>;

/** How many tasks of each condition are wanted. */
export const wantedSchema = z.strictObject({
  general: z.int().nonnegative(),
  ambiguous: z.int().nonnegative(),
  changing: z.int().nonnegative(),
  infeasible: z.int().nonnegative(),
});
export type Wanted = z.infer<typeof wantedSchema>;

/** One agent serving one task once. */
export const rolloutItemSchema = z.strictObject({
  task: taskDraftSchema.extend({ certificate: certificateSchema.optional() }),
  agent: z.string(),
  trial: z.int().nonnegative(),
});
export type RolloutItem = z.infer<typeof rolloutItemSchema>;

/** A rollout with its verdict. */
export const judgedRolloutSchema = z.strictObject({ rollout: rolloutSchema, verdict: verdictSchema });
export type JudgedRollout = z.infer<typeof judgedRolloutSchema>;

/**
 * A piece of work for a worker: small enough to be repeated after a crash, and pure, so that the same job gives
 * the same result in any worker, in a page or headless.
 */
export const jobSchema = z.discriminatedUnion('type', [
  /** Gives the worker a database that a user brought; jobs then name it by its ref. */
  z.strictObject({
    type: z.literal('load'),
    ref: databaseRefSchema,
    /** The database, or its JSON text in UTF-8 as gzip: bytes cross to a worker at no cost for the page. */
    database: z.unknown(),
    /** The policy that came with it; the domain's own when absent or null. */
    policy: z.string().nullable().optional(),
  }),
  /** Reads a file that a user brought, as what it was recognised as. */
  z.strictObject({
    type: z.literal('read'),
    kind: z.enum(foundKinds),
    path: z.string(),
    bytes: z.instanceof(Uint8Array),
    /** The user's side of a database, where it lies in a file of its own. */
    user: z.strictObject({ path: z.string(), bytes: z.instanceof(Uint8Array) }).exactOptional(),
  }),
  /** Finds the pieces of a large file, in one pass over it. Progress is the bytes that have been seen. */
  z.strictObject({
    type: z.literal('outline'),
    kind: z.enum(pieceKinds),
    path: z.string(),
    file: z.instanceof(Blob),
  }),
  /** Reads one piece of a large file. */
  z.strictObject({
    type: z.literal('piece'),
    kind: z.enum(pieceKinds),
    path: z.string(),
    piece: pieceSchema,
    bytes: z.instanceof(Uint8Array),
  }),
  /** Some rows of a table of a database, so that a page can take a large one piece by piece. */
  z.strictObject({
    type: z.literal('rows'),
    database: databaseRefSchema,
    table: z.string(),
    from: z.int().nonnegative(),
    count: z.int().positive(),
  }),
  z.strictObject({
    type: z.literal('explore'),
    database: databaseRefSchema,
    explorer: z.string(),
    seed: z.string(),
    /** Batch number: independent of how many workers share the work. */
    batch: z.int().nonnegative(),
    count: z.int().positive(),
    knobs: knobsSchema,
  }),
  /** Matched sets of given trajectories: every condition that the domain allows for each. */
  z.strictObject({
    type: z.literal('transform'),
    trajectories: z.array(trajectorySchema),
    seed: z.string(),
    conditions: z.array(conditionSchema),
    /** Tasks wanted per trajectory and condition. */
    perCondition: z.int().positive(),
    knobs: knobsSchema,
  }),
  /** Explore, transform and certify one batch, keeping only conditions that are wanted. */
  z.strictObject({
    type: z.literal('generate'),
    database: databaseRefSchema,
    seed: z.string(),
    batch: z.int().nonnegative(),
    wanted: wantedSchema,
    knobs: knobsSchema,
  }),
  z.strictObject({ type: z.literal('rollout'), seed: z.string(), items: z.array(rolloutItemSchema) }),
  /** Turns tau2 tasks into tasks of ours on a database that was loaded. */
  z.strictObject({
    type: z.literal('import'),
    database: databaseRefSchema,
    /** The task file. */
    name: z.string(),
    tasks: z.array(z.unknown()),
    /** Where the first of these tasks stands in the file, from 0. */
    first: z.int().nonnegative(),
  }),
  /** Reviews tau2 tasks as a benchmark, on a database that was loaded. */
  z.strictObject({
    type: z.literal('review'),
    database: databaseRefSchema,
    name: z.string(),
    tasks: z.array(z.unknown()),
    first: z.int().nonnegative(),
  }),
  /** Makes trajectories of calls that somebody else made, on a database that was loaded. */
  z.strictObject({
    type: z.literal('lift'),
    database: databaseRefSchema,
    /** Whose calls they are, as the explorer of the trajectories. */
    origin: z.string(),
    chats: z.array(z.strictObject({ seed: z.string(), calls: z.array(toolCallSchema) })),
  }),
  /** Judges rollouts that somebody else recorded, on a database that was loaded. */
  z.strictObject({
    type: z.literal('grade'),
    agent: agentIdentitySchema,
    items: z.array(
      z.strictObject({
        task: taskSchema,
        /** The task as its file has it, by which it is judged. */
        source: z.custom<Json>((value) => value !== undefined),
        run: recordedRunSchema,
      }),
    ),
  }),
]);
export type Job = z.infer<typeof jobSchema>;

/** What each job answers. */
export const jobResultSchemas = {
  load: z.strictObject({ type: z.literal('load') }),
  read: z.strictObject({ type: z.literal('read'), found: foundSchema }),
  outline: z.strictObject({ type: z.literal('outline'), outline: outlineSchema }),
  piece: z.strictObject({ type: z.literal('piece'), found: foundSchema }),
  rows: z.strictObject({
    type: z.literal('rows'),
    // The worker has parsed them with the domain's own schema.
    rows: z.record(
      z.string(),
      z.custom<JsonObject>((row) => typeof row === 'object' && row !== null),
    ),
    /** Rows of the whole table. */
    total: z.int().nonnegative(),
  }),
  explore: z.strictObject({
    type: z.literal('explore'),
    trajectories: z.array(trajectorySchema),
    coverage: coverageSchema,
  }),
  transform: z.strictObject({
    type: z.literal('transform'),
    tasks: z.array(taskSchema),
    rejections: z.array(rejectionSchema),
  }),
  generate: z.strictObject({
    type: z.literal('generate'),
    tasks: z.array(taskSchema),
    /** Drafts rejected, per check id. */
    rejected: z.record(z.string(), z.int()),
  }),
  rollout: z.strictObject({ type: z.literal('rollout'), rollouts: z.array(judgedRolloutSchema) }),
  import: z.strictObject({
    type: z.literal('import'),
    /** Those that failed their certificate included. */
    tasks: z.array(taskSchema),
    /** Which of the given ones each of these was, from 0. */
    from: z.array(z.int().nonnegative()),
    /** Those that cannot become a task here, with the reason. */
    refused: z.array(z.strictObject({ task: z.string(), reason: z.string() })),
  }),
  lift: z.strictObject({
    type: z.literal('lift'),
    /** One for each chat, with the problem of those that no task can be made of. */
    trajectories: z.array(trajectorySchema),
  }),
  review: z.strictObject({ type: z.literal('review'), reviews: z.array(reviewSchema) }),
  grade: z.strictObject({
    type: z.literal('grade'),
    rollouts: z.array(judgedRolloutSchema.extend({ recorded: recordedRewardSchema })),
  }),
} as const;
export type JobResults = { [K in Job['type']]: z.infer<(typeof jobResultSchemas)[K]> };

/** Where jobs run: in this thread, in a web worker, in a worker thread. */
export interface JobRunner {
  /**
   * Rejects with an `AbortError` DOMException-like error when the signal fires first.
   * @param onprogress told how far a long job is, in its own unit; jobs that say nothing are short
   */
  run<J extends Job>(
    job: J,
    signal?: AbortSignal,
    onprogress?: (done: number) => void,
  ): Promise<JobResults[J['type']]>;
}
