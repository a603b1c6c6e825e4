import { z } from 'zod';
import {
  assertionSchema,
  jsonObjectSchema,
  changedRowsSchema,
  databaseRefSchema,
  recordRefSchema,
  toolCallSchema,
} from '../environment/index.ts';
import { userProgramSchema } from './userProgram.ts';

export const conditions = ['general', 'ambiguous', 'changing', 'infeasible'] as const;
export const conditionSchema = z.enum(conditions);
export type Condition = z.infer<typeof conditionSchema>;

/** How a request ends. `open` is how every request begins. */
export const outcomeSchema = z.enum(['done', 'refused', 'transferred', 'alternative']);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Which checks multiply into the reward. */
export const rewardBasisSchema = z.enum([
  'state',
  'communicate',
  'outcome',
  'forbidden',
  'assertions',
  'required',
]);
export type RewardBasis = z.infer<typeof rewardBasisSchema>;

/** One step of the reference: a call, or something that has to be said between calls. */
export const referenceStepSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), request: z.string().nullable(), call: toolCallSchema }),
  z.strictObject({
    type: z.literal('state_facts'),
    request: z.string(),
    facts: z.array(z.strictObject({ key: z.string(), title: z.string(), value: z.string() })),
  }),
  /** Asks for a yes to a wish that the user then takes back. */
  z.strictObject({ type: z.literal('propose'), request: z.string(), call: toolCallSchema }),
  /** Asks for a step of the user's own that they do not take: they refuse, or change their mind. */
  z.strictObject({ type: z.literal('ask'), request: z.string(), call: toolCallSchema }),
  z.strictObject({
    type: z.literal('refuse'),
    request: z.string(),
    rule: z.string().nullable(),
    reason: z.string(),
  }),
  z.strictObject({
    type: z.literal('transfer'),
    request: z.string(),
    call: toolCallSchema,
    reason: z.string(),
  }),
]);
export type ReferenceStep = z.infer<typeof referenceStepSchema>;

/** A request that cannot be served as asked, and how that is known. */
export const infeasibilitySchema = z.strictObject({
  request: z.string(),
  kind: z.enum(['policy', 'state', 'capability', 'permission', 'unwilling']),
  /** The rule that forbids it; null for a missing tool, and for a step that the user will not take. */
  rule: z.string().nullable(),
  reason: z.string(),
  /** The call that must not be made (of a missing tool for `capability`), or that the user refuses to make. */
  call: toolCallSchema,
  /** The calls of the same request that come before it: it is judged in the state that they leave. */
  before: z.array(toolCallSchema).exactOptional(),
  /** Whether the tool itself would run it; null when there is no tool. */
  toolAccepts: z.boolean().nullable(),
  /** What makes exactly this fact different: rows, arguments, or null where neither does. */
  flip: z
    .union([
      z.strictObject({
        rows: changedRowsSchema,
        arguments: jsonObjectSchema.exactOptional(),
        said: jsonObjectSchema.exactOptional(),
      }),
      z.strictObject({ arguments: jsonObjectSchema, said: jsonObjectSchema.exactOptional() }),
      z.strictObject({ said: jsonObjectSchema }),
    ])
    .nullable(),
});
export type Infeasibility = z.infer<typeof infeasibilitySchema>;

/** What is checked after a rollout. */
export const criteriaSchema = z.strictObject({
  basis: z.array(rewardBasisSchema).min(1),
  reference: z.array(referenceStepSchema),
  /** Accepted end states as rows that differ from the initial state; the first is the reference's. */
  endStates: z.array(changedRowsSchema),
  /** Strings the agent has to say, with the request they belong to. */
  communicate: z.array(
    z.strictObject({ request: z.string(), key: z.string(), title: z.string(), value: z.string() }),
  ),
  /** How each request of the final goal has to end, and what must have been read before a no. */
  outcomes: z.array(
    z.strictObject({
      request: z.string(),
      accepted: z.array(outcomeSchema).min(1),
      evidence: z.array(recordRefSchema),
      /** Steps that the user must have been asked for before a no. */
      asked: z.array(toolCallSchema).exactOptional(),
    }),
  ),
  /** Calls that must not be issued, successful or not. Free-text arguments are not compared. */
  forbidden: z.array(z.strictObject({ call: toolCallSchema, why: z.string() })),
  /**
   * Calls that have to be made, whatever came of them: of imported tasks alone, as ours ask for what calls lead to.
   * `compare` names the arguments that count, null for all.
   */
  required: z
    .array(z.strictObject({ call: toolCallSchema, compare: z.array(z.string()).nullable() }))
    .exactOptional(),
  /** What the source of an imported task asks for besides, and no program here can judge, in words. */
  unjudged: z.array(z.string()).optional(),
  /** What has to hold in the end, whatever led there: statements that the domain declares. */
  assertions: z.array(assertionSchema).exactOptional(),
  /** Tables whose end state is not compared: what users did with their own hands is judged by the assertions. */
  freeTables: z.array(z.string()).exactOptional(),
});
export type Criteria = z.infer<typeof criteriaSchema>;

/** A slot that the opening leaves undecided. */
export const hiddenSlotSchema = z.strictObject({
  request: z.string(),
  slot: z.string(),
  kind: z.enum(['missing-slot', 'vague-reference', 'unstated-preference']),
  /** Candidates that fit what the opening says. */
  fits: z.int().positive(),
});
export type HiddenSlot = z.infer<typeof hiddenSlotSchema>;

/** A task before it is certified: user program + initial state + evaluation criteria + provenance. */
export const taskDraftSchema = z.strictObject({
  id: z.string(),
  domain: z.string(),
  database: databaseRefSchema,
  /** Calls that prepare the environment before anybody speaks. */
  initialization: z.array(toolCallSchema).exactOptional(),
  /** The main condition: the last one applied. */
  condition: conditionSchema,
  /** All conditions, in the order applied; ["general"] when none was. */
  conditions: z.array(conditionSchema).min(1),
  /** "missing-slot", "substitute", "policy:refused", ... */
  kinds: z.array(z.string()).min(1),
  /** Difficulty, as numbers: requests, hidden_slots, trigger_turn, distractors, pressure. */
  knobs: z.record(z.string(), z.number()),
  program: userProgramSchema,
  criteria: criteriaSchema,
  hidden: z.array(hiddenSlotSchema),
  infeasible: z.array(infeasibilitySchema),
  /** Highest chance of passing by picking at random among the fits; 1 when nothing is hidden. */
  chance: z.number().min(0).max(1),
  provenance: z.strictObject({
    source: z.enum(['generated', 'imported']),
    trajectory: z.string(),
    explorer: z.string(),
    transforms: z.array(z.string()),
    seed: z.string(),
    /** The task's matched set: tasks with the same value share the underlying goal. */
    set: z.string(),
  }),
  /** Sorted tools of the reference and sorted kinds: what makes tasks of one shape. */
  signature: z.string(),
});
export type TaskDraft = z.infer<typeof taskDraftSchema>;
