import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { onDay, today } from '../../clock.ts';
import { firstNameOf, tasksOf, type Db } from '../../records.ts';
import type { AssistantDb, Task } from '../../schema.ts';
import { spokenTopic, topics } from '../../topics.ts';
import { read, textOf, type Context } from '../lookup.ts';

/** Which task is meant: one that concerns the sender. `only` leaves those with which the request makes sense. */
export const taskSlot = (only?: (task: Task) => boolean): SlotSpec<AssistantDb> => ({
  name: 'task',
  title: 'task',
  subject: true,
  question: ['Which task do you mean?', 'Which of the tasks is it about?'],
  candidates: ({ db, userId }) =>
    tasksOf(db, userId)
      .filter((task) => only?.(task) ?? true)
      .map((task) => candidateOf(db, task, userId)),
  // By its id alone: it stands on nobody's list but theirs.
  foreign({ db, userId }, random) {
    const known = new Set(tasksOf(db, userId));
    const [other] = random
      .shuffle([...db.rows('tasks')])
      .filter((task) => !known.has(task) && task.status === 'open');
    return other && { value: other.id, attributes: { id: other.id }, label: `task ${other.id}` };
  },
  referBy: [
    ['whose', 'topic'],
    ['whose', 'title'],
    ['title'],
    ['whose', 'due'],
    ['whose', 'topic', 'due'],
    ['title', 'due'],
    ['whose', 'title', 'due'],
  ],
  phrase: phraseTask,
  vague: ['one of the tasks', 'a task'],
  reads: ({ userId }) => [read('list_tasks', { person_id: userId })],
});

const MINE = 'mine';

function candidateOf(db: Db, { id, title, assignee, due, status }: Task, userId: string): Candidate {
  const topic = topics.find(({ name }) => title.includes(name))?.name;
  const whose = assignee === userId ? MINE : firstNameOf(db, assignee);
  const note = [
    ...(assignee === userId ? [] : [`${firstNameOf(db, assignee)}'s`]),
    `due ${due}`,
    ...(status === 'done' ? ['done'] : []),
  ];
  return {
    value: id,
    attributes: { whose, title, due, ...(topic === undefined ? {} : { topic }) },
    label: `"${title}" (${note.join(', ')}), ${id}`,
  };
}

function phraseTask(
  { id, whose, title, topic, due }: Readonly<Record<string, Json>>,
  random: Random,
): string {
  if (typeof id === 'string') return `task ${id}`;
  const owner = whose === undefined ? 'the' : whose === MINE ? 'my' : `${textOf(whose)}'s`;
  const parts = [
    `${owner} task`,
    ...(typeof title === 'string' ? [`"${title}"`] : []),
    ...(typeof topic === 'string' ? [`about ${spokenTopic(topic)}`] : []),
    ...(typeof due === 'string' ? [dueWords(due, random)] : []),
  ];
  return parts.join(' ');
}

const dueWords = (due: string, random: Random): string =>
  `${due < today ? 'that was due' : 'that is due'} ${onDay(due, random)}`;

/** The task of a context, for descriptions. */
export function taskIn(context: Context): string {
  const task = context.db.get('tasks', textOf(context.values.task));
  return task === undefined ? `task ${textOf(context.values.task)}` : `"${task.title}"`;
}
