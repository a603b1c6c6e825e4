/** What requests to change the flights of a reservation share. */
import { sameJson, type Json, type ToolCall } from '#core/environment/index.ts';
import { END, spokenDate, TODAY } from '../calendar.ts';
import { isFlown, partsOf } from '../journeys.ts';
import { changePrice, hopsOf } from '../pricing.ts';
import type { Cabin, Reservation, Segment } from '../schema.ts';
import { flightsParameters } from '../tools/parameters.ts';
import {
  flightsOf,
  methodIn,
  methodName,
  money,
  numbersOf,
  partIn,
  reservationIn,
  valueOf,
  type Context,
} from './lookup.ts';

type Flights = readonly { readonly flight_number: string; readonly date: string }[];

export const named = (segments: readonly Segment[]) =>
  segments.map(({ flight_number, date }) => ({ flight_number, date }));

/** Whether a part of a trip lies ahead. */
export const isAhead = (reservation: Reservation, { db }: Context): boolean => {
  const parts = partsOf(reservation);
  const ahead = (part: readonly Segment[]) =>
    part.length > 0 && !part.some((segment) => isFlown(db, segment));
  return ahead(parts.outbound) || ahead(parts.return);
};
export const allAhead = (reservation: Reservation, { db }: Context): boolean =>
  !reservation.flights.some((segment) => isFlown(db, segment));

export const routeOf = (context: Context): readonly [string, string] => {
  const part = partIn(context);
  return [part[0]?.origin ?? '', part.at(-1)?.destination ?? ''];
};

/** The days between which a part of a trip can be moved without crossing the other part. */
export function rangeOf(context: Context): readonly [string, string] {
  const reservation = reservationIn(context);
  if (reservation === undefined) return [TODAY, END];
  const parts = partsOf(reservation);
  const [first] = parts.return;
  return valueOf(context, 'part') === 'return'
    ? [[parts.outbound.at(-1)?.date ?? TODAY, TODAY].sort().at(-1) ?? TODAY, END]
    : [TODAY, first?.date ?? END];
}

/** The reservation's flights with one part of the trip replaced. */
export function replaced(context: Context): Flights {
  const reservation = reservationIn(context);
  if (reservation === undefined) return [];
  const parts = partsOf(reservation);
  const fresh = flightsOf(context.values.journey);
  return valueOf(context, 'part') === 'return'
    ? [...named(parts.outbound), ...fresh]
    : [...fresh, ...named(parts.return)];
}

export const updateCall = (context: Context, cabin: Cabin, flights: Flights): ToolCall => ({
  name: 'update_reservation_flights',
  arguments: {
    reservation_id: valueOf(context, 'reservation'),
    cabin,
    flights: flights.map((flight) => ({ ...flight })),
    payment_id: valueOf(context, 'payment'),
  },
});
export const newFlightsCall = (context: Context) =>
  updateCall(context, reservationIn(context)?.cabin ?? 'economy', replaced(context));

export function differenceQuote(context: Context, cabin: Cabin | undefined, flights: Flights) {
  const reservation = reservationIn(context);
  const amount =
    reservation === undefined || cabin === undefined
      ? undefined
      : changePrice(context.db, reservation, cabin, flights);
  if (amount === undefined) return [];
  const title = amount < 0 ? 'the amount you get back' : 'the amount you pay';
  return [{ key: 'difference', title, value: money(Math.abs(amount)), amount }];
}

export const payingWith = (context: Context): string => {
  const method = methodIn(context);
  return method === undefined ? valueOf(context, 'payment') : methodName(method);
};

export const newFlightsText = (context: Context): string => {
  const fresh = flightsOf(context.values.journey);
  return `${numbersOf(fresh)} on ${spokenDate(fresh[0]?.date ?? '')}`;
};

interface ReplacedPart {
  readonly reservation: Reservation;
  /** The day of the new flights, and whether it is that of the old ones. */
  readonly date: string;
  readonly sameDay: boolean;
  /** The slots that both intents have. */
  readonly values: Readonly<Record<string, Json>>;
}

/** What an update of flights replaces: exactly one part, by flights on the same route. */
export function replacedPart(db: Context['db'], call: ToolCall): ReplacedPart | undefined {
  const parsed = flightsParameters.safeParse(call.arguments);
  const reservation = parsed.success ? db.get('reservations', parsed.data.reservation_id) : undefined;
  if (!parsed.success || reservation === undefined || parsed.data.cabin !== reservation.cabin)
    return undefined;
  const hops = hopsOf(db, parsed.data.flights);
  if (hops === undefined) return undefined;
  const flights = hops.map(({ flight, date }) => ({ ...flight, date, price: 0 }));
  const before = partsOf(reservation);
  const after = partsOf({ ...reservation, flights });
  const changed = (['outbound', 'return'] as const).filter(
    (part) => !sameJson(named(before[part]), named(after[part])),
  );
  const [part, ...more] = changed;
  const end = after.outbound.at(-1)?.destination;
  if (part === undefined || more.length > 0 || end !== reservation.destination) return undefined;
  const fresh = named(after[part]);
  const [first] = fresh;
  if (first === undefined) return undefined;
  return {
    reservation,
    date: first.date,
    sameDay: before[part][0]?.date === first.date,
    values: {
      reservation: reservation.reservation_id,
      part,
      journey: fresh.map((flight) => ({ ...flight })),
      payment: parsed.data.payment_id,
    },
  };
}

/** The flights of the reservation as they are. */
export const keptFlights = (context: Context): Flights => named(reservationIn(context)?.flights ?? []);
