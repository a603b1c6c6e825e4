import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import { dayLabel, onDay, today } from '../../clock.ts';
import { calendarOf, firstNameOf, isIn, isOver, mayActFor, nameOf, principalsOf } from '../../records.ts';
import type { Db } from '../../records.ts';
import type { AssistantDb, Meeting } from '../../schema.ts';
import { spokenTopic, titleInside, topicOf } from '../../topics.ts';
import { readCalendar, readPeople, textOf, type Context } from '../lookup.ts';

type Slot = SlotSpec<AssistantDb>;

export interface MeetingSlot {
  /** The meetings that such a request can sensibly be about; all when absent. */
  readonly only?: (meeting: Meeting, context: Context) => boolean;
  /** Only the sender's own calendar, not those of people for whom they may act. */
  readonly own?: boolean;
  /** Attributes that would already tell what the request asks for. */
  readonly hide?: readonly string[];
  /** True when somebody else's meeting can be asked for: one to which the sender is only invited. */
  readonly foreign?: boolean;
  /** How the sender's own are called; "my" when absent. */
  readonly determiner?: 'my' | 'the';
  readonly vague?: readonly string[];
}

const referBy = [
  ['whose', 'with', 'day'],
  ['whose', 'title'],
  ['whose', 'topic'],
  ['whose', 'with'],
  ['whose', 'title', 'day'],
  ['whose', 'start', 'day'],
  ['whose', 'topic', 'with'],
  ['whose', 'person', 'day'],
  ['whose', 'room', 'day'],
  ['whose', 'title', 'with', 'day'],
];

/** Which meeting is meant: of the sender's calendar, or of somebody for whom they may act. */
export function meetingSlot(options: MeetingSlot = {}): Slot {
  const { hide = [], determiner = 'my', vague } = options;
  const candidates = (context: Context) => meetingsOf(context, options);
  return {
    name: 'meeting',
    title: 'meeting',
    subject: true,
    question: [
      'Which meeting is this about?',
      'Which of the meetings do you mean?',
      'Could you tell me which meeting you have in mind?',
    ],
    candidates,
    ...(options.foreign === true
      ? { foreign: (context: Context, random: Random) => invitedOnly(context, candidates(context), random) }
      : {}),
    referBy: referBy.filter((names) => !names.some((name) => hide.includes(name))),
    phrase: (attributes, random) => phraseMeeting(attributes, determiner, random),
    vague: vague ?? ['a meeting', 'one of my meetings'],
    reads: ({ db, userId }, { whose, day }) => {
      const on = typeof day === 'string' ? day : undefined;
      if (options.own === true || whose === MINE) return [readCalendar(userId, on)];
      const others = principalsOf(db, userId).filter(
        ({ id }) => whose === undefined || whose === firstNameOf(db, id),
      );
      // The directory says for whom they may act.
      const theirs = [readPeople(userId), ...others.map(({ id }) => readCalendar(id, on))];
      return whose === undefined ? [readCalendar(userId, on), ...theirs] : theirs;
    },
  };
}

const MINE = 'mine';

function meetingsOf(context: Context, { own = false, only }: MeetingSlot): Candidate[] {
  const { db, userId } = context;
  const seen = new Set<string>();
  const calendars = [userId, ...(own ? [] : principalsOf(db, userId).map(({ id }) => id))];
  return calendars.flatMap((calendar) =>
    calendarOf(db, calendar).flatMap((meeting): Candidate[] => {
      if (seen.has(meeting.id) || !(only?.(meeting, context) ?? true)) return [];
      seen.add(meeting.id);
      return [candidateOf(db, meeting, calendar, userId)];
    }),
  );
}

function candidateOf(db: Db, meeting: Meeting, calendar: string, userId: string): Candidate {
  const { id, title, day, start, room, organizer, attendees, status } = meeting;
  const others = [organizer, ...Object.keys(attendees)].filter((person) => person !== calendar);
  const topic = topicOf(title)?.name;
  const whose = calendar === userId ? MINE : firstNameOf(db, calendar);
  const owner = calendar === userId ? '' : `${nameOf(db, calendar)}'s `;
  return {
    value: id,
    attributes: {
      whose,
      title,
      day,
      start,
      with: [...new Set(others.map((person) => firstNameOf(db, person)))],
      person: others.map((person) => nameOf(db, person)),
      ...(topic === undefined ? {} : { topic }),
      ...(room === null ? {} : { room }),
    },
    label: `${owner}"${title}" on ${dayLabel(day)} at ${start}${status === 'cancelled' ? ' (cancelled)' : ''}`,
  };
}

/** A coming meeting at which the user is only a guest, named so that no other one fits. */
function invitedOnly(
  { db, userId }: Context,
  candidates: readonly Candidate[],
  random: Random,
): Candidate | undefined {
  const all = candidates.flatMap((candidate) => {
    const meeting = db.get('meetings', textOf(candidate.value));
    return meeting === undefined ? [] : [{ candidate, meeting }];
  });
  const guest = all.filter(
    ({ meeting }) =>
      isIn(meeting, userId) && !mayActFor(db, userId, meeting.organizer) && !isOver(meeting, today),
  );
  for (const { candidate, meeting } of random.shuffle(guest)) {
    const twin = all.find(
      (other) =>
        other.meeting !== meeting &&
        other.meeting.title === meeting.title &&
        other.meeting.day === meeting.day,
    );
    const { whose = null, title = null, day = null } = candidate.attributes;
    if (twin === undefined && whose === MINE) return { ...candidate, attributes: { title, day } };
  }
  return undefined;
}

function phraseMeeting(
  attributes: Readonly<Record<string, Json>>,
  determiner: string,
  random: Random,
): string {
  const { whose, title, day, start, person, topic, room } = attributes;
  const owner = whose === undefined ? 'the' : whose === MINE ? determiner : `${textOf(whose)}'s`;
  const at = typeof start === 'string' ? `${start} ` : '';
  const what = typeof title === 'string' ? titleInside(title) : `${at}meeting`;
  const other = typeof person === 'string' ? person : attributes.with;
  const parts = [
    `${owner} ${what}`,
    ...(typeof topic === 'string' ? [`about ${spokenTopic(topic)}`] : []),
    ...(typeof other === 'string' ? [`with ${other}`] : []),
    ...(typeof room === 'string' ? [room === 'Boardroom' ? 'in the Boardroom' : `in the ${room} room`] : []),
    ...(typeof day === 'string' ? [onDay(day, random)] : []),
  ];
  return parts.join(' ');
}
