import { z } from 'zod';
import { taskDraftSchema } from '../transform/index.ts';

/** The ids of the checks, as in the documentation. */
export const checkIds = [
  'G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8',
  'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8',
  'A1', 'A2', 'A3', 'A4',
  'C1', 'C2', 'C3', 'C4',
  'I1', 'I2', 'I3', 'I4', 'I5', 'I6',
  'E1', 'E2', 'E3', 'E4',
  'U1', 'U2', 'R1', 'R2',
] as const; // prettier-ignore
export const checkIdSchema = z.enum(checkIds);
export type CheckId = z.infer<typeof checkIdSchema>;

/** What one check found. `skipped` says why it does not apply to this task. */
export const checkResultSchema = z.strictObject({
  id: checkIdSchema,
  /** H: a failing task is rejected. W: shown as a warning. */
  level: z.enum(['H', 'W']),
  status: z.enum(['passed', 'failed', 'warned', 'skipped']),
  /** The evidence, in words with numbers: what was run and what came out. */
  evidence: z.string(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

/** The list of checks a task passed, each with its evidence. */
export const certificateSchema = z.strictObject({
  /** Version of the checks: a certificate of another version has to be renewed. */
  version: z.int(),
  /** Digest of the task that was checked. */
  task: z.string(),
  accepted: z.boolean(),
  checks: z.array(checkResultSchema),
});
export type Certificate = z.infer<typeof certificateSchema>;

/** A task with its certificate. */
export const taskSchema = taskDraftSchema.extend({ certificate: certificateSchema });
export type Task = z.infer<typeof taskSchema>;

/** A draft that was not certified, and why. */
export const rejectionSchema = z.strictObject({
  draft: taskDraftSchema,
  certificate: certificateSchema,
  check: checkIdSchema,
  reason: z.string(),
});
export type Rejection = z.infer<typeof rejectionSchema>;
