import type { IntentSpec, Json, ToolCall } from '#core/environment/index.ts';
import { sameJson } from '#core/environment/index.ts';
import { spokenDate, TODAY } from '../calendar.ts';
import { isFlown, partsOf, type Direction } from '../journeys.ts';
import { changePrice, hopsOf } from '../pricing.ts';
import type { AirlineDb, Cabin, Reservation, Segment } from '../schema.ts';
import { flightsParameters } from '../tools/parameters.ts';
import {
  aboutReservation,
  cabinName,
  cityOf,
  flightsOf,
  methodIn,
  methodName,
  money,
  numbersOf,
  partIn,
  readFlights,
  reservationIn,
  valueOf,
  type Context,
} from './lookup.ts';
import { cabinIn, cabinSlot, dateSlot, destinationSlot } from './slots/choices.ts';
import { journeySlot } from './slots/journey.ts';
import { partSlot } from './slots/part.ts';
import { settlementSlot } from './slots/payment.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;
type Flights = readonly { readonly flight_number: string; readonly date: string }[];

const LAST = '2024-05-31';
const named = (segments: readonly Segment[]) =>
  segments.map(({ flight_number, date }) => ({ flight_number, date }));

/** Whether a part of a trip lies ahead. */
const isAhead = (reservation: Reservation, { db }: Context): boolean => {
  const parts = partsOf(reservation);
  const ahead = (part: readonly Segment[]) =>
    part.length > 0 && !part.some((segment) => isFlown(db, segment));
  return ahead(parts.outbound) || ahead(parts.return);
};
const allAhead = (reservation: Reservation, { db }: Context): boolean =>
  !reservation.flights.some((segment) => isFlown(db, segment));

const routeOf = (context: Context): readonly [string, string] => {
  const part = partIn(context);
  return [part[0]?.origin ?? '', part.at(-1)?.destination ?? ''];
};

/** The days between which a part of a trip can be moved without crossing the other part. */
function rangeOf(context: Context): readonly [string, string] {
  const reservation = reservationIn(context);
  if (reservation === undefined) return [TODAY, LAST];
  const parts = partsOf(reservation);
  const [first] = parts.return;
  return valueOf(context, 'part') === 'return'
    ? [[parts.outbound.at(-1)?.date ?? TODAY, TODAY].sort().at(-1) ?? TODAY, LAST]
    : [TODAY, first?.date ?? LAST];
}

/** The reservation's flights with one part of the trip replaced. */
function replaced(context: Context): Flights {
  const reservation = reservationIn(context);
  if (reservation === undefined) return [];
  const parts = partsOf(reservation);
  const fresh = flightsOf(context.values.journey);
  return valueOf(context, 'part') === 'return'
    ? [...named(parts.outbound), ...fresh]
    : [...fresh, ...named(parts.return)];
}

const updateCall = (context: Context, cabin: Cabin, flights: Flights): ToolCall => ({
  name: 'update_reservation_flights',
  arguments: {
    reservation_id: valueOf(context, 'reservation'),
    cabin,
    flights: flights.map((flight) => ({ ...flight })),
    payment_id: valueOf(context, 'payment'),
  },
});
const newFlightsCall = (context: Context) =>
  updateCall(context, reservationIn(context)?.cabin ?? 'economy', replaced(context));

function differenceQuote(context: Context, cabin: Cabin | undefined, flights: Flights) {
  const reservation = reservationIn(context);
  const amount =
    reservation === undefined || cabin === undefined
      ? undefined
      : changePrice(context.db, reservation, cabin, flights);
  if (amount === undefined) return [];
  const title = amount < 0 ? 'the amount you get back' : 'the amount you pay';
  return [{ key: 'difference', title, value: money(Math.abs(amount)), amount }];
}

const payingWith = (context: Context): string => {
  const method = methodIn(context);
  return method === undefined ? valueOf(context, 'payment') : methodName(method);
};

const newFlightsText = (context: Context): string => {
  const fresh = flightsOf(context.values.journey);
  return `${numbersOf(fresh)} on ${spokenDate(fresh[0]?.date ?? '')}`;
};

const journeyQuestion = ['Which flight would you like instead?', 'Which of these flights suits you?'];

/** What an update of flights replaces: exactly one part, by flights on the same route. */
function replacedPart(
  db: Context['db'],
  call: ToolCall,
): { reservation: Reservation; part: Direction; fresh: Flights; values: Record<string, Json> } | undefined {
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
  return {
    reservation,
    part,
    fresh,
    values: {
      reservation: reservation.reservation_id,
      part,
      journey: fresh.map((flight) => ({ ...flight })),
      payment: parsed.data.payment_id,
    },
  };
}

const changeDate: Intent = {
  id: 'change_date',
  title: 'Move a flight to another day',
  tool: 'update_reservation_flights',
  slots: [
    reservationSlot({ only: isAhead, foreign: true }),
    partSlot,
    dateSlot({
      question: ['To which day would you like to move it?', 'On which day would you like to fly instead?'],
      vague: ['another day'],
      route: routeOf,
      range: rangeOf,
      closed: true,
      except: (context) => partIn(context)[0]?.date,
    }),
    journeySlot({
      question: journeyQuestion,
      vague: ['a suitable flight'],
      route: routeOf,
      date: (context) => valueOf(context, 'date'),
      cabin: (context) => reservationIn(context)?.cabin,
      closed: true,
    }),
    settlementSlot,
  ],
  opening: [
    'I would like to move {part} of {reservation}[ to {date}].[ I would take {journey}.][ Any difference can go on {payment}.]',
    'Something came up, and I cannot travel as planned.[ I mean {reservation}.] Could you move {part}[ to {date}]?[ Please put me on {journey}.][ Use {payment} for the difference.]',
    'Can I change {part} of {reservation}[ to {date}]?[ I would like {journey}.][ Please settle the difference with {payment}.]',
    'I need another day for {part} of {reservation}[: {date}].[ The best for me would be {journey}.][ You can use {payment} if the price changes.]',
    'Please rebook {part} of {reservation}[ for {date}].[ I want {journey}.][ If there is something to pay or to get back, use {payment}.]',
  ],
  describe: (context) =>
    `move the ${valueOf(context, 'part')} flight of ${aboutReservation(context)} to ${newFlightsText(context)}, with the difference on the ${payingWith(context)}`,
  call: newFlightsCall,
  quotes: (context) => differenceQuote(context, reservationIn(context)?.cabin, replaced(context)),
  parse(db, call) {
    const found = replacedPart(db, call);
    const [first] = found?.fresh ?? [];
    if (found === undefined || first === undefined) return undefined;
    if (partsOf(found.reservation)[found.part][0]?.date === first.date) return undefined;
    return { userId: found.reservation.user_id, values: { ...found.values, date: first.date } };
  },
};

const changeTime: Intent = {
  id: 'change_time',
  title: 'Take another flight on the same day',
  tool: 'update_reservation_flights',
  slots: [
    reservationSlot({ only: isAhead, foreign: true }),
    partSlot,
    journeySlot({
      question: journeyQuestion,
      vague: ['another flight'],
      route: routeOf,
      date: (context) => partIn(context)[0]?.date ?? '',
      cabin: (context) => reservationIn(context)?.cabin,
      closed: true,
      except: (context) => partIn(context).map(({ flight_number }) => flight_number),
    }),
    settlementSlot,
  ],
  opening: [
    'I would like to change {part} of {reservation} to {journey} and keep the day.[ Any difference can go on {payment}.]',
    'The time of {part} does not suit me.[ It is about {reservation}.] Can I have {journey} on that day instead?[ Use {payment} for the difference.]',
    'Please switch {part} of {reservation} to {journey}. The day stays as it is.[ Settle the difference with {payment}, please.]',
    'Could you put me on {journey} that day rather than {part} I have?[ You will find it under {reservation}.][ The difference goes on {payment}.]',
    'I want a different time for {part} of {reservation} on that date: {journey}.[ My payment method for this is {payment}.]',
  ],
  describe: (context) =>
    `change the ${valueOf(context, 'part')} flight of ${aboutReservation(context)} to ${newFlightsText(context)}, with the difference on the ${payingWith(context)}`,
  call: newFlightsCall,
  quotes: (context) => differenceQuote(context, reservationIn(context)?.cabin, replaced(context)),
  parse(db, call) {
    const found = replacedPart(db, call);
    const [first] = found?.fresh ?? [];
    if (found === undefined || first === undefined) return undefined;
    if (partsOf(found.reservation)[found.part][0]?.date !== first.date) return undefined;
    return { userId: found.reservation.user_id, values: found.values };
  },
};

const changeDestination: Intent = {
  id: 'change_destination',
  title: 'Fly somewhere else instead',
  tool: 'update_reservation_flights',
  slots: [
    reservationSlot({
      only: (reservation, context) => reservation.flight_type === 'one_way' && allAhead(reservation, context),
    }),
    destinationSlot,
    journeySlot({
      question: journeyQuestion,
      vague: ['a suitable flight'],
      route: (context) => [reservationIn(context)?.origin ?? '', valueOf(context, 'destination')],
      date: (context) => reservationIn(context)?.flights[0]?.date ?? '',
      cabin: (context) => reservationIn(context)?.cabin,
    }),
    settlementSlot,
  ],
  opening: [
    'I no longer want to go where {reservation} takes me. Please change the destination to {destination}.[ I would take {journey}.][ The difference can go on {payment}.]',
    'Can you change {reservation} so that I end up in {destination}? The day stays.[ I would like {journey}.][ Use {payment} for the difference.]',
    'I have to be in {destination} now.[ It is about {reservation}.] Please change it, but keep the day.[ I want {journey}.][ My payment method is {payment}.]',
    'Please redirect {reservation} to {destination} and keep the date.[ The flight I want is {journey}.][ Settle the difference with {payment}.]',
    'Plans changed: instead of what I booked as {reservation}, I need to fly to {destination} that day.[ Put me on {journey}, please.][ Any difference goes on {payment}.]',
  ],
  describe: (context) =>
    `change the destination of ${aboutReservation(context)} to ${cityOf(valueOf(context, 'destination'))} with ${newFlightsText(context)}, and the difference on the ${payingWith(context)}`,
  call: newFlightsCall,
  parse(db, call) {
    const parsed = flightsParameters.safeParse(call.arguments);
    const reservation = parsed.success ? db.get('reservations', parsed.data.reservation_id) : undefined;
    if (!parsed.success || reservation?.flight_type !== 'one_way' || parsed.data.cabin !== reservation.cabin)
      return undefined;
    const end = hopsOf(db, parsed.data.flights)?.at(-1)?.flight.destination;
    if (end === undefined || end === reservation.destination) return undefined;
    return {
      userId: reservation.user_id,
      values: {
        reservation: reservation.reservation_id,
        destination: end,
        journey: parsed.data.flights,
        payment: parsed.data.payment_id,
      },
    };
  },
};

const keptFlights = (context: Context): Flights => named(reservationIn(context)?.flights ?? []);

const changeCabin: Intent = {
  id: 'change_cabin',
  title: 'Change the cabin',
  tool: 'update_reservation_flights',
  slots: [
    reservationSlot({
      only: ({ flights }) => flights.some(({ date }) => date > TODAY),
      foreign: true,
      hide: ['cabin'],
    }),
    cabinSlot(['Which cabin would you like instead?', 'To which cabin should I change it?'], true),
    settlementSlot,
  ],
  opening: [
    'I would like to change {reservation} to {cabin}.[ Any difference can go on {payment}.]',
    'Can you move everybody on {reservation} to {cabin}?[ Please use {payment} for the difference.]',
    'Please put {reservation} in {cabin} and keep the flights.[ Settle the difference with {payment}.]',
    'I want a different cabin for {reservation}[: {cabin}].[ Use {payment} if the price changes.]',
    'How about {cabin} for {reservation}? Please change it.[ The difference goes on {payment}.]',
  ],
  describe: (context) =>
    `change ${aboutReservation(context)} to ${cabinName(cabinIn(context) ?? 'economy')} with the same flights and the difference on the ${payingWith(context)}`,
  call: (context) => updateCall(context, cabinIn(context) ?? 'economy', keptFlights(context)),
  quotes: (context) => differenceQuote(context, cabinIn(context), keptFlights(context)),
  reads: (context) =>
    (reservationIn(context)?.flights ?? []).flatMap(({ origin, destination, date }) =>
      readFlights(origin, destination, date).slice(0, 1),
    ),
  parse(db, call) {
    const parsed = flightsParameters.safeParse(call.arguments);
    const reservation = parsed.success ? db.get('reservations', parsed.data.reservation_id) : undefined;
    if (!parsed.success || reservation === undefined) return undefined;
    const { cabin, flights, payment_id } = parsed.data;
    if (cabin === reservation.cabin || !sameJson(flights, named(reservation.flights))) return undefined;
    return {
      userId: reservation.user_id,
      values: { reservation: reservation.reservation_id, cabin, payment: payment_id },
    };
  },
};

/** What an upgrade would cost, without doing it. */
export const upgradeQuestion: Intent = {
  id: 'upgrade_price',
  title: 'Ask what a change of cabin would cost',
  slots: [
    reservationSlot({
      only: ({ flights, status }, context) =>
        status === null &&
        hopsOf(context.db, flights)?.every(({ day }) => day.status === 'available') === true,
      hide: ['cabin'],
    }),
    cabinSlot(['For which cabin would you like to know the price?'], true),
  ],
  opening: [
    'What would it cost in all to change {reservation} to {cabin}?',
    'Before I decide anything: how large is the difference in price if {reservation} goes to {cabin}, for everybody?',
    'I am thinking about {cabin} for {reservation}. What is the total difference in price?',
    'How much more or less would {reservation} cost in {cabin}, all passengers together?',
    'Could you work out the price difference between what I paid for {reservation} and {cabin}?',
  ],
  describe: (context) => `tell what a change of ${aboutReservation(context)} would cost`,
  answer(context) {
    const [quote] = differenceQuote(context, cabinIn(context), keptFlights(context));
    return quote === undefined
      ? []
      : [{ key: 'difference', title: 'the price difference', value: quote.value }];
  },
  reads: (context) => changeCabin.reads?.(context) ?? [],
};

/** Changes of flights and of the cabin. */
export const flightChanges: readonly Intent[] = [changeDate, changeTime, changeDestination, changeCabin];
