import type { View } from '#core/environment/index.ts';
import { entry, isNone } from '../../tau2/index.ts';
import type { AirlineDb, AvailableDay, Flight } from '../schema.ts';

/** What to look for; a direction that is left out is any, and so is one that is None. */
export interface Wanted {
  readonly day: string;
  readonly from?: string;
  readonly to?: string;
  /** Earliest scheduled departure, "15:00:00". */
  readonly after?: string;
}

/** A flight on a day on which it can be booked. */
interface Found {
  readonly flight: Flight;
  readonly shown: ShownFlight;
}

/** A flight as the search tools show it. */
export type ShownFlight = Omit<Flight, 'dates'> & AvailableDay & { readonly date: string | null };

/** Bookable flights, in the order of the table. */
export function searchDirect(db: View<AirlineDb>, wanted: Wanted): Found[] {
  return search([...db.rows('flights')], wanted);
}

function search(flights: readonly Flight[], { day: date, from, to, after }: Wanted): Found[] {
  return flights.flatMap((flight): Found[] => {
    if (from !== undefined && flight.origin !== from && !isNone(from)) return [];
    if (to !== undefined && flight.destination !== to && !isNone(to)) return [];
    const day = entry(flight.dates, date);
    if (day?.status !== 'available') return [];
    if (after !== undefined && flight.scheduled_departure_time_est < after) return [];
    return [{ flight, shown: shownOn(flight, day, null) }];
  });
}

function shownOn(flight: Flight, day: AvailableDay, date: string | null): ShownFlight {
  return {
    flight_number: flight.flight_number,
    origin: flight.origin,
    destination: flight.destination,
    status: day.status,
    scheduled_departure_time_est: flight.scheduled_departure_time_est,
    scheduled_arrival_time_est: flight.scheduled_arrival_time_est,
    date,
    available_seats: day.available_seats,
    prices: day.prices,
  };
}

/** Pairs of bookable flights with a change of planes between them. */
export function searchOneStop(
  db: View<AirlineDb>,
  from: string,
  to: string,
  day: string,
): [ShownFlight, ShownFlight][] {
  const flights = [...db.rows('flights')];
  return search(flights, { day, from }).flatMap(({ flight: first, shown }) => {
    const after = first.scheduled_arrival_time_est;
    const next = after.includes('+1') ? dayAfter(day) : day;
    return search(flights, { day: next, from: first.destination, to, after }).map(
      (second): [ShownFlight, ShownFlight] => [
        { ...shown, date: day },
        { ...second.shown, date: next },
      ],
    );
  });
}

// As the reference counts: always in May, and without a leading zero. A later flight's time is compared with an
// arrival like "01:00:00+1" as text.
const dayAfter = (day: string) => `2024-05-${Number(day.slice(-2)) + 1}`;
