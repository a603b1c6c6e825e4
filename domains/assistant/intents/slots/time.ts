import type { Candidate, JsonObject, SlotSpec } from '#core/environment/index.ts';
import { comingDays, dayLabel, dayName, starts } from '../../clock.ts';
import { freeStarts, participants, type Plan } from '../../records.ts';
import { lengths, type AssistantDb } from '../../schema.ts';
import { meetingIn, read, textOf, valueOf, type Context } from '../lookup.ts';

type Slot = SlotSpec<AssistantDb>;
type Wanted = Omit<Plan, 'start'>;

const lengthPhrases: Readonly<Record<number, readonly string[]>> = {
  30: ['a half-hour meeting', 'a 30-minute meeting'],
  60: ['a one-hour meeting', 'a 60-minute meeting'],
  90: ['a 90-minute meeting'],
};

/** How long a new meeting lasts. */
export const minutesSlot: Slot = {
  name: 'minutes',
  title: 'length',
  question: ['How long should it be?', 'How much time do you need?'],
  preference: true,
  candidates: () =>
    lengths.map((value) => ({ value, attributes: { minutes: value }, label: `${value} minutes` })),
  referBy: [['minutes']],
  phrase: ({ minutes }, random) => random.pick(lengthPhrases[Number(minutes)] ?? ['a meeting']),
  vague: ['a meeting', 'some time'],
  reads: () => [],
};

/** On which coming day; today is among them, although it is too late for that. */
export const anyDaySlot: Slot = {
  name: 'day',
  title: 'day',
  question: ['Which day would suit you?', 'On which day?'],
  preference: true,
  candidates: () =>
    comingDays.map(({ date }) => ({ value: date, attributes: { day: date }, label: dayLabel(date) })),
  referBy: [['day']],
  phrase: ({ day }, random) => dayName(textOf(day), random),
  vague: ['one of the next days', 'some day soon'],
  reads: () => [],
};

/** To which other day a meeting goes. */
export const otherDaySlot: Slot = {
  ...anyDaySlot,
  candidates: (context) =>
    anyDaySlot.candidates(context).filter(({ value }) => value !== meetingIn(context)?.day),
  vague: ['another day', 'a different day'],
};

/** When it starts. Its first and last free time are what the calendars of all who take part leave open. */
export function timeSlot(wanted: (context: Context) => Wanted | undefined): Slot {
  return {
    name: 'time',
    title: 'time',
    question: ['At what time should it start?', 'Which time would suit you?'],
    preference: true,
    candidates: (context) => candidatesFor(context, wanted(context)),
    referBy: [['pick'], ['start']],
    phrase: ({ start, pick }) =>
      typeof start === 'string'
        ? start
        : `the ${textOf(pick)} time when everybody ${textOf(pick) === 'latest' ? 'is still' : 'is'} free`,
    reads(context) {
      const plan = wanted(context);
      return plan === undefined ? [] : [readFree(plan)];
    },
  };
}

export function readFree({ people, day, minutes, except }: Wanted) {
  const args: JsonObject = { person_ids: [...people], day, minutes };
  return read('find_free_times', except === undefined ? args : { ...args, for_meeting_id: except });
}

function candidatesFor({ db }: Context, plan: Wanted | undefined): Candidate[] {
  const free = plan === undefined ? [] : freeStarts(db, plan);
  const picks = new Map([
    [free.at(-1), 'latest'],
    [free[0], 'earliest'],
  ]);
  return starts.map((start) => {
    const pick = picks.get(start);
    return { value: start, attributes: pick === undefined ? { start } : { start, pick }, label: start };
  });
}

/** What a new meeting of two people needs. */
export const newMeeting = (organizer: (context: Context) => string) => (context: Context) => {
  const { minutes } = context.values;
  const [day, colleague] = [valueOf(context, 'day'), valueOf(context, 'colleague')];
  if (typeof minutes !== 'number' || day === '' || colleague === '') return undefined;
  return { people: [organizer(context), colleague], day, minutes };
};

/** What a meeting that exists needs on another day. */
export function movedMeeting(context: Context): Wanted | undefined {
  const meeting = meetingIn(context);
  const day = valueOf(context, 'day');
  if (meeting === undefined || day === '') return undefined;
  return { people: participants(meeting), day, minutes: meeting.minutes, except: meeting.id };
}
