import { choiceSlot, type SlotSpec } from '#core/environment/index.ts';
import { airports } from '../../airports.ts';
import { dateOf, dayOf, spokenDate, TODAY } from '../../calendar.ts';
import { journeysBetween, reachedFrom } from '../../journeys.ts';
import { CANCELLED, DELAYED } from '../../rules/endings.ts';
import { cabins, type AirlineDb, type Cabin } from '../../schema.ts';
import {
  bagsText,
  cabinName,
  cityOf,
  numberOf,
  readReservation,
  readStatuses,
  reservationIn,
  readUser,
  textOf,
  valueOf,
  type Context,
} from '../lookup.ts';

type Slot = SlotSpec<AirlineDb>;

/** What people give as the reason for a cancellation: the value, then their words for it. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'change of plans': ['a change of plans', 'a change in my plans'],
  'airline cancelled the flight': ['a flight that you cancelled'],
  health: ['a health problem', 'an illness in the family', 'a medical emergency'],
  weather: ['the weather', 'the storm warning'],
  'cheaper flight': ['a cheaper flight that I found elsewhere', 'a better price elsewhere'],
  work: ['a meeting that I cannot miss', 'my work'],
};

/** Why a reservation is to be cancelled. It is nothing that a user could choose otherwise. */
export const reasonSlot: Slot = {
  ...choiceSlot<AirlineDb>({
    name: 'reason',
    title: 'reason for the cancellation',
    question: [
      'What is the reason for the cancellation?',
      'Why would you like to cancel it?',
      'May I ask for the reason?',
    ],
    choices: Object.keys(reasons),
    phrase: (reason, random) => random.pick(reasons[reason] ?? [reason]),
  }),
  preference: false,
  fact: true,
  reads: (context) => readStatuses(reservationIn(context)),
};

/** What people complain about: the value, then their words for it. */
const complaints: Readonly<Record<string, readonly string[]>> = {
  [CANCELLED]: ['a flight that you cancelled', 'the cancelled flight'],
  [DELAYED]: ['a long delay', 'the delayed flight'],
  'the service on board': ['the rude crew', 'the poor service on board'],
  'the seat': ['a broken seat', 'a seat that would not recline'],
  'lost time at the airport': ['the endless line at check-in', 'the wait at the gate'],
  'the website': ['your website, which kept failing', 'an hour wasted on your website'],
};

/** What the user wants to be compensated for. */
export const complaintSlot: Slot = {
  ...choiceSlot<AirlineDb>({
    name: 'complaint',
    title: 'complaint',
    question: [
      'What happened?',
      'What would you like to be compensated for?',
      'What went wrong on that trip?',
    ],
    choices: Object.keys(complaints),
    phrase: (complaint, random) => random.pick(complaints[complaint] ?? [complaint]),
  }),
  preference: false,
  fact: true,
  reads: (context) => [readUser(context), ...readStatuses(reservationIn(context))],
};

/** A cabin; all of them, or those that the reservation is not in. */
export function cabinSlot(question: readonly string[], other: boolean): Slot {
  return {
    name: 'cabin',
    title: 'cabin',
    question,
    preference: true,
    vague: other ? ['another cabin'] : [],
    candidates(context) {
      const current = other ? reservationIn(context)?.cabin : undefined;
      return cabins
        .filter((cabin) => cabin !== current)
        .map((cabin) => ({
          value: cabin,
          attributes: { cabin: cabinName(cabin) },
          label: cabinName(cabin),
        }));
    },
    referBy: [['cabin']],
    phrase: ({ cabin }) => textOf(cabin),
    reads: () => [],
  };
}

export const cabinIn = (context: Context): Cabin | undefined =>
  cabins.find((cabin) => cabin === context.values.cabin);

/** How many checked bags there are to be. */
export function bagsSlot(
  spec: Pick<Slot, 'title' | 'question'>,
  most: (context: Context) => number,
  total: boolean,
): Slot {
  return {
    ...spec,
    name: 'bags',
    preference: true,
    vague: ['some checked bags'],
    candidates: (context) =>
      Array.from({ length: most(context) + 1 }, (_, bags) => ({
        value: bags,
        attributes: { bags },
        label: `${bagsText(bags)}${total ? ' in all' : ''}`,
      })).filter(({ value }) => !total || value !== reservationIn(context)?.total_baggages),
    referBy: [['bags']],
    phrase: ({ bags }, random) =>
      total ? `${bagsText(numberOf(bags))} ${random.pick(['in all', 'in total'])}` : bagsText(numberOf(bags)),
    reads: (context) => (total ? [readReservation(valueOf(context, 'reservation'))] : []),
  };
}

/** Whether everybody is insured. */
export const insuranceSlot: Slot = {
  ...choiceSlot<AirlineDb>({
    name: 'insurance',
    title: 'travel insurance',
    question: ['Would you like travel insurance?', 'Do you want to add travel insurance?'],
    choices: ['yes', 'no'],
    phrase: (choice) => (choice === 'yes' ? 'travel insurance' : 'no travel insurance'),
  }),
};

/** Where a new trip begins or ends. */
function citySlot(name: string, question: string, codes: (context: Context) => readonly string[]): Slot {
  return {
    name,
    title: name,
    question: [question],
    preference: true,
    vague: ['another city'],
    candidates: (context) =>
      codes(context).map((iata) => ({
        value: iata,
        attributes: { city: cityOf(iata) },
        label: cityOf(iata),
      })),
    referBy: [['city']],
    phrase: ({ city }) => textOf(city),
    reads: () => [{ name: 'list_all_airports', arguments: {} }],
  };
}

export const originSlot = citySlot('origin', 'Where would you like to fly from?', () =>
  airports.map(({ iata }) => iata),
);

/** Airports that are reached without a change of planes. */
export const directDestinationSlot = citySlot('destination', 'Where would you like to go?', (context) =>
  reachedFrom(context.db, valueOf(context, 'origin')),
);

/** Airports that are reached with one change of planes at most. */
export const destinationSlot = citySlot('destination', 'Where would you like to go?', (context) => {
  const from = valueOf(context, 'origin') || (reservationIn(context)?.origin ?? '');
  const direct = reachedFrom(context.db, from);
  const reached = new Set([...direct, ...direct.flatMap((over) => reachedFrom(context.db, over))]);
  const current = reservationIn(context)?.destination;
  return airports
    .map(({ iata }) => iata)
    .filter((iata) => reached.has(iata) && iata !== from && iata !== current);
});

export interface DateSlot {
  readonly name?: string;
  readonly question: readonly string[];
  readonly vague: readonly string[];
  /** From where to where. */
  readonly route: (context: Context) => readonly [from: string, to: string];
  /** The first and the last day that make sense. */
  readonly range: (context: Context) => readonly [from: string, to: string];
  /** Only days with a flight that needs no change of planes. */
  readonly direct?: boolean;
  /** Also days on which every flight is closed for booking. */
  readonly closed?: boolean;
  /** A day that is no change. */
  readonly except?: (context: Context) => string | undefined;
}

const LAST = 31;

/** A day on which something flies. */
export function dateSlot({
  name = 'date',
  question,
  vague,
  route,
  range,
  except,
  direct = false,
  closed = false,
}: DateSlot): Slot {
  return {
    name,
    title: name === 'date' ? 'date' : 'date of the return',
    question,
    preference: true,
    vague,
    candidates(context) {
      const [from, to] = route(context);
      const [first, last] = range(context);
      const flies = (day: string): boolean => {
        const found = journeysBetween(context.db, from, to, day, closed ? 'ahead' : 'bookable');
        return found.some((journey) => !direct || journey.length === 1);
      };
      const days = Array.from({ length: LAST - dayOf(TODAY) + 1 }, (_, i) => dateOf(dayOf(TODAY) + i));
      return days
        .filter((date) => date >= first && date <= last && date !== except?.(context))
        .filter(flies)
        .map((date) => ({ value: date, attributes: { date }, label: spokenDate(date) }));
    },
    referBy: [['date']],
    phrase: ({ date }) => spokenDate(textOf(date)),
    reads: () => [],
  };
}
