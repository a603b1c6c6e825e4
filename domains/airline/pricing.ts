/** What a booking costs in a database, and how it is split over payment methods. */
import type { View } from '#core/environment/index.ts';
import { hopOn, type Hop } from './journeys.ts';
import type { AirlineDb, Cabin, Reservation, User } from './schema.ts';
import { COMPENSATION, totalPrice } from './terms.ts';
import type { Booking } from './tools/parameters.ts';

type Payments = Reservation['payment_history'];

/** Flights with their days; undefined when one is not on record. */
export function hopsOf(
  db: View<AirlineDb>,
  flights: readonly { readonly flight_number: string; readonly date: string }[],
): Hop[] | undefined {
  const hops = flights.map(({ flight_number, date }) => {
    const flight = db.get('flights', flight_number);
    return flight === undefined ? undefined : hopOn(flight, date);
  });
  return hops.every((hop) => hop !== undefined) ? hops : undefined;
}

/** What a seat on flights costs; undefined where one of them cannot be booked. */
export function fareOf(hops: readonly Hop[], cabin: Cabin): number | undefined {
  let fare = 0;
  for (const { day } of hops) {
    const price = day.status === 'available' ? day.prices[cabin] : undefined;
    if (price === undefined) return undefined;
    fare += price;
  }
  return fare;
}

/** The total price of a booking; undefined where a flight of it cannot be booked. */
export function priceOf(
  db: View<AirlineDb>,
  booking: Pick<Booking, 'flights' | 'cabin' | 'passengers' | 'insurance' | 'nonfree_baggages'>,
): number | undefined {
  const hops = hopsOf(db, booking.flights);
  const fare = hops === undefined ? undefined : fareOf(hops, booking.cabin);
  if (fare === undefined) return undefined;
  return totalPrice(fare, booking.passengers.length, booking.insurance, booking.nonfree_baggages);
}

type OnDay = { readonly flight_number: string; readonly date: string };

export const isSameFlight = (a: OnDay, b: OnDay): boolean =>
  a.flight_number === b.flight_number && a.date === b.date;

/** What a change of flights or cabin costs more than was paid, for everybody; undefined when that cannot be told. */
export function changePrice(
  db: View<AirlineDb>,
  reservation: Reservation,
  cabin: Cabin,
  flights: readonly OnDay[],
): number | undefined {
  let sum = 0;
  for (const on of flights) {
    const kept =
      cabin === reservation.cabin ? reservation.flights.find((one) => isSameFlight(one, on)) : undefined;
    const price = kept?.price ?? fareOf(hopsOf(db, [on]) ?? [], cabin);
    if (price === undefined) return undefined;
    sum += price;
  }
  const paid = reservation.flights.reduce((total, { price }) => total + price, 0);
  return (sum - paid) * reservation.passengers.length;
}

/**
 * A total split over payment methods in their order: gift cards and certificates pay what they hold, two cards share
 * what is left, and the last method pays the rest.
 */
export function splitPayments(user: User, ids: readonly string[], total: number): Payments {
  let left = total;
  return ids.map((id, i) => {
    const method = user.payment_methods[id];
    const rest = ids.length - i;
    const most =
      method === undefined || method.source === 'credit_card' ? Math.ceil(left / rest) : method.amount;
    const amount = rest === 1 ? left : Math.min(left, Math.floor(most));
    left -= amount;
    return { payment_id: id, amount };
  });
}

/** What a certificate may be worth for a reservation, by what went wrong. */
export const compensationFor = (reservation: Reservation, what: keyof typeof COMPENSATION): number =>
  COMPENSATION[what] * reservation.passengers.length;
