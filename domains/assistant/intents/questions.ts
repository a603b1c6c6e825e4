import type { Fact, IntentSpec } from '#core/environment/index.ts';
import { dayLabel, today } from '../clock.ts';
import { freeStarts, isOver, nameOf, openTasksOf, personOf } from '../records.ts';
import type { AssistantDb, Meeting } from '../schema.ts';
import { colleagueIn, describeMeeting, meetingIn, read, valueOf, type Context } from './lookup.ts';
import { meetingSlot, type MeetingSlot } from './slots/meeting.ts';
import { colleagueSlot } from './slots/people.ts';
import { namedRoomSlot, roomIn } from './slots/room.ts';
import { anyDaySlot, minutesSlot, newMeeting, readFree } from './slots/time.ts';

type Intent = IntentSpec<AssistantDb>;

const fact = (key: string, title: string, value: string): Fact => ({ key, title, value });

/** A question about a meeting that takes place. What it asks for must not be how the meeting is referred to. */
function meetingQuestion(
  id: string,
  title: string,
  slot: MeetingSlot,
  opening: readonly string[],
  answer: (meeting: Meeting, context: Context) => readonly Fact[],
): Intent {
  const lower = title.charAt(0).toLowerCase() + title.slice(1);
  return {
    id,
    title,
    slots: [meetingSlot({ own: true, vague: ['one of my meetings'], ...slot })],
    opening,
    describe: (context) => `${lower} (${describeMeeting(context)})`,
    answer(context) {
      const meeting = meetingIn(context);
      return meeting === undefined ? [] : answer(meeting, context);
    },
  };
}

const whom = colleagueSlot({ question: ['Whom do you mean?', 'Which colleague is it about?'] });
const isComing = (meeting: Meeting) => !isOver(meeting, today);
const wantedTime = newMeeting(({ userId }) => userId);

/** What people want to know. Each answer can be found word for word in what the assistant says. */
export const questions: readonly Intent[] = [
  meetingQuestion(
    'where',
    'Find out where a meeting takes place',
    { hide: ['room'], only: (meeting) => isComing(meeting) && meeting.room !== null },
    [
      'Where does {meeting} take place?',
      'Which room is {meeting} in?',
      'I do not know where to go for {meeting}. Which room is it?',
      'Can you tell me the room of {meeting}?',
      'Did we get a room for {meeting}? Which one?',
    ],
    ({ room }) => (room === null ? [] : [fact('room', 'the room', room)]),
  ),
  meetingQuestion(
    'when',
    'Find out when a meeting starts',
    { hide: ['start'], only: isComing },
    [
      'When does {meeting} start?',
      'At what time is {meeting}?',
      'Can you tell me the starting time of {meeting}?',
      'I need to know when {meeting} begins. What time is it?',
      'What time did we agree on for {meeting}?',
    ],
    ({ start }) => [fact('start', 'the starting time', start)],
  ),
  meetingQuestion(
    'who_organizes',
    'Find out who organizes a meeting',
    {
      determiner: 'the',
      vague: ['a meeting that I was invited to', 'one of the meetings in my calendar'],
      hide: ['person'],
      only: (meeting, { userId }) => isComing(meeting) && meeting.organizer !== userId,
    },
    [
      'Who organizes {meeting}?',
      'Who invited me to {meeting}? Please give me the full name.',
      'Can you tell me who set up {meeting}?',
      'I forgot whose idea it was: who set up {meeting}? I need the full name.',
      'I have a question about {meeting}. Who is the organizer?',
    ],
    ({ organizer }, { db }) => [fact('organizer', 'the organizer', nameOf(db, organizer))],
  ),
  {
    id: 'earliest_time',
    title: 'Find the earliest time for a meeting',
    slots: [whom, minutesSlot, anyDaySlot],
    opening: [
      'I am thinking of {minutes} with {colleague}[ for {day}]. What is the earliest time that works for both of us?',
      '[I have {day} in mind. ]What would be the earliest time for {minutes} with {colleague}?',
      'Before I plan {minutes} with {colleague}: how early could we start[ if I choose {day}]?',
      'How early could {colleague} and I start {minutes}[ if we choose {day}]?',
      '[It is about {day}. ]Please check when {colleague} and I could start {minutes} at the earliest.',
    ],
    describe: (context) =>
      `look for the earliest time with ${colleagueIn(context)} on ${dayLabel(valueOf(context, 'day'))}`,
    answer(context) {
      const plan = wantedTime(context);
      const [first] = plan === undefined ? [] : freeStarts(context.db, plan);
      return first === undefined ? [] : [fact('earliest', 'the earliest time', first)];
    },
    reads(context) {
      const plan = wantedTime(context);
      return plan === undefined ? [] : [readFree(plan)];
    },
  },
  {
    id: 'open_tasks',
    title: "Count a colleague's open tasks",
    slots: [whom],
    opening: [
      'How many open tasks does {colleague} have?',
      'Can you count the open tasks of {colleague}?',
      'How much is on the list of {colleague}? I mean the number of open tasks.',
      'I would like to know how many tasks {colleague} still has to do.',
      'Please look up how many open tasks there are for {colleague}.',
    ],
    describe: (context) => `count the open tasks of ${colleagueIn(context)}`,
    answer: (context) => [
      fact(
        'open_tasks',
        'the number of open tasks',
        String(openTasksOf(context.db, valueOf(context, 'colleague')).length),
      ),
    ],
    reads(context) {
      const colleague = valueOf(context, 'colleague');
      return colleague === '' ? [] : [read('list_tasks', { person_id: colleague })];
    },
  },
  {
    id: 'extension',
    title: "Look up a colleague's extension",
    slots: [whom],
    opening: [
      'What is the extension of {colleague}?',
      'I need to call {colleague}. What is the extension?',
      'Can you look up the extension of {colleague}?',
      'Under which extension do I reach {colleague}?',
      'Please give me the phone extension of {colleague}.',
    ],
    describe: (context) => `look up the extension of ${colleagueIn(context)}`,
    answer(context) {
      const person = personOf(context.db, valueOf(context, 'colleague'));
      return person === undefined ? [] : [fact('extension', 'the extension', person.extension)];
    },
  },
  {
    id: 'seats',
    title: 'Find out how many seats a room has',
    slots: [namedRoomSlot],
    opening: [
      'How many seats are there in {room}?',
      'How many people fit into {room}?',
      'Can you tell me the number of seats in {room}?',
      'How big is {room}? I mean the number of seats.',
      'Please look up how many people can sit in {room}.',
    ],
    describe: (context) => `look up the seats of ${roomIn(context)}`,
    answer(context) {
      const room = context.db.get('rooms', valueOf(context, 'room'));
      return room === undefined ? [] : [fact('seats', 'the number of seats', String(room.seats))];
    },
  },
];
