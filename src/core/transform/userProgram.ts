import { z } from 'zod';
import { jsonObjectSchema, jsonSchema } from '../environment/index.ts';

const attributes = jsonObjectSchema;

/** How the user refers to a value: attributes that a candidate must have, and the words for them. */
export const mentionSchema = z.strictObject({
  attributes,
  /** The literal value, for open slots only: no record holds it. */
  value: jsonSchema.optional(),
  /** A noun phrase: "the order with the desk lamp". */
  text: z.string(),
});
export type Mention = z.infer<typeof mentionSchema>;

/** When the user tells what they know about a slot. */
export const revealSchema = z.enum(['opening', 'when_asked', 'when_wrong', 'never']);

/** A slot of a request, as the user holds it. */
export const slotEntrySchema = z.strictObject({
  value: jsonSchema,
  /** The candidate's label, for people. */
  label: z.string(),
  /** Decisive: fits this value alone. */
  mention: mentionSchema,
  /** What the opening says about it; null when it says nothing. */
  opening: mentionSchema.nullable(),
  reveal: revealSchema,
  /** `user`: only the user can decide it. `lookup`: the tools can find it out. */
  knownBy: z.enum(['user', 'lookup']),
});
export type SlotEntry = z.infer<typeof slotEntrySchema>;

/** One intent with its slots filled and its reveal rules. */
export const requestSchema = z.strictObject({
  id: z.string(),
  intent: z.string(),
  slots: z.record(z.string(), slotEntrySchema),
});
export type Request = z.infer<typeof requestSchema>;

/** Something observable that makes the user change their mind. */
export const triggerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('asked_to_confirm'), request: z.string(), tool: z.string() }),
  /** The agent asks for the user's yes or for their own hands, for any step of a request. */
  z.strictObject({ type: z.literal('asked_to_act'), request: z.string() }),
  z.strictObject({ type: z.literal('tool_returned'), tool: z.string() }),
  /** The user's n-th message (1 is the opening). */
  z.strictObject({ type: z.literal('turn'), turn: z.int().min(2) }),
  z.strictObject({ type: z.literal('stated'), request: z.string(), key: z.string() }),
]);
export type Trigger = z.infer<typeof triggerSchema>;

export const changeKinds = [
  'substitute',
  'retract',
  'extend',
  'replace',
  'reorder',
  'condition-driven',
  /** A second problem comes to light once a step against the first was taken. */
  'emerge',
] as const;

/** A typed revision of the goal. Exactly what its fields say changes, and nothing else. */
export const changeSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(changeKinds),
  trigger: triggerSchema,
  /** Requests dropped. */
  remove: z.array(z.string()),
  /** Requests added, in order, after those kept. */
  add: z.array(requestSchema),
  /** New slot entries: request -> slot -> entry. */
  set: z.record(z.string(), z.record(z.string(), slotEntrySchema)),
  /** The new order of all requests; null keeps the order. */
  order: z.array(z.string()).nullable(),
  /** For condition-driven changes: what the user compares, and whether it holds in this database. */
  condition: z
    .strictObject({
      request: z.string(),
      key: z.string(),
      comparison: z.enum(['above', 'below']),
      limit: z.number(),
      holds: z.boolean(),
    })
    .nullable(),
  /** What the user says. */
  text: z.string(),
});
export type Change = z.infer<typeof changeSchema>;

/** How the user takes a refusal. */
export const refusalReactionSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('accept'), text: z.string() }),
  /** Insists `times` times, each with its own sentence, then accepts. */
  z.strictObject({ type: z.literal('push_back'), texts: z.array(z.string()).min(1), text: z.string() }),
  /** Takes a different value for one slot instead. */
  z.strictObject({
    type: z.literal('accept_alternative'),
    slot: z.string(),
    entry: slotEntrySchema,
    text: z.string(),
  }),
]);
export type RefusalReaction = z.infer<typeof refusalReactionSchema>;

/** The typed script of the simulated user. */
export const userProgramSchema = z.strictObject({
  userId: z.string(),
  /** Fact name -> value, all that the user can authenticate with. */
  identity: z.record(z.string(), z.string()),
  /** Whether the opening already says who they are, and in which words. */
  identityInOpening: z.boolean(),
  identityText: z.string(),
  /** The goal stack at the start. Empty for imported tasks, whose user is prose. */
  requests: z.array(requestSchema),
  changes: z.array(changeSchema),
  /** Per request, how a refusal is taken. Requests not listed accept. */
  refusals: z.record(z.string(), refusalReactionSchema),
  /** Steps that they will not take with their own hands, and how they say so. */
  unwilling: z.array(z.strictObject({ tool: z.string(), text: z.string() })).exactOptional(),
  /** The first message, rendered. */
  openingText: z.string(),
  /** Varies the wording of all later messages. */
  voice: z.string(),
});
export type UserProgram = z.infer<typeof userProgramSchema>;
