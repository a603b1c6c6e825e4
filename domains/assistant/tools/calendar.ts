import { z } from 'zod';
import { ToolError, toolsFor } from '#core/environment/index.ts';
import { dayOn, endOf, starts, today } from '../clock.ts';
import {
  bookedIn,
  calendarOf,
  endsTooLate,
  freeStarts,
  isOver,
  nameOf,
  participants,
  roomClashes,
} from '../records.ts';
import type { Db, Plan } from '../records.ts';
import { answers, lengths, type AssistantDb, type Meeting } from '../schema.ts';
import { personId, requirePerson } from './people.ts';

const tool = toolsFor<AssistantDb>();
const meetingId = z.string().describe("A meeting's id, for example 'M1042'.");
const day = z.string().describe("The day, for example '2026-03-05'.");
const start = z.enum(starts).describe('When it starts, on the half hour and on the 24-hour clock.');
const minutes = z.literal(lengths).describe('How long it lasts, in minutes.');

function requireMeeting(db: Db, id: string): Meeting {
  const meeting = db.get('meetings', id);
  if (meeting === undefined) throw new ToolError(`There is no meeting ${id}.`);
  return meeting;
}

/** A meeting that can still be changed. */
function requireComing(db: Db, id: string): Meeting {
  const meeting = requireMeeting(db, id);
  if (meeting.status === 'cancelled') throw new ToolError(`Meeting ${id} was cancelled.`);
  if (isOver(meeting, today)) throw new ToolError(`Meeting ${id} is over.`);
  return meeting;
}

function requireRoomy(db: Db, plan: Plan): void {
  if (dayOn(plan.day) === undefined) throw new ToolError(`The calendar has no working day ${plan.day}.`);
  if (endsTooLate(plan)) throw new ToolError('The office closes at 18:00.');
  const [taken] = roomClashes(db, plan);
  if (taken !== undefined) throw new ToolError(`Room ${plan.room} is taken then, by meeting ${taken.id}.`);
}

const busySpans = (meetings: readonly Meeting[]) =>
  meetings.map((meeting) => ({ meeting_id: meeting.id, from: meeting.start, to: endOf(meeting) }));
const meetingRefs = (meetings: readonly Meeting[]) => meetings.map(({ id }) => ({ table: 'meetings', id }));
const busyOn = (db: Db, id: string, on: string, except?: string): Meeting[] =>
  calendarOf(db, id, on).filter(
    (meeting) => meeting.status === 'planned' && meeting.id !== except && participants(meeting).includes(id),
  );

export const calendarTools = [
  tool({
    name: 'get_calendar',
    description:
      "Returns the meetings in somebody's calendar, last week's and cancelled ones too: title, organizer, day, start, length, attendees with their answers, whether they have to come, and room.",
    kind: 'read',
    parameters: z.strictObject({
      person_id: personId,
      day: day.optional().describe('Only the meetings of this day. All days when left out.'),
    }),
    execute(db, args) {
      requirePerson(db, args.person_id);
      return calendarOf(db, args.person_id, args.day);
    },
    shows: (db, args) => meetingRefs(calendarOf(db, args.person_id, args.day)),
  }),
  tool({
    name: 'find_free_times',
    description:
      'Compares calendars on a day. Returns for each person their working hours on that day and when they are busy, and the starts at which all of them work and are free.',
    kind: 'read',
    parameters: z.strictObject({
      person_ids: z.array(personId).describe('Everybody who has to be free.'),
      day,
      minutes,
      for_meeting_id: meetingId.optional().describe('A meeting that is to be moved: it keeps nobody busy.'),
    }),
    execute(db, args) {
      const weekday = dayOn(args.day)?.weekday;
      const people = args.person_ids.map((id) => {
        const person = requirePerson(db, id);
        return {
          person_id: id,
          works: weekday !== undefined && person.days.includes(weekday) ? person.hours : null,
          flexible: person.flexible,
          busy: busySpans(busyOn(db, id, args.day, args.for_meeting_id)),
        };
      });
      const plan = { ...args, people: args.person_ids, except: args.for_meeting_id };
      return { people, free: freeStarts(db, plan) };
    },
    shows: (db, args) => [
      ...args.person_ids.map((id) => ({ table: 'people', id })),
      ...args.person_ids.flatMap((id) => meetingRefs(busyOn(db, id, args.day, args.for_meeting_id))),
    ],
  }),
  tool({
    name: 'get_rooms',
    description:
      'Returns the meeting rooms: floor, seats, whether they have a video screen, whether only team leads may use them, and when they are taken on a day.',
    kind: 'read',
    parameters: z.strictObject({ day: day.optional().describe('The day for which bookings are listed.') }),
    execute: (db, args) =>
      [...db.rows('rooms')].map((room) => ({
        ...room,
        taken: args.day === undefined ? [] : busySpans(bookedIn(db, room.name, args.day)),
      })),
    shows: (db, args) =>
      [...db.rows('rooms')].flatMap(({ name }) => [
        { table: 'rooms', id: name },
        ...(args.day === undefined ? [] : meetingRefs(bookedIn(db, name, args.day))),
      ]),
  }),
  tool({
    name: 'schedule_meeting',
    description:
      'Sets up a meeting of two people and invites the other one. It has no room yet. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({
      organizer_id: personId.describe('The id of the person in whose name the meeting is set up.'),
      attendee_id: personId.describe('The id of the colleague who is invited.'),
      day,
      start,
      minutes,
    }),
    execute(db, { organizer_id, attendee_id, ...time }) {
      requirePerson(db, organizer_id);
      requirePerson(db, attendee_id);
      if (organizer_id === attendee_id) throw new ToolError('A meeting needs two different people.');
      requireRoomy(db, { ...time, people: [] });
      // Made of what it is, so that two new meetings have the same ids in whichever order they are set up.
      const id = `N${time.day.slice(5).replace('-', '')}-${time.start.replace(':', '')}-${organizer_id}`;
      if (db.get('meetings', id) !== undefined) throw new ToolError(`Meeting ${id} exists already.`);
      const meeting: Meeting = {
        id,
        title: `${nameOf(db, organizer_id)} and ${nameOf(db, attendee_id)}`,
        organizer: organizer_id,
        ...time,
        attendees: { [attendee_id]: 'none' },
        required: false,
        room: null,
        status: 'planned',
      };
      db.put('meetings', id, meeting);
      return meeting;
    },
  }),
  tool({
    name: 'move_meeting',
    description: 'Moves a meeting to another day or time. It keeps its room. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({ meeting_id: meetingId, day, start }),
    execute(db, { meeting_id, ...time }) {
      const meeting = requireComing(db, meeting_id);
      requireRoomy(db, { ...meeting, ...time, people: [], except: meeting_id });
      return db.update('meetings', meeting_id, (row) => Object.assign(row, time));
    },
  }),
  tool({
    name: 'cancel_meeting',
    description: 'Cancels a meeting and gives its room free. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({ meeting_id: meetingId }),
    execute(db, { meeting_id }) {
      requireComing(db, meeting_id);
      return db.update('meetings', meeting_id, (row) => {
        row.status = 'cancelled';
        row.room = null;
      });
    },
  }),
  tool({
    name: 'invite_person',
    description: 'Invites one more person to a meeting. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({ meeting_id: meetingId, person_id: personId }),
    execute(db, { meeting_id, person_id }) {
      const meeting = requireComing(db, meeting_id);
      requirePerson(db, person_id);
      if (meeting.organizer === person_id || meeting.attendees[person_id] !== undefined)
        throw new ToolError(`${person_id} is already part of meeting ${meeting_id}.`);
      return db.update('meetings', meeting_id, (row) => {
        row.attendees[person_id] = 'none';
      });
    },
  }),
  tool({
    name: 'answer_invitation',
    description: 'Answers the invitation that a person got to a meeting. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({
      meeting_id: meetingId,
      person_id: personId.describe('The id of the person who was invited.'),
      answer: z.enum(answers).describe('The answer.'),
    }),
    execute(db, { meeting_id, person_id, answer }) {
      const meeting = requireComing(db, meeting_id);
      if (meeting.attendees[person_id] === undefined)
        throw new ToolError(`${person_id} was not invited to meeting ${meeting_id}.`);
      return db.update('meetings', meeting_id, (row) => {
        row.attendees[person_id] = answer;
      });
    },
  }),
  tool({
    name: 'book_room',
    description: 'Gives a meeting a room, in place of the one it may have. Returns the meeting.',
    kind: 'write',
    parameters: z.strictObject({
      meeting_id: meetingId,
      room: z.string().describe("The room's name, for example 'Oak'."),
    }),
    execute(db, { meeting_id, room }) {
      const meeting = requireComing(db, meeting_id);
      if (db.get('rooms', room) === undefined) throw new ToolError(`There is no room ${room}.`);
      requireRoomy(db, { ...meeting, people: [], room, except: meeting_id });
      return db.update('meetings', meeting_id, (row) => {
        row.room = room;
      });
    },
  }),
];
