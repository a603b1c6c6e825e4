import { z } from 'zod';
import { changedRowsSchema, recordRefSchema, toolCallSchema } from '../environment/index.ts';
import { modelNoteSchema } from '../model/index.ts';
import { mentionSchema, outcomeSchema, requestSchema } from '../transform/index.ts';

const fact = z.strictObject({ key: z.string(), title: z.string(), value: z.string() });

/** What an agent's message does, beside its text. Scripted agents declare it; a model's text is read. */
export const agentActSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ask_identity') }),
  z.strictObject({ type: z.literal('ask_slot'), request: z.string(), slot: z.string() }),
  /** `call` is absent when the agent asks for a bare go-ahead and names no details. */
  z.strictObject({
    type: z.literal('ask_confirmation'),
    request: z.string(),
    tool: z.string(),
    call: toolCallSchema.optional(),
    /** Slots whose stated value is not the user's, where a reader of prose found that out without a call. */
    wrong: z.array(z.string()).optional(),
  }),
  /** Asks the user to use a tool of their own: to look something up, or to take a step. */
  z.strictObject({ type: z.literal('ask_action'), request: z.string(), call: toolCallSchema }),
  z.strictObject({ type: z.literal('state_facts'), request: z.string(), facts: z.array(fact) }),
  z.strictObject({ type: z.literal('report_done'), request: z.string() }),
  z.strictObject({ type: z.literal('refuse'), request: z.string(), rule: z.string().nullable() }),
  z.strictObject({ type: z.literal('transfer') }),
  z.strictObject({ type: z.literal('acknowledge') }),
]);
export type AgentAct = z.infer<typeof agentActSchema>;

/** What a user's message does, beside its text. Models see only the text. */
export const userActSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('identify'), facts: z.record(z.string(), z.string()) }),
  z.strictObject({
    type: z.literal('request'),
    request: z.string(),
    intent: z.string(),
    mentions: z.record(z.string(), mentionSchema),
  }),
  z.strictObject({
    type: z.literal('answer'),
    request: z.string(),
    slot: z.string(),
    mention: mentionSchema,
  }),
  z.strictObject({ type: z.literal('cannot_say'), request: z.string(), slot: z.string() }),
  z.strictObject({ type: z.literal('confirm'), request: z.string() }),
  z.strictObject({ type: z.literal('decline'), request: z.string() }),
  /** Did what was asked, and tells what came of it. */
  z.strictObject({
    type: z.literal('performed'),
    request: z.string(),
    call: toolCallSchema,
    ok: z.boolean(),
  }),
  z.strictObject({ type: z.literal('refuse_action'), request: z.string(), tool: z.string() }),
  /** Was told that it is done, and finds that it is not. */
  z.strictObject({ type: z.literal('not_solved'), request: z.string() }),
  z.strictObject({ type: z.literal('ask_fact'), request: z.string(), key: z.string() }),
  z.strictObject({ type: z.literal('retract'), request: z.string() }),
  z.strictObject({ type: z.literal('reorder'), order: z.array(z.string()) }),
  z.strictObject({ type: z.literal('push_back'), request: z.string() }),
  z.strictObject({ type: z.literal('accept_refusal'), request: z.string() }),
  z.strictObject({ type: z.literal('stop') }),
]);
export type UserAct = z.infer<typeof userActSchema>;

export const terminationReasons = [
  'user_stop',
  'agent_transfer',
  'max_turns',
  'max_errors',
  'agent_error',
  'model_error',
  'network_error',
  'context_exceeded',
  'budget_reached',
  'user_error',
  'cancelled',
] as const;
export const terminationReasonSchema = z.enum(terminationReasons);
/** Why a rollout ended. */
export type TerminationReason = z.infer<typeof terminationReasonSchema>;

/** Reasons that say nothing about the agent: left out of pass^k, and counted. */
export const infrastructureReasons: ReadonlySet<TerminationReason> = new Set([
  'model_error',
  'network_error',
  'context_exceeded',
  'budget_reached',
  'user_error',
  'cancelled',
]);

/** How a simulated user broke its own program. */
export const simulatorFaultSchema = z.strictObject({
  kind: z.enum(['invented_value', 'early_disclosure', 'contradiction', 'omission', 'early_stop']),
  turn: z.int(),
  detail: z.string(),
});

export type SimulatorFault = z.infer<typeof simulatorFaultSchema>;

/** Where each request stands, as the user sees it. */
export const requestStatusSchema = z.enum(['open', 'retracted', ...outcomeSchema.options]);
export type RequestStatus = z.infer<typeof requestStatusSchema>;

/** One thing that happened in a rollout. `index` counts events from 0. */
export const rolloutEventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('user-message'),
    index: z.int(),
    text: z.string(),
    acts: z.array(userActSchema),
  }),
  z.strictObject({
    type: z.literal('agent-message'),
    index: z.int(),
    text: z.string(),
    acts: z.array(agentActSchema),
  }),
  z.strictObject({ type: z.literal('tool-call'), index: z.int(), call: toolCallSchema }),
  z.strictObject({
    type: z.literal('tool-result'),
    index: z.int(),
    /** The index of the call's event. */
    call: z.int(),
    ok: z.boolean(),
    content: z.string(),
    /** Rows this call changed, as they are afterwards. */
    changed: changedRowsSchema,
    shows: z.array(recordRefSchema),
    /** Rules that a write broke when it was issued, whether or not the tool ran it. */
    broke: z.array(z.strictObject({ rule: z.string(), reason: z.string() })),
  }),
  /** The user's goal moved: a change fired. */
  z.strictObject({
    type: z.literal('change-fired'),
    index: z.int(),
    change: z.string(),
    goal: z.array(requestSchema),
  }),
  z.strictObject({
    type: z.literal('request-status'),
    index: z.int(),
    request: z.string(),
    status: requestStatusSchema,
  }),
  /** How a model came to its turn, or read and worded one of the user's; beside the event that it made. */
  z.strictObject({
    type: z.literal('model-turn'),
    index: z.int(),
    seat: z.enum(['agent', 'reader', 'voice']),
    note: modelNoteSchema,
  }),
  z.strictObject({ type: z.literal('simulator-fault'), index: z.int(), fault: simulatorFaultSchema }),
  z.strictObject({
    type: z.literal('rollout-end'),
    index: z.int(),
    reason: terminationReasonSchema,
    detail: z.string(),
  }),
]);
export type RolloutEvent = z.infer<typeof rolloutEventSchema>;

/** Who served the task. `scripted` agents are baselines, never models. */
export const agentIdentitySchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: z.enum(['scripted', 'model', 'human', 'recorded']),
});
export type AgentIdentity = z.infer<typeof agentIdentitySchema>;

/** One execution of one task. */
export const rolloutSchema = z.strictObject({
  id: z.string(),
  task: z.string(),
  domain: z.string(),
  agent: agentIdentitySchema,
  trial: z.int().nonnegative(),
  seed: z.string(),
  events: z.array(rolloutEventSchema),
  termination: terminationReasonSchema,
  /** Where every request of the program stood at the end. */
  statuses: z.record(z.string(), requestStatusSchema),
});
export type Rollout = z.infer<typeof rolloutSchema>;
