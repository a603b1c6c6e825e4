import type { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import { rolloutItemSchema, type RolloutItem } from '#core/pipeline/index.ts';
import { isOneDocument, readRows, type Row } from './files.ts';

/** A task as it is written to files: with its certificate, or a draft without. */
export type FileTask = RolloutItem['task'];

/** A task with the place it was read from, for messages. */
export interface ReadTask {
  readonly task: FileTask;
  readonly where: string;
}

/** True for one task of tau2-bench, which is not one of ours. */
export const isTau2Task = (value: unknown) =>
  typeof value === 'object' && value !== null && 'user_scenario' in value;

/** The tasks of a JSON Lines file, one at a time. Throws {@link InputError} at the first that is not a task. */
export async function* readTasks(path: string): AsyncGenerator<ReadTask> {
  if (await isOneDocument(path, isTau2Task))
    throw new InputError(
      path,
      'expected tasks as JSON Lines, one task per line, as `generate` writes them.',
      'Files of tau2 tasks are for `replay` and `grade`.',
    );
  const seen = new Set<string>();
  for await (const row of readRows(path)) {
    const task = parseRow(rolloutItemSchema.shape.task, row, 'a task');
    if (seen.has(task.id)) throw new InputError(row.where, `the task ${task.id} is in this file twice.`);
    seen.add(task.id);
    yield { task, where: row.where };
  }
  if (seen.size === 0) throw new InputError(path, 'there is no task in this file.');
}

/** A row parsed with a schema. Throws {@link InputError} that names the line and the field at fault. */
export function parseRow<T>(schema: z.ZodType<T>, { value, where }: Row, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    where,
    `not ${what}: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
  );
}
