import { z } from 'zod';
import { databaseRefSchema } from '#core/environment/database.ts';
import { exportRequestSchema, type ExportResult, type ServedTask } from '#core/interchange/export.ts';
import { failureSchema } from './protocol.ts';

/** What a worker made, without the bytes: those stay with it until they are asked for. */
export interface MadeExport extends Omit<ExportResult, 'files'> {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** A file of an export as bytes. */
export interface FileBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What the worker is asked for, and what each request is answered with. */
export interface ExportAnswers {
  readonly load: null;
  readonly add: null;
  readonly make: MadeExport;
  readonly zip: Uint8Array;
  readonly files: readonly FileBytes[];
}

const isList = (value: unknown) => Array.isArray(value);

/** Page to worker. Rollouts were parsed when they were read from the store, and are of this build. */
export const exportMessageSchema = z.discriminatedUnion('type', [
  /** A database that a person brought; seeded ones the worker makes itself. */
  z.strictObject({
    id: z.int(),
    type: z.literal('load'),
    ref: databaseRefSchema,
    database: z.unknown(),
    policy: z.string().nullable(),
  }),
  /** More rollouts, in the order in which they are chosen. */
  z.strictObject({ id: z.int(), type: z.literal('add'), served: z.custom<readonly ServedTask[]>(isList) }),
  z.strictObject({ id: z.int(), type: z.literal('make'), request: exportRequestSchema }),
  /** What was made last, as one zip. */
  z.strictObject({ id: z.int(), type: z.literal('zip') }),
  /** What was made last, file by file. */
  z.strictObject({ id: z.int(), type: z.literal('files') }),
]);
export type ExportMessage = z.infer<typeof exportMessageSchema>;

/** Worker to page. */
export const exportAnswerSchema = z.discriminatedUnion('ok', [
  z.strictObject({ id: z.int(), ok: z.literal(true), value: z.unknown() }),
  z.strictObject({ id: z.int(), ok: z.literal(false), error: failureSchema }),
]);
