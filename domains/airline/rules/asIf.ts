/** Rows as they would be if one fact were different. A fact takes the fields along that only it explains. */
import type { ChangedRows, View } from '#core/environment/index.ts';
import { dayOf, moment } from '../calendar.ts';
import { hopOn } from '../journeys.ts';
import type { AirlineDb, Cabin, FlightDay, Reservation, User } from '../schema.ts';

type Rows = { rows: ChangedRows };

export const withReservation = (reservation: Reservation, changed: Partial<Reservation>): Rows => ({
  rows: { reservations: { [reservation.reservation_id]: { ...reservation, ...changed } } },
});

/** The reservation as it was before it was cancelled, or cancelled after all. */
export function withStatus(reservation: Reservation, status: Reservation['status']): Rows {
  const payments = reservation.payment_history;
  if (status === reservation.status) return withReservation(reservation, {});
  const refunds = payments.map(({ payment_id, amount }) => ({ payment_id, amount: 0 - amount }));
  return withReservation(reservation, {
    status,
    payment_history:
      status === null ? payments.slice(0, Math.ceil(payments.length / 2)) : [...payments, ...refunds],
  });
}

/** The reservation as one of `user`'s own: on their list, and paid with a method of theirs. */
export function ownedBy(reservation: Reservation, user: User, owner: User | undefined): Rows {
  const [method] = Object.keys(user.payment_methods);
  const payment_history = reservation.payment_history.map((payment) => ({
    ...payment,
    payment_id: method ?? payment.payment_id,
  }));
  const id = reservation.reservation_id;
  const users: Record<string, User> = {
    [user.user_id]: { ...user, reservations: [...user.reservations, id] },
  };
  if (owner !== undefined)
    users[owner.user_id] = { ...owner, reservations: owner.reservations.filter((other) => other !== id) };
  return {
    rows: { ...withReservation(reservation, { user_id: user.user_id, payment_history }).rows, users },
  };
}

/** The user with a gift card or certificate that holds at least an amount. */
export function withBalance(user: User, methodId: string, amount: number): Rows {
  const method = user.payment_methods[methodId];
  if (method === undefined || method.source === 'credit_card') return { rows: {} };
  const payment_methods = { ...user.payment_methods, [methodId]: { ...method, amount } };
  return { rows: { users: { [user.user_id]: { ...user, payment_methods } } } };
}

interface OnDay {
  readonly flight_number: string;
  readonly date: string;
}

/** Flights on days as they would stand otherwise. */
function withDays(
  db: View<AirlineDb>,
  segments: readonly OnDay[],
  change: (segment: OnDay, day: FlightDay) => FlightDay,
): Rows {
  const flights: Record<string, AirlineDb['flights'][string]> = {};
  for (const segment of segments) {
    const flight = flights[segment.flight_number] ?? db.get('flights', segment.flight_number);
    const hop = flight === undefined ? undefined : hopOn(flight, segment.date);
    if (flight === undefined || hop === undefined) continue;
    const dates = { ...flight.dates, [segment.date]: change(segment, hop.day) };
    flights[segment.flight_number] = { ...flight, dates };
  }
  return { rows: { flights } };
}

/** The flights open for booking, with seats for a party; what no price is known for costs `fare`. */
export function withSeats(
  db: View<AirlineDb>,
  segments: readonly OnDay[],
  cabin: Cabin,
  people: number,
  fare: number,
): Rows {
  return withDays(db, segments, (_, day) => {
    const open = day.status === 'available' ? day : undefined;
    const seats = Math.max(people, open?.available_seats[cabin] ?? 0);
    return {
      status: 'available',
      available_seats: { ...open?.available_seats, [cabin]: seats },
      prices: { ...open?.prices, [cabin]: open?.prices[cabin] ?? fare },
    };
  });
}

/** The flights cancelled by the airline, or late. */
export function disrupted(
  db: View<AirlineDb>,
  segments: readonly OnDay[],
  status: 'cancelled' | 'delayed',
): Rows {
  return withDays(db, segments, ({ date }) =>
    status === 'cancelled'
      ? { status }
      : {
          status,
          estimated_departure_time_est: moment(dayOf(date), 17 * 60),
          estimated_arrival_time_est: moment(dayOf(date), 20 * 60),
        },
  );
}
