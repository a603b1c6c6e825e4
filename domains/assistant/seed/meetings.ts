import type { Random } from '#core/environment/index.ts';
import { days, starts, today } from '../clock.ts';
import { lengths, type Meeting, type Person, type Room } from '../schema.ts';
import { topics } from '../topics.ts';
import { Diary } from './diary.ts';

const kinds = ['kick-off', 'review', 'planning', 'workshop', 'check-in', 'call'];
const answered: readonly Meeting['attendees'][string][] = [
  'accepted',
  'accepted',
  'accepted',
  'none',
  'none',
  'tentative',
  'declined',
];
const TRIES = 25;

/** One to four meetings in the name of everybody, without a clash and within everybody's hours. */
export function drawMeetings(people: readonly Person[], rooms: readonly Room[], random: Random): Meeting[] {
  const diary = new Diary(rooms);
  const habits = new Map(people.map(({ team }) => [team, random.shuffle(topics).slice(0, 4)]));
  const meetings: Meeting[] = [];
  for (const organizer of people)
    for (let left = random.pick([1, 2, 2, 3, 3, 4]); left > 0; left -= 1) {
      const id = `M${1001 + meetings.length}`;
      const topic = random.pick(random.chance(0.8) ? (habits.get(organizer.team) ?? topics) : topics);
      const attendees = drawAttendees(organizer, people, random);
      const alone = attendees.length === 1 && random.chance(0.4);
      const title = alone ? 'One-to-one' : `${topic.name} ${random.pick(kinds)}`;
      const drawn = drawMeeting(id, title, organizer, attendees, diary, random);
      if (drawn !== undefined) meetings.push(drawn);
    }
  return meetings;
}

function drawAttendees(organizer: Person, people: readonly Person[], random: Random): Person[] {
  const others = people.filter((person) => person !== organizer);
  const near = others.filter((person) => person.team === organizer.team);
  const attendees = new Set<Person>();
  for (let left = random.pick([1, 1, 1, 2, 2, 3, 4]); left > 0 && others.length > 0; left -= 1)
    attendees.add(random.pick(near.length > 0 && random.chance(0.65) ? near : others));
  return [...attendees];
}

function drawMeeting(
  id: string,
  title: string,
  organizer: Person,
  attendees: readonly Person[],
  diary: Diary,
  random: Random,
): Meeting | undefined {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const day = random.pick(days).date;
    const span = { start: random.pick(starts), minutes: random.pick(lengths) };
    if (!diary.isFree([organizer, ...attendees], day, span)) continue;
    const answers = attendees.map(({ id: who }): [string, Meeting['attendees'][string]] => {
      const answer = random.pick(answered);
      return [who, day < today && answer === 'none' ? 'accepted' : answer];
    });
    const cancelled = random.chance(0.08);
    const present = [organizer, ...attendees.filter((_, i) => answers[i]?.[1] !== 'declined')];
    const room =
      !cancelled && random.chance(0.7) ? diary.findRoom(organizer, present, day, span, random) : null;
    if (!cancelled) diary.book(present, room, day, span);
    return {
      id,
      title,
      organizer: organizer.id,
      day,
      ...span,
      attendees: Object.fromEntries(answers),
      required: random.chance(0.2),
      room,
      status: cancelled ? 'cancelled' : 'planned',
    };
  }
  return undefined;
}
