import { ToolError, toolsFor, type Draft, type View } from '#core/environment/index.ts';
import type {
  AirlineDb,
  AvailableDay,
  Cabin,
  Flight,
  FlightDay,
  PaymentMethod,
  Reservation,
  User,
} from '../schema.ts';

/** `defineTool` for the airline database. */
export const tool = toolsFor<AirlineDb>();

export function getUser(db: View<AirlineDb>, id: string): User {
  const user = db.get('users', id);
  if (user === undefined) throw new ToolError(`User ${id} not found`);
  return user;
}

export function getReservation(db: View<AirlineDb>, id: string): Reservation {
  const reservation = db.get('reservations', id);
  if (reservation === undefined) throw new ToolError(`Reservation ${id} not found`);
  return reservation;
}

export function getFlight(db: View<AirlineDb>, number: string): Flight {
  const flight = db.get('flights', number);
  if (flight === undefined) throw new ToolError(`Flight ${number} not found`);
  return flight;
}

/** A flight on one day. */
export function getDay(db: View<AirlineDb>, number: string, date: string): FlightDay {
  const { dates } = getFlight(db, number);
  const day = Object.hasOwn(dates, date) ? dates[date] : undefined;
  if (day === undefined) throw new ToolError(`Flight ${number} not found on date ${date}`);
  return day;
}

/** A flight on a day on which it can be booked, with enough seats for a party. */
export function getBookable(
  db: View<AirlineDb>,
  number: string,
  date: string,
  cabin: Cabin,
  people: number,
): { day: AvailableDay; price: number } {
  const day = getDay(db, number, date);
  if (day.status !== 'available') throw new ToolError(`Flight ${number} not available on date ${date}`);
  const seats = day.available_seats[cabin];
  const price = day.prices[cabin];
  // The reference looks the cabin up in a dictionary, and this is what Python says of a key that is not there.
  if (seats === undefined) throw new ToolError(`'${cabin}'`);
  if (seats < people) throw new ToolError(`Not enough seats on flight ${number}`);
  if (price === undefined) throw new ToolError(`'${cabin}'`);
  return { day, price };
}

export function findMethod(user: User, id: string): PaymentMethod | undefined {
  return Object.hasOwn(user.payment_methods, id) ? user.payment_methods[id] : undefined;
}

/**
 * Settles a price difference of a change with one payment method: a gift card pays or receives it, a credit card is
 * only noted. Returns the line for the reservation's payment history; none when there is nothing to settle.
 */
export function settle(
  db: Draft<AirlineDb>,
  user: User,
  paymentId: string,
  amount: number,
): Reservation['payment_history'] {
  const method = findMethod(user, paymentId);
  if (method === undefined) throw new ToolError('Payment method not found');
  if (method.source === 'certificate')
    throw new ToolError('Certificate cannot be used to update reservation');
  if (method.source === 'gift_card' && method.amount < amount)
    throw new ToolError('Gift card balance is not enough');
  if (amount === 0) return [];
  spend(db, user.user_id, paymentId, amount);
  return [{ payment_id: paymentId, amount }];
}

/** Takes an amount off a gift card; other methods hold no balance. A negative amount is put on it. */
export function spend(db: Draft<AirlineDb>, userId: string, paymentId: string, amount: number): void {
  if (findMethod(getUser(db, userId), paymentId)?.source !== 'gift_card') return;
  db.update('users', userId, (user) => {
    const method = user.payment_methods[paymentId];
    if (method?.source === 'gift_card') method.amount -= amount;
  });
}
