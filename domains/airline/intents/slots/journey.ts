import type { Candidate, Json, SlotSpec } from '#core/environment/index.ts';
import { spokenTime } from '../../calendar.ts';
import { isBookable, journeysBetween, type Journey } from '../../journeys.ts';
import { fareOf } from '../../pricing.ts';
import type { AirlineDb, Cabin } from '../../schema.ts';
import {
  cityOf,
  listed,
  money,
  numbersOf,
  readFlights,
  readStatus,
  textOf,
  type Context,
} from '../lookup.ts';

export interface JourneySlot {
  readonly name?: string;
  readonly question: readonly string[];
  readonly vague: readonly string[];
  readonly route: (context: Context) => readonly [from: string, to: string];
  readonly date: (context: Context) => string;
  readonly cabin: (context: Context) => Cabin | undefined;
  /** Also flights that are closed for booking, which people know by their numbers alone. */
  readonly closed?: boolean;
  /** Without a change of planes. */
  readonly direct?: boolean;
  /** What is no change. */
  readonly except?: (context: Context) => readonly string[];
}

/** Which flight, or which pair of flights, on a day. */
export function journeySlot(spec: JourneySlot): SlotSpec<AirlineDb> {
  const {
    name = 'journey',
    question,
    vague,
    route,
    date,
    cabin,
    closed = false,
    direct = false,
    except,
  } = spec;
  return {
    name,
    title: name === 'journey' ? 'flight' : 'flight back',
    question,
    preference: true,
    vague,
    candidates(context) {
      const [from, to] = route(context);
      const found = journeysBetween(context.db, from, to, date(context), closed ? 'ahead' : 'bookable');
      // With a change of planes only what the search shows.
      const shown = found.filter((journey) => journey.length === 1 || (!direct && journey.every(isBookable)));
      const old = except?.(context).join() ?? '';
      const other = shown.filter(
        (journey) => journey.map(({ flight }) => flight.flight_number).join() !== old,
      );
      return candidatesFor(other, cabin(context) ?? 'economy');
    },
    referBy: [
      ['departure'],
      ['rank'],
      ['stops'],
      ['numbers'],
      ['stops', 'departure'],
      ['over'],
      ['over', 'departure'],
    ],
    phrase: phraseJourney,
    reads(context, mentioned) {
      const [from, to] = route(context);
      const day = date(context);
      if (day === '') return [];
      const named = textOf(mentioned.numbers).split(' and ');
      const closedOnes = named.filter((number) => {
        const flight = context.db.get('flights', number);
        return flight !== undefined && flight.dates[day]?.status !== 'available';
      });
      return [
        ...readFlights(from, to, day).slice(0, direct ? 1 : 2),
        ...closedOnes.map((flight_number) => readStatus({ flight_number, date: day })),
      ];
    },
  };
}

function candidatesFor(journeys: readonly Journey[], cabin: Cabin): Candidate[] {
  const bookable = journeys.filter((journey) => journey.every(isBookable));
  const ranks: readonly [string, (journey: Journey) => number | string][] = [
    ['cheapest', (journey) => fareOf(journey, cabin) ?? Infinity],
    ['earliest', departureOf],
    // The latest is the first when times are counted backwards.
    ['latest', (journey) => -Number(departureOf(journey).slice(0, 5).replace(':', ''))],
  ];
  const winners = ranks.flatMap(([rank, measure]) => {
    const best = bookable.reduce<number | string | undefined>((found, journey) => {
      const value = measure(journey);
      return found === undefined || value < found ? value : found;
    }, undefined);
    const first = bookable.filter((journey) => measure(journey) === best);
    return first.length === 1 && bookable.length > 1 ? [[rank, first[0]] as const] : [];
  });
  return journeys.map((journey) => {
    const rank = winners.filter(([, winner]) => winner === journey).map(([name]) => name);
    return candidateOf(journey, cabin, rank);
  });
}

const departureOf = (journey: Journey): string => journey[0]?.flight.scheduled_departure_time_est ?? '';

function candidateOf(journey: Journey, cabin: Cabin, rank: readonly string[]): Candidate {
  const value = journey.map(({ flight, date }) => ({ flight_number: flight.flight_number, date }));
  const numbers = numbersOf(value);
  const [first, second] = journey;
  const fare = fareOf(journey, cabin);
  // What cannot be booked is not shown by a search, so nobody knows more about it than its number.
  if (fare === undefined) return { value, attributes: { numbers }, label: `${numbers}, closed for booking` };
  const over = second === undefined ? '' : cityOf(second.flight.origin);
  const departure = spokenTime(departureOf(journey));
  return {
    value,
    attributes: {
      numbers,
      departure,
      stops: over === '' ? 'direct' : 'one stop',
      ...(over === '' ? {} : { over }),
      ...(rank.length === 0 ? {} : { rank: [...rank] }),
      ...(first === undefined ? {} : { day: first.date }),
    },
    label: `${numbers}, leaves at ${departure}${over === '' ? '' : ` via ${over}`}, ${money(fare)} each`,
  };
}

function phraseJourney(
  attributes: Readonly<Record<string, Json>>,
  random: { pick<T>(items: readonly T[]): T },
): string {
  const { numbers, departure, stops, over, rank } = attributes;
  if (typeof numbers === 'string')
    return numbers.includes(' ') ? `flights ${listed(numbers.split(' and '))}` : `flight ${numbers}`;
  if (typeof rank === 'string') return rank === 'cheapest' ? 'the cheapest option' : `the ${rank} departure`;
  const at = typeof departure === 'string' ? departure : '';
  if (typeof over === 'string')
    return at === ''
      ? `the connection through ${over}`
      : `the connection through ${over} that leaves at ${at}`;
  const kind =
    stops === 'direct' ? 'direct flight' : stops === 'one stop' ? 'connection with one stop' : 'flight';
  if (at === '') return `the ${kind}`;
  return kind === 'flight'
    ? random.pick([`the ${at} flight`, `the flight that leaves at ${at}`])
    : `the ${kind} at ${at}`;
}
