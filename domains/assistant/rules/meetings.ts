import type { RuleSpec } from '#core/environment/index.ts';
import { dayLabel, endOf, today } from '../clock.ts';
import { clashes, endsTooLate, isIn, isOver, mayActFor, nameOf, outsideHours, personOf } from '../records.ts';
import type { Plan } from '../records.ts';
import type { AssistantDb } from '../schema.ts';
import { firstFit, isPlannable, isQuiet, newcomers, planOf } from './plan.ts';
import { appointed, argumentsWith, meetingRule, rowsOf, rule, text, type Context } from './situation.ts';

const organizing = ['move_meeting', 'cancel_meeting', 'invite_person', 'book_room'];
const timing = ['schedule_meeting', 'move_meeting'];

/** A violation that another time would mend. */
function atAnotherTime(context: Context, plan: Plan, reason: string) {
  const fit = firstFit(context.db, plan);
  return { reason, ...(fit === undefined ? {} : { flip: argumentsWith(context.call, fit) }) };
}

/** Whose meetings they are, and when they may be. */
export const meetingRules: readonly RuleSpec<AssistantDb>[] = [
  meetingRule(
    'meeting.organizer',
    'A meeting is moved, cancelled, given a room or opened to more people only at the wish of its organizer, or of somebody who may act for the organizer.',
    'ownership',
    organizing,
    ({ id, organizer }, { db, userId }) => {
      if (userId === null || mayActFor(db, userId, organizer)) return null;
      return {
        reason: `Meeting ${id} is organized by ${nameOf(db, organizer)}, who has not appointed ${nameOf(db, userId)}.`,
        record: { table: 'meetings', id },
        ...appointed(personOf(db, organizer), userId),
      };
    },
  ),
  rule(
    'meeting.in-whose-name',
    'A new meeting is set up in the name of the sender, or of somebody for whom the sender may act.',
    'ownership',
    ['schedule_meeting'],
    ({ db, call, userId }) => {
      const organizer = text(call, 'organizer_id');
      if (userId === null || mayActFor(db, userId, organizer)) return null;
      return {
        reason: `${nameOf(db, userId)} may not act for ${nameOf(db, organizer)}.`,
        record: { table: 'people', id: organizer },
        ...appointed(personOf(db, organizer), userId),
      };
    },
  ),
  rule(
    'invitation.own',
    'An invitation is answered only at the wish of the person who was invited, or of somebody who may act for them.',
    'ownership',
    ['answer_invitation'],
    ({ db, call, userId }) => {
      const invited = text(call, 'person_id');
      if (userId === null || mayActFor(db, userId, invited)) return null;
      return {
        reason: `${nameOf(db, userId)} may not act for ${nameOf(db, invited)}.`,
        record: { table: 'people', id: invited },
        ...appointed(personOf(db, invited), userId),
      };
    },
  ),
  meetingRule(
    'meeting.over',
    'A meeting that is over, or that was cancelled, stays as it is.',
    'state',
    [...organizing, 'answer_invitation'],
    (meeting, context) => {
      if (!isOver(meeting, today)) return null;
      const { id, day, status } = meeting;
      const plan = planOf(context);
      // As if it were still to come, at a time against which nothing else stands.
      const coming =
        day >= today ? {} : plan === undefined ? undefined : firstFit(context.db, { ...plan, day: today });
      return {
        reason:
          status === 'cancelled' ? `Meeting ${id} was cancelled.` : `Meeting ${id} was on ${dayLabel(day)}.`,
        record: { table: 'meetings', id },
        ...(coming === undefined
          ? {}
          : { flip: rowsOf('meetings', { [id]: { ...meeting, ...coming, status: 'planned' } }) }),
      };
    },
  ),
  rule(
    'time.open',
    'Meetings are set up for, and moved to, working days from tomorrow to Friday, 13 March.',
    'choice',
    timing,
    (context) => {
      const plan = planOf(context);
      if (plan === undefined || isPlannable(plan.day)) return null;
      const label = plan.day === today ? 'Today' : dayLabel(plan.day);
      return atAnotherTime(
        context,
        plan,
        `${label || 'That day'} is not a day for which meetings can be planned.`,
      );
    },
  ),
  rule('time.office', 'A meeting is over by 18:00, when the office closes.', 'choice', timing, (context) => {
    const plan = planOf(context);
    if (plan === undefined || !endsTooLate(plan)) return null;
    return atAnotherTime(context, plan, `It would start at ${plan.start} and last ${plan.minutes} minutes.`);
  }),
  rule(
    'time.quiet',
    'Wednesday afternoons, from 13:00, are kept free of meetings.',
    'choice',
    timing,
    (context) => {
      const plan = planOf(context);
      if (plan === undefined || !isQuiet(plan)) return null;
      return atAnotherTime(context, plan, `${dayLabel(plan.day)} at ${plan.start} is in a quiet afternoon.`);
    },
  ),
  rule(
    'time.hours',
    'A meeting lies within the working days and hours of everybody who takes part, except for those whom the directory calls flexible.',
    'state',
    [...timing, 'invite_person'],
    (context) => {
      const plan = planOf(context);
      if (plan === undefined) return null;
      const away = outsideHours(context.db, { ...plan, people: newcomers(context, plan) });
      const [first] = away;
      if (first === undefined) return null;
      return {
        reason: `${first.name} does not work from ${plan.start} to ${endOf(plan)} on ${dayLabel(plan.day)}.`,
        record: { table: 'people', id: first.id },
        flip: rowsOf(
          'people',
          Object.fromEntries(away.map((person) => [person.id, { ...person, flexible: true }])),
        ),
      };
    },
  ),
  rule(
    'time.clash',
    'Nobody is put into two meetings at the same time.',
    'state',
    [...timing, 'invite_person'],
    (context) => {
      const plan = planOf(context);
      if (plan === undefined) return null;
      const people = newcomers(context, plan);
      const others = clashes(context.db, { ...plan, people });
      const [first] = others;
      if (first === undefined) return null;
      const who = people.find((id) => isIn(first, id)) ?? '';
      return {
        reason: `${nameOf(context.db, who)} is in meeting ${first.id} from ${first.start}.`,
        record: { table: 'meetings', id: first.id },
        flip: rowsOf(
          'meetings',
          Object.fromEntries(
            others.map((other) => [other.id, { ...other, status: 'cancelled', room: null }]),
          ),
        ),
      };
    },
  ),
  meetingRule(
    'invitation.once',
    'Nobody is invited to a meeting of which they are already part.',
    'choice',
    ['invite_person'],
    (meeting, { db, call }) => {
      const person = text(call, 'person_id');
      if (!isIn(meeting, person)) return null;
      const { [person]: _, ...attendees } = meeting.attendees;
      return {
        reason: `${nameOf(db, person)} is already part of meeting ${meeting.id}.`,
        record: { table: 'meetings', id: meeting.id },
        ...(person === meeting.organizer
          ? {}
          : { flip: rowsOf('meetings', { [meeting.id]: { ...meeting, attendees } }) }),
      };
    },
  ),
  meetingRule(
    'invitation.exists',
    'Only people who were invited can answer.',
    'choice',
    ['answer_invitation'],
    ({ id, attendees }, { db, call }) => {
      const person = text(call, 'person_id');
      if (attendees[person] !== undefined) return null;
      return {
        reason: `${nameOf(db, person)} was not invited to meeting ${id}.`,
        record: { table: 'meetings', id },
      };
    },
  ),
  meetingRule(
    'invitation.required',
    'An invitation to a meeting at which people are required cannot be declined.',
    'choice',
    ['answer_invitation'],
    (meeting, { call }) => {
      if (!meeting.required || text(call, 'answer') !== 'declined') return null;
      return {
        reason: `Those invited to meeting ${meeting.id} are required.`,
        record: { table: 'meetings', id: meeting.id },
        flip: rowsOf('meetings', { [meeting.id]: { ...meeting, required: false } }),
      };
    },
  ),
];
