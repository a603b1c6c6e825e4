import { remember, rowsBy, type View } from '#core/environment/index.ts';
import { dateOf, dayOf } from './calendar.ts';
import type { AirlineDb, Flight, FlightDay, Reservation, Segment } from './schema.ts';

/** One flight of a journey, on a day. */
export interface Hop {
  readonly flight: Flight;
  readonly date: string;
  readonly day: FlightDay;
}

/** A way from one airport to another: one flight, or two with a change of planes. */
export type Journey = readonly Hop[];

type Flights = View<AirlineDb>;

const between = (from: string, to: string) => `${from} ${to}`;
/** Flights by where they begin, and by where they begin and end. */
const flightsBy = rowsBy<AirlineDb, 'flights'>('flights', ({ origin, destination }) => [
  origin,
  between(origin, destination),
]);

/** The airports to which one flight leads from an airport. */
export const reachedFrom = (db: Flights, from: string): string[] => [
  ...new Set(flightsBy(db, from).map(({ destination }) => destination)),
];

export function hopOn(flight: Flight, date: string): Hop | undefined {
  const day = Object.hasOwn(flight.dates, date) ? flight.dates[date] : undefined;
  return day === undefined ? undefined : { flight, date, day };
}

/** Which flights of a day a journey may be made of: all, those that have not departed, those that can be booked. */
export type Accepted = 'all' | 'ahead' | 'bookable';

function hops(db: Flights, from: string, to: string, date: string, accepted: Accepted): Hop[] {
  return flightsBy(db, between(from, to)).flatMap((flight) => {
    const hop = hopOn(flight, date);
    return hop !== undefined && accepts[accepted](hop) ? [hop] : [];
  });
}

// Choosing a day and then a flight asks for the same journeys again and again. A state never changes.
const known = remember((_db: Flights) => new Map<string, readonly Journey[]>());

/** The journeys between two airports that begin on a day; direct ones first. */
export function journeysBetween(
  db: Flights,
  from: string,
  to: string,
  date: string,
  accepted: Accepted,
): readonly Journey[] {
  const key = [from, to, date, accepted].join();
  const journeys = known(db);
  const found = journeys.get(key) ?? findJourneys(db, from, to, date, accepted);
  journeys.set(key, found);
  return found;
}

function findJourneys(db: Flights, from: string, to: string, date: string, accepted: Accepted): Journey[] {
  const changing = reachedFrom(db, from).flatMap((over): Journey[] => {
    if (over === to || flightsBy(db, between(over, to)).length === 0) return [];
    return hops(db, from, over, date, accepted).flatMap((first): Journey[] => {
      const arrival = first.flight.scheduled_arrival_time_est;
      const next = arrival.includes('+1') ? dateOf(dayOf(date) + 1) : date;
      // As the search tool compares them: an arrival on the day after is later than any time of day.
      return hops(db, over, to, next, accepted)
        .filter(({ flight }) => flight.scheduled_departure_time_est >= arrival)
        .map((second) => [first, second]);
    });
  });
  return [...hops(db, from, to, date, accepted).map((hop) => [hop]), ...changing];
}

/** True for a flight that can still be booked on its day. */
export const isBookable = ({ day }: Hop): boolean => day.status === 'available';

/** Not departed yet, though perhaps closed for booking. */
const isAhead = ({ day }: Hop): boolean => day.status !== 'landed' && day.status !== 'flying';

const accepts: Readonly<Record<Accepted, (hop: Hop) => boolean>> = {
  all: () => true,
  ahead: isAhead,
  bookable: isBookable,
};

/** Which part of a trip: there, or back. */
export type Direction = 'outbound' | 'return';

/** The flights of a trip, there and back. Where nothing leads back, all of them lead there. */
export function partsOf({
  flights,
  flight_type,
  destination,
}: Pick<Reservation, 'flights' | 'flight_type' | 'destination'>): Record<Direction, readonly Segment[]> {
  const turn = flight_type === 'round_trip' ? flights.findIndex(({ origin }) => origin === destination) : -1;
  return turn < 0
    ? { outbound: flights, return: [] }
    : { outbound: flights.slice(0, turn), return: flights.slice(turn) };
}

/** How the flight of a segment stands on its day; undefined when it is not on record. */
export function statusOf(
  db: Flights,
  { flight_number, date }: Pick<Segment, 'flight_number' | 'date'>,
): FlightDay['status'] | undefined {
  const flight = db.get('flights', flight_number);
  return flight === undefined ? undefined : hopOn(flight, date)?.day.status;
}

export function isFlown(db: Flights, segment: Segment): boolean {
  const status = statusOf(db, segment);
  return status === 'landed' || status === 'flying';
}
