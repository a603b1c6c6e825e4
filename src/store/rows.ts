import { z } from 'zod';
import { taskSchema, type Task } from '#core/certify/index.ts';
import { databaseRefSchema, jsonObjectSchema, jsonSchema } from '#core/environment/index.ts';
import { diagnosisTagSchema, verdictClassSchema, verdictSchema } from '#core/evaluate/index.ts';
import { trajectorySchema, type Trajectory } from '#core/explore/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import { recordedRewardSchema, reviewSchema } from '#core/review/index.ts';
import { agentIdentitySchema, rolloutSchema, terminationReasonSchema } from '#core/rollout/index.ts';
import { conditionSchema, type Condition } from '#core/transform/index.ts';

/**
 * The rows of the store. Everything is parsed with these on every read and before every write, so the types are
 * true. Dates are ISO strings that the caller gives. Ids are unique inside a workspace.
 */
const when = z.iso.datetime();
const id = z.string().min(1);

/** Rows of the browser rather than of a workspace (settings only) carry this workspace id. */
export const BROWSER = '';

/** A workspace holds everything else. Demos open in workspaces of their own (`demo`), never in the user's. */
export const workspaceRowSchema = z.strictObject({
  id,
  title: z.string(),
  demo: z.boolean(),
  createdAt: when,
  updatedAt: when,
  /** The last export to a file, and how many rollouts it held; null when there was none. */
  backup: z.strictObject({ at: when, rollouts: z.int().nonnegative() }).nullable(),
});
export type WorkspaceRow = z.infer<typeof workspaceRowSchema>;

/** How a database is kept: as it is, or as gzip of its JSON text. See `packDatabase`, `unpackDatabase`. */
export const databaseContentSchema = z.discriminatedUnion('encoding', [
  z.strictObject({ encoding: z.literal('json'), value: jsonSchema }),
  z.strictObject({
    encoding: z.literal('gzip'),
    bytes: z.instanceof(Uint8Array),
    /** Bytes of the JSON text before compression. */
    size: z.int().nonnegative(),
  }),
]);
export type DatabaseContent = z.infer<typeof databaseContentSchema>;

/** A database file that a user brought. Its id is the digest in its ref. */
export const databaseRowSchema = z
  .strictObject({
    workspace: id,
    id,
    name: z.string(),
    createdAt: when,
    ref: databaseRefSchema,
    content: databaseContentSchema,
    /** The policy that came with it, which agents are given instead of the domain's; null when none came. */
    policy: z.string().nullable(),
  })
  .refine((row) => row.ref.kind === 'file' && row.ref.digest === row.id, {
    path: ['id'],
    message: 'expected the digest of a file ref',
  });
export type DatabaseRow = z.infer<typeof databaseRowSchema>;

/** Task files of others as they came, for one database, with what a review of them found. */
export const benchmarkRowSchema = z.strictObject({
  workspace: id,
  id,
  createdAt: when,
  /** The digest of the database that they are for. */
  database: z.string(),
  /** Each file with its tasks, those that could not be taken included. */
  files: z.array(z.strictObject({ name: z.string(), tasks: z.array(jsonSchema) })),
  /** One for each task, in their order; null until it was reviewed. */
  reviews: z.array(reviewSchema).nullable(),
});
export type BenchmarkRow = z.infer<typeof benchmarkRowSchema>;

export const trajectoryRowSchema = z
  .strictObject({ workspace: id, id, createdAt: when, trajectory: trajectorySchema })
  .refine((row) => row.trajectory.id === row.id, {
    path: ['id'],
    message: 'expected the id of its trajectory',
  });
export type TrajectoryRow = z.infer<typeof trajectoryRowSchema>;

/** A task with its certificate. */
export const taskRowSchema = z
  .strictObject({ workspace: id, id, createdAt: when, task: taskSchema })
  .refine((row) => row.task.id === row.id, { path: ['id'], message: 'expected the id of its task' });
export type TaskRow = z.infer<typeof taskRowSchema>;

/** `try` is the lab's quick check; `play` has a person as agent or user; `imported` came from a file. */
export const runKindSchema = z.enum(['pipeline', 'rollouts', 'try', 'play', 'imported']);
/** `interrupted`: the page that ran it is gone. */
export const runStateSchema = z.enum(['running', 'paused', 'finished', 'interrupted', 'cancelled']);

/** A batch of rollouts: agents x tasks x trials. */
export const runRowSchema = z.strictObject({
  workspace: id,
  /** Without a slash: it begins the ids of its rollouts. */
  id: id.regex(/^[^/]+$/, 'expected no "/"'),
  title: z.string(),
  kind: runKindSchema,
  seed: z.string(),
  /** Agent ids. */
  agents: z.array(z.string()),
  /** Task ids. */
  tasks: z.array(z.string()),
  /** Trials per agent and task. */
  trials: z.int().nonnegative(),
  state: runStateSchema,
  /** Why it stopped short of its end, in words; null when there is nothing to say. */
  note: z.string().nullable(),
  /** Whatever else is needed to resume or repeat it (domain, knobs, wanted counts). Never a key or an address. */
  recipe: jsonObjectSchema,
  createdAt: when,
  updatedAt: when,
  total: z.int().nonnegative(),
  done: z.int().nonnegative(),
  demo: z.boolean(),
});
export type RunRow = z.infer<typeof runRowSchema>;
export type RunState = RunRow['state'];

/** A judged rollout of a run. Its id is `rolloutRowId(run, rollout.id)`: the same cell of two runs is two rows. */
export const rolloutRowSchema = z
  .strictObject({
    workspace: id,
    id,
    run: id.regex(/^[^/]+$/, 'expected no "/"'),
    /** The task's condition, so that a rollout can be counted without its task. */
    condition: conditionSchema,
    createdAt: when,
    rollout: rolloutSchema,
    verdict: verdictSchema,
    /** Of a rollout that came from a file: the reward in it, and why the computed one is another. */
    recorded: recordedRewardSchema.exactOptional(),
  })
  .refine((row) => row.id === rolloutRowId(row.run, row.rollout.id), {
    path: ['id'],
    message: 'expected its run and its rollout, "<run>/<rollout>"',
  });
export type RolloutRow = z.infer<typeof rolloutRowSchema>;

/** Raise it when {@link trialOf} changes, and add a migration: it computes every stored trial again. */
export const TRIAL_VERSION = 3;

/**
 * The small part of a rollout row, for lists, facets and counts: derived, written with its rollout in one
 * transaction, and not exported. Same id as the rollout row.
 */
export const trialRowSchema = z.strictObject({
  version: z.literal(TRIAL_VERSION),
  workspace: id,
  id,
  run: id,
  createdAt: when,
  task: z.string(),
  domain: z.string(),
  agent: agentIdentitySchema,
  trial: z.int().nonnegative(),
  condition: conditionSchema,
  class: verdictClassSchema,
  reward: z.number().nullable(),
  termination: terminationReasonSchema,
  tags: z.array(diagnosisTagSchema),
  turns: z.number(),
  calls: z.number(),
  /** What was counted in the rollout, by name: clarifications, wasted questions, forbidden attempts. */
  counts: z.record(z.string(), z.number()),
  events: z.int().nonnegative(),
  /** Size of the rollout row as JSON text, for the storage panel. */
  bytes: z.int().nonnegative(),
  /** The reward that a file carries; absent where it carries none, or the rollout was made here. */
  recordedReward: z.number().exactOptional(),
});
export type TrialRow = z.infer<typeof trialRowSchema>;

/** A setting of a workspace, or of the browser ({@link BROWSER}). Never a key or a password: settings are exported. */
export const settingRowSchema = z.strictObject({ workspace: z.string(), id, value: jsonSchema });
export type SettingRow = z.infer<typeof settingRowSchema>;

/** Tables whose rows belong to a workspace and can be written. */
export const rowSchemas = {
  databases: databaseRowSchema,
  benchmarks: benchmarkRowSchema,
  trajectories: trajectoryRowSchema,
  tasks: taskRowSchema,
  runs: runRowSchema,
  rollouts: rolloutRowSchema,
  settings: settingRowSchema,
} as const;
export type WritableTable = keyof typeof rowSchemas;
export const writableTables = Object.keys(rowSchemas) as readonly WritableTable[];

/** Every table: `trials` follow their rollouts, `workspaces` hold the rest. */
export const schemas = { workspaces: workspaceRowSchema, ...rowSchemas, trials: trialRowSchema } as const;
export type AnyTable = keyof typeof schemas;
export const allTables = Object.keys(schemas) as readonly AnyTable[];

/** Tables whose rows belong to a workspace. */
export type Table = Exclude<AnyTable, 'workspaces'>;
export const tablesOfWorkspace = [...writableTables, 'trials'] as const;

export type Rows = { readonly [T in AnyTable]: z.infer<(typeof schemas)[T]> };

/** The id of a rollout's row: rollouts of one run lie together. */
export function rolloutRowId(run: string, rollout: string): string {
  return `${run}/${rollout}`;
}

export function trajectoryRow(workspace: string, trajectory: Trajectory, createdAt: string): TrajectoryRow {
  return { workspace, id: trajectory.id, createdAt, trajectory };
}

export function taskRow(workspace: string, task: Task, createdAt: string): TaskRow {
  return { workspace, id: task.id, createdAt, task };
}

/** The row of a judged rollout; `condition` is its task's. */
export function rolloutRow(
  place: { readonly workspace: string; readonly run: string; readonly condition: Condition },
  judged: JudgedRollout & Partial<Pick<RolloutRow, 'recorded'>>,
  createdAt: string,
): RolloutRow {
  const { workspace, run, condition } = place;
  return { workspace, id: rolloutRowId(run, judged.rollout.id), run, condition, createdAt, ...judged };
}

/** Derives the trial of a rollout row. Pure: the same row gives the same trial. */
export function trialOf(row: RolloutRow): TrialRow {
  const { rollout, verdict } = row;
  return {
    version: TRIAL_VERSION,
    workspace: row.workspace,
    id: row.id,
    run: row.run,
    createdAt: row.createdAt,
    task: rollout.task,
    domain: rollout.domain,
    agent: rollout.agent,
    trial: rollout.trial,
    condition: row.condition,
    class: verdict.class,
    reward: verdict.reward,
    termination: rollout.termination,
    tags: [...new Set(verdict.diagnoses.map((diagnosis) => diagnosis.tag))],
    turns: verdict.counts['turns'] ?? 0,
    calls: verdict.counts['calls'] ?? 0,
    counts: verdict.counts,
    events: rollout.events.length,
    bytes: new TextEncoder().encode(JSON.stringify(row)).length,
    ...(row.recorded === undefined || row.recorded.reward === null
      ? {}
      : { recordedReward: row.recorded.reward }),
  };
}
