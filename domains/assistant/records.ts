/** What tools, rules and intents ask of the records: who may act for whom, who is where, what is free. */
import { rowsBy, type View } from '#core/environment/index.ts';
import { CLOSES, dayOn, endOf, minutesOf, overlap, starts, type Span } from './clock.ts';
import {
  company,
  type AssistantDb,
  type Meeting,
  type Person,
  type StoredFile,
  type Task,
} from './schema.ts';

export type Db = View<AssistantDb>;

const meetingsOf = rowsBy<AssistantDb, 'meetings'>('meetings', (meeting) => [
  meeting.organizer,
  ...Object.keys(meeting.attendees),
]);
/** The meetings in a room, by room and day. */
const meetingsIn = rowsBy<AssistantDb, 'meetings'>('meetings', ({ room, day }) =>
  room === null ? [] : [`${room} ${day}`],
);
const principals = rowsBy<AssistantDb, 'people'>('people', ({ delegates }) => delegates);
export const teamOf = rowsBy<AssistantDb, 'people'>('people', ({ team }) => [team]);
export const byAddress = rowsBy<AssistantDb, 'people'>('people', ({ email }) => [email]);
/** Tasks by those who have them, by those who created them, and by team. */
const tasksBy = rowsBy<AssistantDb, 'tasks'>('tasks', (task) => [
  `has ${task.assignee}`,
  `made ${task.created_by}`,
  `team ${task.team}`,
]);
/** What somebody wrote. */
export const mailOf = rowsBy<AssistantDb, 'mail'>('mail', ({ author }) => [author]);

export const personOf = (db: Db, id: string): Person | undefined => db.get('people', id);
export const nameOf = (db: Db, id: string): string => personOf(db, id)?.name ?? id;
export const firstNameOf = (db: Db, id: string): string => nameOf(db, id).split(' ')[0] ?? id;

/** True when a user may do for a person what that person may do: it is them, or they appointed the user. */
export function mayActFor(db: Db, userId: string, personId: string): boolean {
  return userId === personId || (personOf(db, personId)?.delegates.includes(userId) ?? false);
}

/** The people for whom somebody may act, besides themselves. */
export const principalsOf = (db: Db, userId: string): Person[] => principals(db, userId);

export const isIn = ({ organizer, attendees }: Meeting, personId: string): boolean =>
  organizer === personId || attendees[personId] !== undefined;

/** The people of a meeting who have not declined it, its organizer first. */
export function participants({ organizer, attendees }: Meeting): string[] {
  return [organizer, ...Object.keys(attendees).filter((id) => attendees[id] !== 'declined')];
}

/** Whether a meeting can no longer be touched: it was cancelled, or its day is over. */
export const isOver = ({ day, status }: Meeting, today: string): boolean =>
  status === 'cancelled' || day < today;

/** All meetings in somebody's calendar, cancelled ones too, in the order of time. */
export function calendarOf(db: Db, personId: string, day?: string): Meeting[] {
  return meetingsOf(db, personId)
    .filter((meeting) => day === undefined || meeting.day === day)
    .sort(byTime);
}

const byTime = (a: Meeting, b: Meeting) =>
  `${a.day} ${a.start} ${a.id}` < `${b.day} ${b.start} ${b.id}` ? -1 : 1;

/** A time at which people are wanted somewhere. */
export interface Plan extends Span {
  readonly day: string;
  readonly people: readonly string[];
  readonly room?: string | null;
  /** A meeting that does not count, because it is the one that is planned. */
  readonly except?: string | undefined;
}

/** The planned meetings of some people. */
function meetingsWith(db: Db, { people, except }: Pick<Plan, 'people' | 'except'>, day?: string): Meeting[] {
  const found = people.flatMap((id) =>
    meetingsOf(db, id).filter(
      (meeting) => (day === undefined || meeting.day === day) && meeting.attendees[id] !== 'declined',
    ),
  );
  return [...new Set(found)].filter(({ id, status }) => status === 'planned' && id !== except);
}

/** The meetings that keep somebody of a plan busy at that time. */
export function clashes(db: Db, plan: Plan): Meeting[] {
  return meetingsWith(db, plan, plan.day).filter((meeting) => overlap(meeting, plan));
}

/** What takes place in a room on a day. */
export const bookedIn = (db: Db, room: string, day: string): Meeting[] =>
  meetingsIn(db, `${room} ${day}`).filter(({ status }) => status === 'planned');

/** The meetings that are held in the room of a plan at that time. */
export function roomClashes(db: Db, plan: Plan): Meeting[] {
  if (typeof plan.room !== 'string') return [];
  return bookedIn(db, plan.room, plan.day).filter(
    (meeting) => meeting.id !== plan.except && overlap(meeting, plan),
  );
}

/** Tells for a plan's people and room whether some other time is free: they work, and nothing stands in its way. */
export function timetable(
  db: Db,
  plan: Omit<Plan, keyof Span | 'day'>,
): (at: Span & { day: string }) => boolean {
  const busy = meetingsWith(db, plan);
  return (at) =>
    !busy.some((meeting) => meeting.day === at.day && overlap(meeting, at)) &&
    roomClashes(db, { ...plan, ...at }).length === 0 &&
    outsideHours(db, { ...at, people: plan.people }).length === 0;
}

/** The people of a plan who do not work at that time, and are not flexible either. */
export function outsideHours(db: Db, plan: Omit<Plan, 'room' | 'except'>): Person[] {
  return plan.people.flatMap((id) => {
    const person = personOf(db, id);
    return person === undefined || person.flexible || works(person, plan) ? [] : [person];
  });
}

function works(person: Person, plan: Span & { day: string }): boolean {
  const weekday = dayOn(plan.day)?.weekday;
  if (weekday === undefined || !person.days.includes(weekday)) return false;
  return person.hours.from <= plan.start && endOf(plan) <= person.hours.to;
}

export const endsTooLate = (span: Span): boolean => minutesOf(span.start) + span.minutes > CLOSES;

/** The starts on a day at which everybody of a plan works and is free. */
export function freeStarts(db: Db, { people, except, day, minutes }: Omit<Plan, 'start'>): string[] {
  const isFree = timetable(db, { people, except });
  return starts.filter((start) => {
    const at = { day, start, minutes };
    return !endsTooLate(at) && isFree(at);
  });
}

export const openTasksOf = (db: Db, personId: string): Task[] =>
  tasksBy(db, `has ${personId}`).filter(({ status }) => status === 'open');

export const leadOf = (db: Db, team: string): Person | undefined =>
  teamOf(db, team).find(({ role }) => role === 'lead');

/** The tasks that concern somebody: those they have, those they created, and as a lead those of their team. */
export function tasksOf(db: Db, personId: string): Task[] {
  const person = personOf(db, personId);
  const keys = [`has ${personId}`, `made ${personId}`];
  if (person?.role === 'lead') keys.push(`team ${person.team}`);
  return [...new Set(keys.flatMap((key) => tasksBy(db, key)))].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export const isExternal = (address: string): boolean => !address.endsWith(`@${company}`);

/** The files that somebody may attach: those of their team, and those that are everybody's. */
export function filesFor(db: Db, personId: string): StoredFile[] {
  const team = personOf(db, personId)?.team;
  return [...db.rows('files')].filter((file) => file.team === 'Everyone' || file.team === team);
}

export const sizeOf = (db: Db, files: readonly string[]): number =>
  files.reduce((sum, name) => sum + (db.get('files', name)?.size_mb ?? 0), 0);
