import type { Fact, Json, JsonObject, SlotContext, ToolCall } from '#core/environment/index.ts';
import { dayLabel } from '../clock.ts';
import { calendarOf, firstNameOf, nameOf, participants, personOf } from '../records.ts';
import type { AssistantDb, Meeting } from '../schema.ts';

export type Context = SlotContext<AssistantDb>;

/** A value that should be text; empty when it is not. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A slot's value as text; empty while it is not filled. */
export const valueOf = ({ values }: Context, slot: string): string => textOf(values[slot]);

export const meetingIn = (context: Context): Meeting | undefined =>
  context.db.get('meetings', valueOf(context, 'meeting'));

export const read = (name: string, args: JsonObject): ToolCall => ({ name, arguments: args });
export const readPeople = (text: string) => read('find_people', { text });
export const readCalendar = (person_id: string, day?: string) =>
  read('get_calendar', day === undefined ? { person_id } : { person_id, day });

/** "Budget review" on Thursday 5 March at 14:00 */
export const meetingName = ({ title, day, start }: Meeting): string =>
  `"${title}" on ${dayLabel(day)} at ${start}`;

export const describeMeeting = (context: Context): string => {
  const meeting = meetingIn(context);
  return meeting === undefined ? `meeting ${valueOf(context, 'meeting')}` : meetingName(meeting);
};

export const colleagueIn = (context: Context): string => nameOf(context.db, valueOf(context, 'colleague'));

/** A fact on which people set a limit, counted in things: "6 seats", "1 open task". */
export const countFact = (
  key: string,
  title: string,
  amount: number,
  one: string,
  many = `${one}s`,
): Fact => ({
  key,
  title,
  value: String(amount),
  amount,
  limit: (most) => `${most} ${most === 1 ? one : many}`,
});

/** What there is to know about a colleague who is wanted on a day. */
export function busyness(context: Context, day: string): readonly Fact[] {
  const colleague = valueOf(context, 'colleague');
  if (personOf(context.db, colleague) === undefined || day === '') return [];
  const meetings = calendarOf(context.db, colleague, day).filter(
    (meeting) => meeting.status === 'planned' && participants(meeting).includes(colleague),
  );
  const title = `the number of meetings that ${firstNameOf(context.db, colleague)} has that day`;
  return [countFact('meetings_that_day', title, meetings.length, 'meeting')];
}
