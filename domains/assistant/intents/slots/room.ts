import type { Candidate, Json, SlotSpec } from '#core/environment/index.ts';
import { personOf } from '../../records.ts';
import type { AssistantDb, Room } from '../../schema.ts';
import { meetingIn, read, textOf, type Context } from '../lookup.ts';

/** Which room a meeting should have. */
export const roomSlot: SlotSpec<AssistantDb> = {
  name: 'room',
  title: 'room',
  question: ['Which room would you like?', 'Which room should it be?'],
  preference: true,
  candidates: ({ db }) => [...db.rows('rooms')].map(candidateOf),
  // The one room that is not for everybody.
  foreign(context) {
    const organizer = personOf(context.db, meetingIn(context)?.organizer ?? '');
    const room = [...context.db.rows('rooms')].find(({ leads_only }) => leads_only);
    if (room === undefined || organizer?.role === 'lead') return undefined;
    return { value: room.name, attributes: { name: room.name }, label: room.name };
  },
  referBy: [['name'], ['name'], ['floor', 'seats'], ['floor'], ['video'], ['floor', 'video']],
  phrase: (attributes, random) => phraseRoom(attributes, random.pick(['a room', 'a meeting room'])),
  vague: ['a room', 'a meeting room'],
  reads: (context) => {
    const day = meetingIn(context)?.day;
    return [read('get_rooms', day === undefined ? {} : { day })];
  },
};

/** Which room a question is about. */
export const namedRoomSlot: SlotSpec<AssistantDb> = {
  ...roomSlot,
  phrase: (attributes) => phraseRoom(attributes, 'the room'),
  vague: ['one of the rooms', 'one of the meeting rooms'],
  question: ['Which room do you mean?', 'Which room is it about?'],
};

const candidateOf = ({ name, floor, seats, video }: Room): Candidate => ({
  value: name,
  attributes: { name, floor, seats, ...(video ? { video: 'video screen' } : {}) },
  label: `${name} (${floor} floor, ${seats} seats${video ? ', video' : ''})`,
});

function phraseRoom({ name, floor, seats, video }: Readonly<Record<string, Json>>, noun: string): string {
  if (typeof name === 'string') return roomName(name);
  const size = typeof seats === 'number' ? [`for ${seats} people`] : [];
  const screen = video === undefined ? [] : ['with a video screen'];
  const where = typeof floor === 'string' ? [`on the ${floor} floor`] : [];
  return [noun, ...size, ...screen, ...where].join(' ');
}

/** "the Oak room", "the Boardroom" */
export const roomName = (name: string): string =>
  name.endsWith('room') ? `the ${name}` : `the ${name} room`;

/** The room of a context, for descriptions. */
export const roomIn = ({ values }: Context): string => roomName(textOf(values.room));
