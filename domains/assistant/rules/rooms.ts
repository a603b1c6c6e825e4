import type { RuleSpec } from '#core/environment/index.ts';
import { nameOf, personOf, roomClashes } from '../records.ts';
import type { Plan } from '../records.ts';
import type { AssistantDb, Room } from '../schema.ts';
import { planOf } from './plan.ts';
import { meetingOf, rowsOf, rule, type Context } from './situation.ts';

function roomOf(context: Context): { plan: Plan; room: Room } | undefined {
  const plan = planOf(context);
  const room = typeof plan?.room === 'string' ? context.db.get('rooms', plan.room) : undefined;
  return plan === undefined || room === undefined ? undefined : { plan, room };
}

/** What rooms are for. A meeting without one breaks none of these. */
export const roomRules: readonly RuleSpec<AssistantDb>[] = [
  rule(
    'room.taken',
    'A room holds one meeting at a time.',
    'state',
    ['book_room', 'move_meeting'],
    (context) => {
      const found = roomOf(context);
      if (found === undefined) return null;
      const others = roomClashes(context.db, found.plan);
      const [first] = others;
      if (first === undefined) return null;
      return {
        reason: `Room ${found.room.name} is taken by meeting ${first.id} from ${first.start}.`,
        record: { table: 'meetings', id: first.id },
        flip: rowsOf(
          'meetings',
          Object.fromEntries(others.map((other) => [other.id, { ...other, room: null }])),
        ),
      };
    },
  ),
  rule(
    'room.seats',
    'A room needs a seat for everybody who takes part.',
    'state',
    ['book_room', 'invite_person'],
    (context) => {
      const found = roomOf(context);
      if (found === undefined || found.room.seats >= found.plan.people.length) return null;
      const { plan, room } = found;
      return {
        reason: `Room ${room.name} has ${room.seats} seats for ${plan.people.length} people.`,
        record: { table: 'rooms', id: room.name },
        flip: rowsOf('rooms', { [room.name]: { ...room, seats: plan.people.length } }),
      };
    },
  ),
  rule(
    'room.video',
    'If somebody who works remotely takes part, the room needs a video screen.',
    'state',
    ['book_room', 'invite_person'],
    (context) => {
      const found = roomOf(context);
      if (found === undefined || found.room.video) return null;
      const { plan, room } = found;
      const remote = plan.people.find((id) => personOf(context.db, id)?.remote);
      if (remote === undefined) return null;
      return {
        reason: `${nameOf(context.db, remote)} works remotely, and room ${room.name} has no video screen.`,
        record: { table: 'rooms', id: room.name },
        flip: rowsOf('rooms', { [room.name]: { ...room, video: true } }),
      };
    },
  ),
  rule(
    'room.board',
    'The Boardroom is only for meetings that a team lead organizes.',
    'ownership',
    ['book_room'],
    (context) => {
      const found = roomOf(context);
      const meeting = meetingOf(context);
      const organizer = meeting === undefined ? undefined : personOf(context.db, meeting.organizer);
      if (found?.room.leads_only !== true || organizer === undefined || organizer.role === 'lead')
        return null;
      return {
        reason: `${organizer.name} organizes meeting ${meeting?.id}, and leads no team.`,
        record: { table: 'people', id: organizer.id },
        flip: rowsOf('people', { [organizer.id]: { ...organizer, role: 'lead' } }),
      };
    },
  ),
];
