import { ToolError, type Draft, type Json, type View } from '#core/environment/index.ts';
import { entry, hashed, referenceTools, repr, standIn } from '../../tau2/index.ts';
import { payment } from '../models.ts';
import type {
  AirlineDb,
  AvailableDay,
  Flight,
  FlightDay,
  PaymentMethod,
  Reservation,
  User,
} from '../schema.ts';

/** The class that the reference keeps its tools in. */
export const TOOLKIT = 'AirlineTools';

/** `defineTool` for the airline database. */
export const tool = referenceTools<AirlineDb>(TOOLKIT);

export function getUser(db: View<AirlineDb>, id: string): User {
  const user = db.get('users', hashed(id));
  if (user === undefined) throw new ToolError(`User ${id} not found`);
  return user;
}

export function getReservation(db: View<AirlineDb>, id: string): Reservation {
  const reservation = db.get('reservations', hashed(id));
  if (reservation === undefined) throw new ToolError(`Reservation ${id} not found`);
  return reservation;
}

export function getFlight(db: View<AirlineDb>, number: string): Flight {
  const flight = db.get('flights', hashed(number));
  if (flight === undefined) throw new ToolError(`Flight ${number} not found`);
  return flight;
}

/** A flight on one day. */
export function getDay(db: View<AirlineDb>, number: string, date: string): FlightDay {
  const { dates } = getFlight(db, number);
  const day = entry(dates, date);
  if (day === undefined) throw new ToolError(`Flight ${number} not found on date ${date}`);
  return day;
}

/** A flight on a day on which it can be booked, with enough seats for a party. */
export function getBookable(
  db: View<AirlineDb>,
  number: string,
  date: string,
  cabin: Json,
  people: number,
): { day: AvailableDay; price: number } {
  const day = getDay(db, number, date);
  if (day.status !== 'available') throw new ToolError(`Flight ${number} not available on date ${date}`);
  const seats = entry<number | undefined>(day.available_seats, standIn(cabin));
  const price = entry<number | undefined>(day.prices, standIn(cabin));
  // The reference looks the cabin up in a dictionary, and this is what Python says of a key that is not there.
  if (seats === undefined) throw new ToolError(repr(cabin));
  if (seats < people) throw new ToolError(`Not enough seats on flight ${number}`);
  if (price === undefined) throw new ToolError(repr(cabin));
  return { day, price };
}

export function findMethod(user: User, id: string): PaymentMethod | undefined {
  return entry(user.payment_methods, id);
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
  return [Number.isInteger(amount) ? { payment_id: paymentId, amount } : broken(paymentId, amount)];
}

/** Part of a dollar, which comes of part of a bag: the reference notices after the gift card has paid. */
function broken(payment_id: string, amount: number) {
  try {
    return payment.parse({ payment_id, amount });
  } catch (error) {
    throw error instanceof ToolError ? new ToolError(error.message, { keepsChanges: true }) : error;
  }
}

/** Takes an amount off a gift card; other methods hold no balance. A negative amount is put on it. */
export function spend(db: Draft<AirlineDb>, userId: string, paymentId: string, amount: number): void {
  if (findMethod(getUser(db, userId), paymentId)?.source !== 'gift_card') return;
  db.update('users', userId, (user) => {
    const method = user.payment_methods[paymentId];
    if (method?.source === 'gift_card') method.amount -= amount;
  });
}
