import type { RuleSpec, View } from '#core/environment/index.ts';
import { spokenDate } from '../calendar.ts';
import { isFlown, type Hop } from '../journeys.ts';
import { hopsOf, isSameFlight } from '../pricing.ts';
import type { AirlineDb, Cabin, Reservation } from '../schema.ts';
import { withSeats } from './asIf.ts';
import {
  argumentsWith,
  book,
  bookingOf,
  flightRecord,
  flightsUpdateOf,
  recordOf,
  reservationOf,
  reservationRule,
  rule,
  updateFlights,
  type Context,
} from './situation.ts';

type OnDay = { readonly flight_number: string; readonly date: string };

/** What a call would book: flights, in a cabin, for so many people. */
interface Order {
  readonly flights: readonly OnDay[];
  readonly cabin: Cabin;
  readonly people: number;
  /** A price to stand for one that is not known. */
  readonly fare: number;
}

/** What holds for the flights of a booking and of a change. */
export const tripRules: readonly RuleSpec<AirlineDb>[] = [
  rule(
    [
      'book.route',
      'The flights have to lead from the origin to the destination, and on a round trip back again, one after the other.',
      'choice',
      [book],
    ],
    (context) => {
      const booking = bookingOf(context);
      const hops = booking === undefined ? undefined : hopsOf(context.db, booking.flights);
      if (booking === undefined || hops === undefined || leads(hops, booking)) return null;
      return {
        reason: `The flights do not lead from ${booking.origin} to ${booking.destination} as booked.`,
      };
    },
  ),
  reservationRule(
    [
      'flights.route',
      'Other reservations can have their flights changed, as long as origin, destination and trip type stay the same.',
      'choice',
      [updateFlights],
    ],
    (reservation, context) => {
      const wanted = flightsUpdateOf(context)?.flights;
      if (wanted === undefined || sameFlights(wanted, reservation)) return null;
      const hops = hopsOf(context.db, wanted);
      if (hops === undefined || leads(hops, reservation)) return null;
      const kept = reservation.flights.map(({ flight_number, date }) => ({ flight_number, date }));
      return {
        reason: `The new flights do not lead from ${reservation.origin} to ${reservation.destination} as reservation ${reservation.reservation_id} does.`,
        record: recordOf(reservation),
        flip: argumentsWith(context.call, { flights: kept, cabin: reservation.cabin }),
      };
    },
  ),
  rule(
    [
      'flights.available',
      'Only a flight that is available on its day can be booked.',
      'state',
      [book, updateFlights],
    ],
    (context) => {
      const order = orderOf(context);
      const closed = order?.flights.filter((on) => {
        const [hop] = hopsOf(context.db, [on]) ?? [];
        return hop?.day.status !== 'available';
      });
      const [first] = closed ?? [];
      if (order === undefined || closed === undefined || first === undefined) return null;
      const [hop] = hopsOf(context.db, [first]) ?? [];
      if (hop === undefined)
        return { reason: `There is no flight ${first.flight_number} on ${spokenDate(first.date)}.` };
      return {
        reason: `Flight ${first.flight_number} on ${spokenDate(first.date)} is ${hop.day.status} and cannot be booked.`,
        record: flightRecord(first.flight_number),
        flip: withSeats(context.db, closed, order.cabin, order.people, order.fare),
      };
    },
  ),
  rule(
    [
      'flights.seats',
      'There has to be a free seat in the cabin for every passenger on every flight.',
      'state',
      [book, updateFlights],
    ],
    (context) => {
      const order = orderOf(context);
      const full = order?.flights.filter((on) => seatsOn(context.db, on, order.cabin) < order.people);
      const [first] = full ?? [];
      if (order === undefined || full === undefined || first === undefined) return null;
      return {
        reason: `Flight ${first.flight_number} on ${spokenDate(first.date)} does not have enough free seats in ${order.cabin.replace('_', ' ')}: there are ${seatsOn(context.db, first, order.cabin)}.`,
        record: flightRecord(first.flight_number),
        flip: withSeats(context.db, full, order.cabin, order.people, order.fare),
      };
    },
  ),
];

/** Free seats; enough for everybody where the flight cannot be booked at all, of which another rule speaks. */
function seatsOn(db: View<AirlineDb>, on: OnDay, cabin: Cabin): number {
  const [hop] = hopsOf(db, [on]) ?? [];
  return hop?.day.status === 'available' ? (hop.day.available_seats[cabin] ?? 0) : Infinity;
}

function orderOf(context: Context): Order | undefined {
  const booking = bookingOf(context);
  if (booking !== undefined) {
    const { flights, cabin, passengers } = booking;
    return { flights, cabin, people: passengers.length, fare: 100 };
  }
  const update = flightsUpdateOf(context);
  const reservation = reservationOf(context);
  if (update === undefined || reservation === undefined) return undefined;
  const { cabin } = update;
  const [{ price: fare } = { price: 100 }] = reservation.flights;
  const flights = update.flights.filter((on) => isNew(context.db, on, reservation, cabin));
  return { flights, cabin, people: reservation.passengers.length, fare };
}

/** A flight that stays is not bought again, unless its cabin changes; once departed it cannot change at all. */
function isNew(db: View<AirlineDb>, on: OnDay, reservation: Reservation, cabin: Cabin): boolean {
  const kept = reservation.flights.find((segment) => isSameFlight(segment, on));
  return kept === undefined || (cabin !== reservation.cabin && !isFlown(db, kept));
}

export const sameFlights = (flights: readonly OnDay[], reservation: Reservation): boolean =>
  flights.length === reservation.flights.length &&
  flights.every((on, i) => isSameFlight(on, reservation.flights[i] ?? { flight_number: '', date: '' }));

/** Whether flights make up a trip: one after the other, there, and back where that is wanted. */
function leads(
  hops: readonly Hop[],
  { origin, destination, flight_type }: Pick<Reservation, 'origin' | 'destination' | 'flight_type'>,
): boolean {
  const stops = hops.map(({ flight }) => flight.destination);
  const joined = hops.every((hop, i) => {
    const before = hops[i - 1];
    if (before === undefined) return hop.flight.origin === origin;
    return hop.flight.origin === before.flight.destination && isLater(before, hop);
  });
  const end = stops.at(-1);
  if (flight_type === 'one_way') return joined && end === destination;
  return joined && stops.slice(0, -1).includes(destination) && end === origin;
}

function isLater(before: Hop, hop: Hop): boolean {
  if (before.date !== hop.date) return before.date < hop.date;
  return hop.flight.scheduled_departure_time_est >= before.flight.scheduled_arrival_time_est;
}
