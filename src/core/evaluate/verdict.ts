import { z } from 'zod';
import { jsonSchema, changedRowsSchema } from '../environment/index.ts';
import { rewardBasisSchema } from '../transform/index.ts';

/** One line of the state diff: a field that was expected to change, did change, or both. */
export const stateLineSchema = z.strictObject({
  table: z.string(),
  id: z.string(),
  /** Dotted path inside the row; "" when the whole row was added or removed. */
  field: z.string(),
  before: jsonSchema,
  expected: jsonSchema,
  actual: jsonSchema,
  /**
   * `same`: as expected. `missing`: expected, did not happen. `wrong`: another value. `extra`: not expected.
   * `free`: differs from the reference in a table that is not compared.
   */
  verdict: z.enum(['same', 'missing', 'wrong', 'extra', 'free']),
  /** The index of the tool-call event that made the actual value; null when no call touched the row. */
  event: z.int().nullable(),
});
export type StateLine = z.infer<typeof stateLineSchema>;

/** One reward component. `value` is null when it was not evaluated: never silently 1. */
export const componentSchema = z.strictObject({
  basis: rewardBasisSchema,
  value: z.number().min(0).max(1).nullable(),
  /** Every check in it, in words. */
  checks: z.array(z.strictObject({ met: z.boolean(), text: z.string(), event: z.int().nullable() })),
});
export type Component = z.infer<typeof componentSchema>;

export const diagnosisTags = [
  'guessed instead of asked',
  'kept to the old goal',
  'broke a rule',
  'wrong argument',
  'missing write',
  'extra write',
  'unneeded transfer',
  'over-refusal',
  'refused without reading the evidence',
  'did not say what was asked',
  'did forbidden call',
  'confirmed without details',
  'gave up',
  'left it broken',
  'missing call',
] as const;
export const diagnosisTagSchema = z.enum(diagnosisTags);

/** A tag with what shows it. */
export const diagnosisSchema = z.strictObject({
  tag: diagnosisTagSchema,
  detail: z.string(),
  event: z.int().nullable(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;

/** pass: reward 1. fail: the agent's doing. error: model or network. invalid: the task or simulator was at fault. */
export const verdictClassSchema = z.enum(['pass', 'fail', 'error', 'invalid']);
export type VerdictClass = z.infer<typeof verdictClassSchema>;

/** What the end state, the words and the forbidden acts say about one rollout. */
export const verdictSchema = z.strictObject({
  class: verdictClassSchema,
  /** Product of the evaluated components; null when it was not judged. */
  reward: z.number().min(0).max(1).nullable(),
  components: z.array(componentSchema),
  /** Expected rows of the closest accepted end state, and the actual ones. */
  expected: changedRowsSchema,
  actual: changedRowsSchema,
  lines: z.array(stateLineSchema),
  diagnoses: z.array(diagnosisSchema),
  /** Counts: clarifications, wasted_questions, recovery_turns, forbidden_attempts, turns, calls, simulator_faults. */
  counts: z.record(z.string(), z.number()),
});
export type Verdict = z.infer<typeof verdictSchema>;
