/** The time and place that a call plans, and one that nothing would stand against. */
import { comingDays, dayOn, endOf, starts, today } from '../clock.ts';
import { endsTooLate, isIn, participants, timetable, type Db, type Plan } from '../records.ts';
import { meetingOf, text, type Context } from './situation.ts';

/** What a call that sets up or moves a meeting, invites to one or gives it a room makes of it. */
export function planOf(context: Context): Plan | undefined {
  const { call } = context;
  if (call.name === 'schedule_meeting') {
    const people = [text(call, 'organizer_id'), text(call, 'attendee_id')];
    return {
      people,
      day: text(call, 'day'),
      start: text(call, 'start'),
      minutes: Number(call.arguments.minutes),
    };
  }
  const meeting = meetingOf(context);
  if (meeting === undefined) return undefined;
  const { day, start, minutes, room, id } = meeting;
  const plan = { people: participants(meeting), day, start, minutes, room, except: id };
  switch (call.name) {
    case 'move_meeting':
      return { ...plan, day: text(call, 'day'), start: text(call, 'start') };
    case 'invite_person': {
      const person = text(call, 'person_id');
      // Somebody who declined and is invited again is what another rule speaks of.
      return isIn(meeting, person) ? plan : { ...plan, people: [...plan.people, person] };
    }
    case 'book_room':
      return { ...plan, room: text(call, 'room') };
    default:
      return plan;
  }
}

/** The people for whom a call is news: those of a new time, or the one who is invited. */
export function newcomers(context: Context, plan: Plan): readonly string[] {
  return context.call.name === 'invite_person' ? [text(context.call, 'person_id')] : plan.people;
}

export const isPlannable = (day: string): boolean => day > today && dayOn(day) !== undefined;
export const isQuiet = (plan: Pick<Plan, 'day' | 'start' | 'minutes'>): boolean =>
  dayOn(plan.day)?.weekday === 'Wednesday' && endOf(plan) > '13:00';

/** The first time from the plan's own day on, then before it, that keeps every rule about time and rooms. */
export function firstFit(db: Db, plan: Plan): { day: string; start: string } | undefined {
  const isFree = timetable(db, plan);
  const order = [
    ...comingDays.filter(({ date }) => date >= plan.day),
    ...comingDays.filter(({ date }) => date < plan.day),
  ];
  for (const { date: day } of order)
    for (const start of starts) {
      const at = { day, start, minutes: plan.minutes };
      if (isPlannable(day) && !isQuiet(at) && !endsTooLate(at) && isFree(at)) return { day, start };
    }
  return undefined;
}
