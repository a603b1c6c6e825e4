import { choiceSlot } from '#core/environment/index.ts';
import type { IntentSpec, JsonObject, SlotSpec } from '#core/environment/index.ts';
import { dayLabel } from '../clock.ts';
import { nameOf, personOf } from '../records.ts';
import { answers, type AssistantDb } from '../schema.ts';
import {
  busyness,
  colleagueIn,
  countFact,
  describeMeeting,
  meetingIn,
  textOf,
  valueOf,
  type Context,
} from './lookup.ts';
import { meetingSlot } from './slots/meeting.ts';
import { colleagueSlot, principalSlot } from './slots/people.ts';
import {
  otherDaySlot,
  anyDaySlot,
  minutesSlot,
  movedMeeting,
  newMeeting,
  readFree,
  timeSlot,
} from './slots/time.ts';
import { roomIn, roomSlot } from './slots/room.ts';

type Intent = IntentSpec<AssistantDb>;

const guest = colleagueSlot({
  question: ['Who is it with?', 'Which colleague do you want to meet?'],
  vague: ['a colleague', 'somebody here'],
});
const when = (context: Context): string =>
  `${dayLabel(valueOf(context, 'day'))} at ${valueOf(context, 'time')}`;
const scheduled = (organizer: string, context: Context) => ({
  name: 'schedule_meeting',
  arguments: {
    organizer_id: organizer,
    attendee_id: valueOf(context, 'colleague'),
    day: valueOf(context, 'day'),
    start: valueOf(context, 'time'),
    minutes: Number(context.values.minutes),
  },
});
const plannedValues = (args: JsonObject) => ({
  colleague: textOf(args.attendee_id),
  minutes: args.minutes ?? null,
  day: textOf(args.day),
  time: textOf(args.start),
});

const schedule: Intent = {
  id: 'schedule',
  title: 'Set up a meeting',
  tool: 'schedule_meeting',
  slots: [guest, minutesSlot, anyDaySlot, timeSlot(newMeeting(({ userId }) => userId))],
  opening: [
    'Please set up {minutes} with {colleague}[ for {day}][ at {time}].',
    'I need {minutes} with {colleague}[ for {day}][ at {time}].',
    'Can you arrange {minutes} for me with {colleague}[ for {day}][ at {time}]?',
    'Could you put {minutes} with {colleague} into my calendar[ for {day}][ at {time}]?',
    'I have to talk to {colleague}. Please book {minutes}[ for {day}][ at {time}].',
  ],
  describe: (context) =>
    `set up a meeting of ${valueOfMinutes(context)} minutes with ${colleagueIn(context)} on ${when(context)}`,
  call: (context) => scheduled(context.userId, context),
  quotes: (context) => busyness(context, valueOf(context, 'day')),
  parse(db, { arguments: args }) {
    const organizer = personOf(db, textOf(args.organizer_id));
    return organizer && { userId: organizer.id, values: plannedValues(args) };
  },
};

const valueOfMinutes = ({ values }: Context): number => Number(values.minutes);
const principalIn = (context: Context): string => valueOf(context, 'principal');

const scheduleFor: Intent = {
  id: 'schedule_for',
  title: 'Set up a meeting for somebody else',
  tool: 'schedule_meeting',
  slots: [
    principalSlot,
    colleagueSlot({
      question: ['Who is to be invited?', 'Which colleague should be invited?'],
      vague: ['a colleague', 'somebody here'],
      not: principalIn,
    }),
    minutesSlot,
    anyDaySlot,
    timeSlot(newMeeting(principalIn)),
  ],
  opening: [
    'Please set up {minutes} for {principal} with {colleague}[ for {day}][ at {time}].',
    'This is on behalf of {principal}: please book {minutes} with {colleague}[ for {day}][ at {time}].',
    'I look after the calendar of {principal}. Please put in {minutes} with {colleague}[ for {day}][ at {time}].',
    'Could you arrange {minutes} between {principal} and {colleague}[ for {day}][ at {time}]?',
    'I am asking for {principal}, who needs {minutes} with {colleague}[ for {day}][ at {time}].',
  ],
  describe: (context) =>
    `set up a meeting of ${valueOfMinutes(context)} minutes in the name of ${nameOf(context.db, principalIn(context))} with ${colleagueIn(context)} on ${when(context)}`,
  call: (context) => scheduled(principalIn(context), context),
  quotes: (context) => busyness(context, valueOf(context, 'day')),
  parse(db, { arguments: args }) {
    const organizer = personOf(db, textOf(args.organizer_id));
    const [delegate] = organizer?.delegates ?? [];
    return organizer === undefined || delegate === undefined
      ? undefined
      : { userId: delegate, values: { principal: organizer.id, ...plannedValues(args) } };
  },
};

const move: Intent = {
  id: 'move',
  title: 'Move a meeting',
  tool: 'move_meeting',
  slots: [meetingSlot({ foreign: true }), otherDaySlot, timeSlot(movedMeeting)],
  opening: [
    'Please move {meeting} to {day}[ at {time}].',
    'Something has come up, so {meeting} has to move to {day}[ at {time}].',
    'Could you shift {meeting} to {day}[ at {time}]?',
    'Can you reschedule {meeting} to {day}[ at {time}]?',
    'The time of {meeting} does not work any more. Please move it to {day}[ at {time}].',
  ],
  describe: (context) => `move ${describeMeeting(context)} to ${when(context)}`,
  call: (context) => ({
    name: 'move_meeting',
    arguments: {
      meeting_id: valueOf(context, 'meeting'),
      day: valueOf(context, 'day'),
      start: valueOf(context, 'time'),
    },
  }),
  // The room moves along, so it has to be free.
  reads(context) {
    const room = meetingIn(context)?.room;
    return typeof room === 'string'
      ? [{ name: 'get_rooms', arguments: { day: valueOf(context, 'day') } }]
      : [];
  },
  parse(db, { arguments: args }) {
    const meeting = db.get('meetings', textOf(args.meeting_id));
    const values = { meeting: textOf(args.meeting_id), day: textOf(args.day), time: textOf(args.start) };
    return meeting && { userId: meeting.organizer, values };
  },
};

const cancel: Intent = {
  id: 'cancel',
  title: 'Cancel a meeting',
  tool: 'cancel_meeting',
  // What is cancelled already leaves nothing to wish for.
  slots: [meetingSlot({ foreign: true, only: ({ status }) => status === 'planned' })],
  opening: [
    'Please cancel {meeting}.',
    'I need to call off {meeting}.',
    'Can you take {meeting} out of the calendar?',
    'We do not need {meeting} any more. Please cancel it.',
    'Could you cancel {meeting} for me?',
  ],
  describe: (context) => `cancel ${describeMeeting(context)}`,
  call: (context) => ({ name: 'cancel_meeting', arguments: { meeting_id: valueOf(context, 'meeting') } }),
  parse(db, { arguments: args }) {
    const meeting = db.get('meetings', textOf(args.meeting_id));
    return meeting && { userId: meeting.organizer, values: { meeting: meeting.id } };
  },
  final: true,
};

const invite: Intent = {
  id: 'invite',
  title: 'Invite somebody to a meeting',
  tool: 'invite_person',
  slots: [
    meetingSlot({ foreign: true }),
    colleagueSlot({
      question: ['Who should be invited?', 'Which colleague would you like to add?'],
      vague: ['one more person', 'another colleague'],
      not: (context) => meetingIn(context)?.organizer ?? context.userId,
    }),
  ],
  opening: [
    'Please invite {colleague} to {meeting}.',
    'Can you add {colleague} to {meeting}?',
    'I would like {colleague} to join {meeting}.',
    'I want {colleague} to be there for {meeting}, so please send an invitation.',
    'Could you include {colleague} in {meeting}?',
  ],
  describe: (context) => `invite ${colleagueIn(context)} to ${describeMeeting(context)}`,
  call: (context) => ({
    name: 'invite_person',
    arguments: { meeting_id: valueOf(context, 'meeting'), person_id: valueOf(context, 'colleague') },
  }),
  reads(context) {
    const meeting = meetingIn(context);
    const colleague = valueOf(context, 'colleague');
    if (meeting === undefined || colleague === '') return [];
    const { day, minutes, room } = meeting;
    return [
      readFree({ people: [colleague], day, minutes }),
      ...(room === null ? [] : [{ name: 'get_rooms', arguments: { day } }]),
    ];
  },
  quotes: (context) => busyness(context, meetingIn(context)?.day ?? ''),
  parse(db, { arguments: args }) {
    const meeting = db.get('meetings', textOf(args.meeting_id));
    return (
      meeting && {
        userId: meeting.organizer,
        values: { meeting: meeting.id, colleague: textOf(args.person_id) },
      }
    );
  },
};

const replies: Readonly<Record<string, string>> = {
  accepted: 'a yes',
  declined: 'a no',
  tentative: 'a maybe',
};
const answerSlot: SlotSpec<AssistantDb> = choiceSlot({
  name: 'answer',
  title: 'answer',
  question: ['What should I answer?', 'Will you come?'],
  choices: answers,
  phrase: (answer) => replies[answer] ?? answer,
});

const answer: Intent = {
  id: 'answer',
  title: 'Answer an invitation',
  tool: 'answer_invitation',
  slots: [
    meetingSlot({
      own: true,
      determiner: 'the',
      vague: ['a meeting', 'one of the meetings in my calendar'],
      only: ({ attendees }, { userId }) => attendees[userId] !== undefined,
    }),
    answerSlot,
  ],
  opening: [
    'Please answer the invitation to {meeting}[ with {answer}].',
    'Can you reply to the invitation to {meeting}[ with {answer}]?',
    'I was invited to {meeting}. Please answer for me[ with {answer}].',
    'I have not answered the invitation to {meeting} yet. Please do it for me[ and make it {answer}].',
    'Could you respond to the invitation to {meeting}[ with {answer}]?',
  ],
  describe: (context) =>
    `answer the invitation to ${describeMeeting(context)} with "${valueOf(context, 'answer')}"`,
  call: (context) => ({
    name: 'answer_invitation',
    arguments: {
      meeting_id: valueOf(context, 'meeting'),
      person_id: context.userId,
      answer: valueOf(context, 'answer'),
    },
  }),
  parse(db, { arguments: args }) {
    const person = personOf(db, textOf(args.person_id));
    const values = { meeting: textOf(args.meeting_id), answer: textOf(args.answer) };
    return person && { userId: person.id, values };
  },
};

const bookRoom: Intent = {
  id: 'book_room',
  title: 'Book a room for a meeting',
  tool: 'book_room',
  slots: [meetingSlot({ foreign: true, hide: ['room'] }), roomSlot],
  opening: [
    'Please book {room} for {meeting}.',
    'I would like to have {room} for {meeting}.',
    'Can we get {room} for {meeting}?',
    'Could you reserve {room} for {meeting}?',
    'Please see to it that {meeting} takes place in {room}.',
  ],
  describe: (context) => `book ${roomIn(context)} for ${describeMeeting(context)}`,
  call: (context) => ({
    name: 'book_room',
    arguments: { meeting_id: valueOf(context, 'meeting'), room: valueOf(context, 'room') },
  }),
  quotes(context) {
    const room = context.db.get('rooms', valueOf(context, 'room'));
    if (room === undefined) return [];
    return [countFact('seats', 'the number of seats', room.seats, 'seat')];
  },
  parse(db, { arguments: args }) {
    const meeting = db.get('meetings', textOf(args.meeting_id));
    return meeting && { userId: meeting.organizer, values: { meeting: meeting.id, room: textOf(args.room) } };
  },
};

/** What people want of calendars. */
export const meetingIntents: readonly Intent[] = [
  schedule,
  scheduleFor,
  move,
  cancel,
  invite,
  answer,
  bookRoom,
];
