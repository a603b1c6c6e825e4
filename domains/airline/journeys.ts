import { remember, type View } from '#core/environment/index.ts';
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

/** Flights by where they begin, then by where they end. A state never changes, so it is asked once. */
const network = remember((db: Flights) => {
  const byOrigin = new Map<string, Map<string, Flight[]>>();
  for (const flight of db.rows('flights')) {
    const from = byOrigin.get(flight.origin) ?? new Map<string, Flight[]>();
    byOrigin.set(
      flight.origin,
      from.set(flight.destination, [...(from.get(flight.destination) ?? []), flight]),
    );
  }
  return byOrigin;
});

/** The airports to which one flight leads from an airport. */
export const reachedFrom = (db: Flights, from: string): string[] => [
  ...(network(db).get(from)?.keys() ?? []),
];

export function hopOn(flight: Flight, date: string): Hop | undefined {
  const day = Object.hasOwn(flight.dates, date) ? flight.dates[date] : undefined;
  return day === undefined ? undefined : { flight, date, day };
}

type Accept = (hop: Hop) => boolean;

function hops(db: Flights, from: string, to: string, date: string, accept: Accept): Hop[] {
  return (network(db).get(from)?.get(to) ?? []).flatMap((flight) => {
    const hop = hopOn(flight, date);
    return hop !== undefined && accept(hop) ? [hop] : [];
  });
}

/** The journeys between two airports that begin on a day, of flights that are accepted; direct ones first. */
export function journeysBetween(
  db: Flights,
  from: string,
  to: string,
  date: string,
  accept: Accept,
): Journey[] {
  const changing = reachedFrom(db, from).flatMap((over): Journey[] => {
    if (over === to || network(db).get(over)?.has(to) !== true) return [];
    return hops(db, from, over, date, accept).flatMap((first): Journey[] => {
      const arrival = first.flight.scheduled_arrival_time_est;
      const next = arrival.includes('+1') ? dateOf(dayOf(date) + 1) : date;
      // As the search tool compares them: an arrival on the day after is later than any time of day.
      return hops(db, over, to, next, accept)
        .filter(({ flight }) => flight.scheduled_departure_time_est >= arrival)
        .map((second) => [first, second]);
    });
  });
  return [...hops(db, from, to, date, accept).map((hop) => [hop]), ...changing];
}

/** True for a flight that can still be booked on its day. */
export const isBookable = ({ day }: Hop): boolean => day.status === 'available';

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
