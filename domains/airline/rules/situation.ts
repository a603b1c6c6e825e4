import { remember } from '#core/environment/index.ts';
import type {
  JsonObject,
  RuleContext,
  RuleSpec,
  RuleSubject,
  ToolCall,
  Violation,
} from '#core/environment/index.ts';
import type { z } from 'zod';
import type { AirlineDb, PaymentMethod, Reservation, User } from '../schema.ts';
import {
  bagsParameters,
  bookingParameters,
  certificateParameters,
  flightsParameters,
  passengersParameters,
} from '../tools/parameters.ts';

/** The writes, grouped as the policy speaks of them. */
export const book = 'book_reservation';
export const cancel = 'cancel_reservation';
export const updateFlights = 'update_reservation_flights';
export const updateBags = 'update_reservation_baggages';
export const updatePassengers = 'update_reservation_passengers';
export const compensate = 'send_certificate';
export const changes = [updateFlights, updateBags, updatePassengers];
export const reservationTools = [...changes, cancel];
export const allWrites = [book, ...reservationTools, compensate];

export type Context = RuleContext<AirlineDb>;
type Check<Subject> = (subject: Subject, context: Context) => Violation | null;
/** Id, sentence of the policy, subject, tools. */
type Head = readonly [id: string, sentence: string, subject: RuleSubject, tools: readonly string[]];

export const rule = (
  [id, sentence, subject, tools]: Head,
  check: (context: Context) => Violation | null,
): RuleSpec<AirlineDb> => ({ id, sentence, subject, tools, check });

/** A rule about the reservation that a call names. It holds when there is none: `reservation.exists` speaks of that. */
export const reservationRule = (head: Head, check: Check<Reservation>): RuleSpec<AirlineDb> =>
  rule(head, (context) => {
    const reservation = reservationOf(context);
    return reservation === undefined ? null : check(reservation, context);
  });

// Arguments that are none are what the tools speak of; a call is asked about by many rules.
const reader = <T>(parameters: z.ZodType<T>) => {
  const parsed = remember((args: JsonObject) => parameters.safeParse(args));
  return ({ call }: Context): T | undefined => parsed(call.arguments).data;
};
export const bookingOf = reader(bookingParameters);
export const flightsUpdateOf = reader(flightsParameters);
export const bagsUpdateOf = reader(bagsParameters);
export const passengersUpdateOf = reader(passengersParameters);
export const certificateOf = reader(certificateParameters);

export function text(call: ToolCall, name: string): string {
  const value = call.arguments[name];
  return typeof value === 'string' ? value : '';
}

export function reservationOf({ db, call }: Context): Reservation | undefined {
  return db.get('reservations', text(call, 'reservation_id'));
}

/** The user of the conversation. */
export function userOf({ db, userId }: Context): User | undefined {
  return userId === null ? undefined : db.get('users', userId);
}

export function methodOf(user: User | undefined, id: string): PaymentMethod | undefined {
  return user !== undefined && Object.hasOwn(user.payment_methods, id) ? user.payment_methods[id] : undefined;
}

export const recordOf = ({ reservation_id }: Reservation) => ({ table: 'reservations', id: reservation_id });
export const flightRecord = (flightNumber: string) => ({ table: 'flights', id: flightNumber });
export const userRecord = (user: User) => ({ table: 'users', id: user.user_id });

/** The call's arguments with some of them different. */
export const argumentsWith = (call: ToolCall, changed: JsonObject): { arguments: JsonObject } => ({
  arguments: { ...call.arguments, ...changed },
});
