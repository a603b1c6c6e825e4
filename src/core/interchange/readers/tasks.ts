import { z } from 'zod';
import { InputError, type Json } from '../../environment/index.ts';
import { parseUntrusted } from '../jsonText.ts';
import { outlineJson, parsePiece } from '../pieces.ts';
import { definePieceReader, MB } from './reader.ts';
import { textOf } from './text.ts';

/** A list of tasks, not looked at further: what they need depends on the database that they are for. */
export const foundTasksSchema = z.strictObject({
  kind: z.literal('tasks'),
  // Already JSON, and parsed task by task when they are imported.
  tasks: z.array(z.custom<Json>()),
});

/** A task file of tau2-bench: a JSON list. */
export const tasksReader = definePieceReader({
  kind: 'tasks',
  title: 'a task file',
  // Some fifty thousand tasks; each of them is certified before anything is kept.
  limit: 256 * MB,
  schema: foundTasksSchema,
  recognises: ({ text }) => text.startsWith('[') && /"(user_scenario|evaluation_criteria)"\s*:/.test(text),
  named: ({ name }) => /^tasks([_-].*)?\.json$/.test(name),
  outline: (path, source, pass) => outlineJson(path, source, { lists: [''], values: [] }, pass),
  readPiece: (path, piece, bytes) => ({
    kind: 'tasks' as const,
    tasks: [...parsePiece(path, piece, bytes)],
  }),
  join: (path, outline, parts) =>
    tasksOf(path, outline.root === 'list' ? parts.flatMap(({ tasks }) => tasks) : null),
  small: {
    limit: 16 * MB,
    read(path, bytes) {
      const value = parseUntrusted(textOf(path, bytes), path);
      return tasksOf(path, Array.isArray(value) ? [...(value as readonly Json[])] : null);
    },
  },
});

function tasksOf(path: string, tasks: Json[] | null) {
  if (tasks === null) throw new InputError(path, 'expected a JSON list of tasks.');
  if (tasks.length === 0) throw new InputError(path, 'there is no task in this file.');
  return { kind: 'tasks' as const, tasks };
}
