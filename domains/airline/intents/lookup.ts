import type { Json, SlotContext, ToolCall } from '#core/environment/index.ts';
import { airports } from '../airports.ts';
import { hopsOf } from '../pricing.ts';
import { partsOf, type Direction, type Journey } from '../journeys.ts';
import type { AirlineDb, Cabin, PaymentMethod, Person, Reservation, Segment, User } from '../schema.ts';

export type Context = SlotContext<AirlineDb>;

/** A slot's value as text; empty while it is not filled. */
export const valueOf = ({ values }: Context, slot: string): string => textOf(values[slot]);

/** A value that should be text; empty when it is not. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

export const userIn = ({ db, userId }: Context): User | undefined => db.get('users', userId);

export const reservationIn = (context: Context): Reservation | undefined =>
  context.db.get('reservations', valueOf(context, 'reservation'));

/** The reservations of the user that are on record. */
export function reservationsOf(context: Context): Reservation[] {
  return (userIn(context)?.reservations ?? []).flatMap((id) => context.db.get('reservations', id) ?? []);
}

/** The part of the reservation that a request is about; empty while that is open. */
export function partIn(context: Context): readonly Segment[] {
  const reservation = reservationIn(context);
  const part = valueOf(context, 'part');
  if (reservation === undefined || (part !== 'outbound' && part !== 'return')) return [];
  return partsOf(reservation)[part satisfies Direction];
}

export function methodIn(context: Context): PaymentMethod | undefined {
  return userIn(context)?.payment_methods[valueOf(context, 'payment')];
}

/** The flights of a slot's value, for a call. */
export function flightsOf(value: Json | undefined): { flight_number: string; date: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: Json) => {
    const { flight_number, date } = (typeof one === 'object' && one !== null ? one : {}) as Record<
      string,
      Json
    >;
    return typeof flight_number === 'string' && typeof date === 'string' ? [{ flight_number, date }] : [];
  });
}

export const journeyOf = (context: Context, value: Json | undefined): Journey =>
  hopsOf(context.db, flightsOf(value)) ?? [];

/** The people of a slot's value. */
export function peopleOf(value: Json | undefined): Person[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: Json) => personOf(one) ?? []);
}

export function personOf(value: Json | undefined): Person | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { first_name, last_name, dob } = value as Record<string, Json>;
  return typeof first_name === 'string' && typeof last_name === 'string' && typeof dob === 'string'
    ? { first_name, last_name, dob }
    : undefined;
}

export const read = (name: string, args: Record<string, Json>): ToolCall => ({ name, arguments: args });
export const readUser = ({ userId }: Context) => read('get_user_details', { user_id: userId });
export const readReservation = (reservation_id: string) =>
  read('get_reservation_details', { reservation_id });
export const readStatus = ({ flight_number, date }: Pick<Segment, 'flight_number' | 'date'>) =>
  read('get_flight_status', { flight_number, date });
export const readStatuses = (reservation: Reservation | undefined) =>
  (reservation?.flights ?? []).map(readStatus);

/** The profile and all reservations of the user: what shows which one somebody means. */
export function readReservations(context: Context): ToolCall[] {
  return [readUser(context), ...(userIn(context)?.reservations ?? []).map(readReservation)];
}

/** What can be booked between two airports on a day. */
export const readFlights = (origin: string, destination: string, date: string): ToolCall[] => [
  read('search_direct_flight', { origin, destination, date }),
  read('search_onestop_flight', { origin, destination, date }),
];

export const cityOf = (iata: string): string =>
  airports.find((airport) => airport.iata === iata)?.city ?? iata;

/** "business class", "economy", "basic economy" */
export function cabinName(cabin: Cabin): string {
  return cabin === 'business' ? 'business class' : cabin.replace('_', ' ');
}

export const fullName = ({ first_name, last_name }: Pick<Person, 'first_name' | 'last_name'>): string =>
  `${first_name} ${last_name}`;

export const money = (amount: number): string => `$${amount}`;

const small = 'no one two three four five six seven eight nine ten'.split(' ');

/** "one ticket", "two tickets", "no tickets" */
export const counted = (count: number, noun: string): string =>
  `${small[count] ?? String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** "no checked bags", "one checked bag", "two checked bags" */
export const bagsText = (count: number): string => counted(count, 'checked bag');

/** "Ann", "Ann and Bo", "Ann, Bo and Cy" */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

const sources: Readonly<Record<PaymentMethod['source'], string>> = {
  credit_card: 'credit card',
  gift_card: 'gift card',
  certificate: 'travel certificate',
};
export const sourceName = ({ source }: PaymentMethod): string => sources[source];

export const brandName = (brand: string): string => brand.charAt(0).toUpperCase() + brand.slice(1);

const tailOf = ({ id }: PaymentMethod): string => id.slice(-4);

/** "Visa ending in 4412", "gift card ending in 3581", "$250 certificate": names that spending does not change. */
export function methodName(method: PaymentMethod): string {
  if (method.source === 'credit_card') return `${brandName(method.brand)} ending in ${method.last_four}`;
  return method.source === 'gift_card'
    ? `gift card ending in ${tailOf(method)}`
    : `${money(method.amount)} certificate`;
}

/** The name of a method among others: two certificates of one amount are told apart by their numbers. */
export function methodLabel(method: PaymentMethod, own: readonly PaymentMethod[]): string {
  const name = methodName(method);
  const twin = own.some((other) => other.id !== method.id && methodName(other) === name);
  return twin ? `${name} ending in ${tailOf(method)}` : name;
}

/** The last digits by which people know a card, or a certificate. */
export const endingOf = (method: PaymentMethod): string =>
  method.source === 'credit_card' ? method.last_four : tailOf(method);

/** "reservation QX7T2B (Boston to Denver, May 20)", for confirmations. */
export function reservationName({ reservation_id, origin, destination }: Reservation): string {
  return `reservation ${reservation_id} (${cityOf(origin)} to ${cityOf(destination)})`;
}

export const aboutReservation = (context: Context): string => {
  const reservation = reservationIn(context);
  return reservation === undefined
    ? `reservation ${valueOf(context, 'reservation')}`
    : reservationName(reservation);
};

/** "HAT123 and HAT456 on May 20" is left to the caller; this is "HAT123 and HAT456". */
export const numbersOf = (flights: readonly { readonly flight_number: string }[]): string =>
  listed(flights.map(({ flight_number }) => flight_number));
