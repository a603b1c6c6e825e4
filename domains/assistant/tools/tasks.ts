import { z } from 'zod';
import { ToolError, toolsFor } from '#core/environment/index.ts';
import { tasksOf, type Db } from '../records.ts';
import type { AssistantDb, Task } from '../schema.ts';
import { personId, requirePerson } from './people.ts';

const tool = toolsFor<AssistantDb>();
const taskId = z.string().describe("A task's id, for example 'T3005'.");

function requireOpen(db: Db, id: string): Task {
  const task = db.get('tasks', id);
  if (task === undefined) throw new ToolError(`There is no task ${id}.`);
  if (task.status === 'done') throw new ToolError(`Task ${id} is done.`);
  return task;
}

export const taskTools = [
  tool({
    name: 'list_tasks',
    description:
      'Returns the tasks of a person: those assigned to them, those that they created for others, and if they lead a team, the others of that team.',
    kind: 'read',
    parameters: z.strictObject({ person_id: personId }),
    execute(db, { person_id }) {
      requirePerson(db, person_id);
      const all = tasksOf(db, person_id);
      const assigned = all.filter((task) => task.assignee === person_id);
      const created = all.filter((task) => task.created_by === person_id && !assigned.includes(task));
      const team = all.filter((task) => !assigned.includes(task) && !created.includes(task));
      return { assigned, created, team };
    },
    shows: (db, { person_id }) => [
      { table: 'people', id: person_id },
      ...tasksOf(db, person_id).map(({ id }) => ({ table: 'tasks', id })),
    ],
  }),
  tool({
    name: 'assign_task',
    description: 'Gives an open task to another person. Returns the task.',
    kind: 'write',
    parameters: z.strictObject({
      task_id: taskId,
      person_id: personId.describe('The id of the person who takes it over.'),
    }),
    execute(db, { task_id, person_id }) {
      const task = requireOpen(db, task_id);
      requirePerson(db, person_id);
      if (task.assignee === person_id) throw new ToolError(`${person_id} has task ${task_id} already.`);
      return db.update('tasks', task_id, (row) => {
        row.assignee = person_id;
      });
    },
  }),
  tool({
    name: 'complete_task',
    description: 'Marks an open task as done. Returns the task.',
    kind: 'write',
    parameters: z.strictObject({ task_id: taskId }),
    execute(db, { task_id }) {
      const task = requireOpen(db, task_id);
      const before = task.waits_for === null ? undefined : db.get('tasks', task.waits_for);
      if (before?.status === 'open') throw new ToolError(`Task ${task_id} waits for ${before.id}.`);
      return db.update('tasks', task_id, (row) => {
        row.status = 'done';
      });
    },
  }),
];
