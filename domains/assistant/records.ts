/** What tools, rules and intents ask of the records: who may act for whom, who is where, what is free. */
import type { View } from '#core/environment/index.ts';
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

export const personOf = (db: Db, id: string): Person | undefined => db.get('people', id);
export const nameOf = (db: Db, id: string): string => personOf(db, id)?.name ?? id;
export const firstNameOf = (db: Db, id: string): string => nameOf(db, id).split(' ')[0] ?? id;

/** True when a user may do for a person what that person may do: it is them, or they appointed the user. */
export function mayActFor(db: Db, userId: string, personId: string): boolean {
  return userId === personId || (personOf(db, personId)?.delegates.includes(userId) ?? false);
}

/** The people for whom somebody may act, besides themselves. */
export function principalsOf(db: Db, userId: string): Person[] {
  return [...db.rows('people')].filter((person) => person.delegates.includes(userId));
}

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
  return [...db.rows('meetings')]
    .filter((meeting) => (day === undefined || meeting.day === day) && isIn(meeting, personId))
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

/** The meetings that stand in a plan's way if they overlap: planned ones of its people, and those in its room. */
function neighbours(
  db: Db,
  { people, room, except }: Omit<Plan, keyof Span | 'day'>,
  day?: string,
): Meeting[] {
  const found: Meeting[] = [];
  for (const meeting of db.rows('meetings')) {
    if ((day !== undefined && meeting.day !== day) || meeting.status !== 'planned' || meeting.id === except)
      continue;
    if ((typeof room === 'string' && meeting.room === room) || takesPart(meeting, people))
      found.push(meeting);
  }
  return found;
}

const takesPart = (meeting: Meeting, people: readonly string[]): boolean =>
  people.some((id) => meeting.organizer === id || isComing(meeting, id));
const isComing = ({ attendees }: Meeting, id: string): boolean =>
  attendees[id] !== undefined && attendees[id] !== 'declined';

/** The meetings that keep somebody of a plan busy at that time. */
export function clashes(db: Db, { people, day, except, ...span }: Plan): Meeting[] {
  return neighbours(db, { people, except }, day).filter((meeting) => overlap(meeting, span));
}

/** The meetings that are held in the room of a plan at that time. */
export function roomClashes(db: Db, { room, day, except, ...span }: Plan): Meeting[] {
  if (typeof room !== 'string') return [];
  return neighbours(db, { people: [], room, except }, day).filter((meeting) => overlap(meeting, span));
}

/** Tells for a plan's people and room whether some other time is free: they work, and nothing stands in its way. */
export function timetable(
  db: Db,
  plan: Omit<Plan, keyof Span | 'day'>,
): (at: Span & { day: string }) => boolean {
  const all = neighbours(db, plan);
  return (at) =>
    !all.some((meeting) => meeting.day === at.day && overlap(meeting, at)) &&
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
  [...db.rows('tasks')].filter((task) => task.assignee === personId && task.status === 'open');

export const leadOf = (db: Db, team: string): Person | undefined =>
  [...db.rows('people')].find((person) => person.team === team && person.role === 'lead');

/** The tasks that concern somebody: those they have, those they created, and as a lead those of their team. */
export function tasksOf(db: Db, personId: string): Task[] {
  const person = personOf(db, personId);
  const leads = person?.role === 'lead';
  return [...db.rows('tasks')].filter(
    (task) =>
      task.assignee === personId || task.created_by === personId || (leads && task.team === person.team),
  );
}

export const isExternal = (address: string): boolean => !address.endsWith(`@${company}`);

/** The files that somebody may attach: those of their team, and those that are everybody's. */
export function filesFor(db: Db, personId: string): StoredFile[] {
  const team = personOf(db, personId)?.team;
  return [...db.rows('files')].filter((file) => file.team === 'Everyone' || file.team === team);
}

export const sizeOf = (db: Db, files: readonly string[]): number =>
  files.reduce((sum, name) => sum + (db.get('files', name)?.size_mb ?? 0), 0);
