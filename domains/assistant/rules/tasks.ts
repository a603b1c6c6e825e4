import type { RuleSpec } from '#core/environment/index.ts';
import { nameOf, openTasksOf, personOf, teamOf } from '../records.ts';
import type { AssistantDb } from '../schema.ts';
import { argumentsWith, rowsOf, taskRule, text, userOf } from './situation.ts';

const taskTools = ['assign_task', 'complete_task'];
const MOST_OPEN = 6;

const taskRecord = ({ id }: { id: string }) => ({ table: 'tasks', id });

/** Who has a task, and when it is done. */
export const taskRules: readonly RuleSpec<AssistantDb>[] = [
  taskRule(
    'task.whose',
    'A task is passed on or closed only at the wish of the person who has it, of the one who created it, or of the lead of its team.',
    'ownership',
    taskTools,
    (task, context) => {
      const user = userOf(context);
      if (user === undefined || task.assignee === user.id || task.created_by === user.id) return null;
      if (user.role === 'lead' && user.team === task.team) return null;
      return {
        reason: `Task ${task.id} is neither ${user.name}'s, nor created by them, nor one of a team that they lead.`,
        record: taskRecord(task),
        flip: rowsOf('tasks', { [task.id]: { ...task, created_by: user.id } }),
      };
    },
  ),
  taskRule(
    'task.done',
    'A task that is done stays done, with the person who did it.',
    'state',
    taskTools,
    (task) => {
      if (task.status === 'open') return null;
      return {
        reason: `Task ${task.id} is done.`,
        record: taskRecord(task),
        flip: rowsOf('tasks', { [task.id]: { ...task, status: 'open' } }),
      };
    },
  ),
  taskRule(
    'task.waits',
    'A task that waits for another one is closed only when that one is done.',
    'state',
    ['complete_task'],
    (task, { db }) => {
      const before = task.waits_for === null ? undefined : db.get('tasks', task.waits_for);
      if (before?.status !== 'open') return null;
      return {
        reason: `Task ${task.id} waits for ${before.id}, which is open.`,
        record: taskRecord(task),
        flip: rowsOf('tasks', { [before.id]: { ...before, status: 'done' } }),
      };
    },
  ),
  taskRule('task.team', 'A task stays within its team.', 'choice', ['assign_task'], (task, { db, call }) => {
    const person = personOf(db, text(call, 'person_id'));
    if (person === undefined || person.team === task.team) return null;
    const mate = teamOf(db, task.team).find(
      (other) =>
        other.team === task.team &&
        other.id !== task.assignee &&
        openTasksOf(db, other.id).length < MOST_OPEN,
    );
    return {
      reason: `Task ${task.id} belongs to ${task.team}, and ${person.name} is in ${person.team}.`,
      record: { table: 'people', id: person.id },
      ...(mate === undefined ? {} : { flip: argumentsWith(call, { person_id: mate.id }) }),
    };
  }),
  taskRule(
    'task.load',
    'Nobody is given a task while they have six open ones.',
    'state',
    ['assign_task'],
    (task, { db, call }) => {
      const person = text(call, 'person_id');
      const open = openTasksOf(db, person).filter((other) => other.id !== task.id);
      if (open.length < MOST_OPEN) return null;
      const done = open.slice(MOST_OPEN - 1);
      return {
        reason: `${nameOf(db, person)} has ${open.length} open tasks.`,
        record: { table: 'people', id: person },
        flip: rowsOf(
          'tasks',
          Object.fromEntries(done.map((other) => [other.id, { ...other, status: 'done' }])),
        ),
      };
    },
  ),
  taskRule(
    'task.same',
    'Nobody is given a task that they have already.',
    'choice',
    ['assign_task'],
    (task, { db, call }) => {
      const person = text(call, 'person_id');
      if (task.assignee !== person) return null;
      return { reason: `${nameOf(db, person)} has task ${task.id} already.`, record: taskRecord(task) };
    },
  ),
];
