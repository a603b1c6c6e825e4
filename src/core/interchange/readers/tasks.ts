import { z } from 'zod';
import { InputError, type Json } from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { defineReader, MB } from './reader.ts';
import { textOf } from './text.ts';

/** A list of tasks, not looked at further: what they need depends on the database that they are for. */
export const foundTasksSchema = z.strictObject({
  kind: z.literal('tasks'),
  // Already JSON, and parsed task by task when they are imported.
  tasks: z.array(z.custom<Json>()),
});

/** A task file of tau2-bench: a JSON list. */
export const tasksReader = defineReader({
  kind: 'tasks',
  title: 'a task file',
  // Some two thousand tasks: as many as screens can list without a pause.
  limit: 4 * MB,
  schema: foundTasksSchema,
  recognises: ({ text }) => text.startsWith('[') && /"(user_scenario|evaluation_criteria)"\s*:/.test(text),
  named: ({ name }) => /^tasks([_-].*)?\.json$/.test(name),
  read(path, bytes) {
    const value = parseUntrusted(textOf(path, bytes), path);
    if (!Array.isArray(value)) throw new InputError(path, 'expected a JSON list of tasks.');
    if (value.length === 0) throw new InputError(path, 'there is no task in this file.');
    return { kind: 'tasks' as const, tasks: [...(value as readonly Json[])] };
  },
});
