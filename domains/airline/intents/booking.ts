import type { IntentSpec, Json, SlotSpec, ToolCall } from '#core/environment/index.ts';
import { END, spokenDate, TODAY, TOMORROW } from '../calendar.ts';
import { partsOf } from '../journeys.ts';
import { hopsOf, priceOf, splitPayments } from '../pricing.ts';
import type { AirlineDb } from '../schema.ts';
import { paidBags } from '../terms.ts';
import { bookingParameters, type Booking } from '../tools/parameters.ts';
import {
  bagsText,
  cabinName,
  cityOf,
  flightsOf,
  fullName,
  listed,
  methodLabel,
  money,
  numberOf,
  numbersOf,
  peopleOf,
  userIn,
  valueOf,
  type Context,
} from './lookup.ts';
import {
  bagsSlot,
  cabinIn,
  cabinSlot,
  dateSlot,
  destinationSlot,
  insuranceSlot,
  originSlot,
} from './slots/choices.ts';
import { journeySlot } from './slots/journey.ts';
import { planSlot } from './slots/payment.ts';
import { partySlot } from './slots/people.ts';

type Intent = IntentSpec<AirlineDb>;

const there = (context: Context) => [valueOf(context, 'origin'), valueOf(context, 'destination')] as const;
const back = (context: Context) => [valueOf(context, 'destination'), valueOf(context, 'origin')] as const;
const arrival = (context: Context) => flightsOf(context.values.journey).at(-1)?.date ?? TODAY;

const cabin = cabinSlot(['Which cabin would you like?', 'In which cabin would you like to fly?'], false);
const date = dateSlot({
  question: ['On which day would you like to fly?', 'When would you like to leave?'],
  vague: ['some day soon'],
  route: there,
  range: () => [TOMORROW, END],
});
/** By number a flight would tell its route, which a user may hold back. */
const byTime = (slot: SlotSpec<AirlineDb>): SlotSpec<AirlineDb> => ({
  ...slot,
  referBy: slot.referBy.filter((names) => !names.includes('numbers')),
});

const journey = byTime(
  journeySlot({
    question: ['Which flight would you like?', 'Which of these flights suits you best?'],
    vague: ['one of the flights'],
    route: there,
    date: (context) => valueOf(context, 'date'),
    cabin: cabinIn,
  }),
);
const returnDate = dateSlot({
  name: 'return_date',
  question: ['When would you like to fly back?', 'On which day would you like to come back?'],
  vague: ['some days later'],
  route: back,
  range: (context) => [arrival(context), END],
});
const returnJourney = byTime(
  journeySlot({
    name: 'return_journey',
    question: ['Which flight back would you like?', 'Which of these flights back suits you best?'],
    vague: ['one of the flights'],
    route: back,
    date: (context) => valueOf(context, 'return_date'),
    cabin: cabinIn,
  }),
);
const bags = bagsSlot(
  {
    title: 'number of checked bags',
    question: ['How many bags will be checked?', 'How many checked bags do you need?'],
  },
  ({ values }) => Math.min(6, peopleOf(values.passengers).length + 3),
  false,
);
const payment = planSlot((context) => priceOf(context.db, unpaid(context)));
const lastSlots = [partySlot, bags, insuranceSlot, payment];

/** A booking without its payments. */
function unpaid(context: Context): Omit<Booking, 'payment_methods'> {
  const { values, userId } = context;
  const passengers = peopleOf(values.passengers);
  const cabinClass = cabinIn(context) ?? 'economy';
  const total_baggages = numberOf(values.bags);
  const membership = userIn(context)?.membership ?? 'regular';
  return {
    user_id: userId,
    origin: valueOf(context, 'origin'),
    destination: valueOf(context, 'destination'),
    flight_type: values.return_journey === undefined ? 'one_way' : 'round_trip',
    cabin: cabinClass,
    flights: [...flightsOf(values.journey), ...flightsOf(values.return_journey)],
    passengers,
    total_baggages,
    nonfree_baggages: paidBags(membership, cabinClass, passengers.length, total_baggages),
    insurance: values.insurance === 'yes' ? 'yes' : 'no',
  };
}

const idsIn = ({ values }: Context): string[] =>
  Array.isArray(values.payment)
    ? values.payment.filter((id: Json): id is string => typeof id === 'string')
    : [];

function bookingFor(context: Context): Booking {
  const booking = unpaid(context);
  const user = userIn(context);
  const total = priceOf(context.db, booking);
  const ids = idsIn(context);
  const payment_methods = user === undefined || total === undefined ? [] : splitPayments(user, ids, total);
  const { total_baggages, nonfree_baggages, insurance, ...before } = booking;
  return { ...before, payment_methods, total_baggages, nonfree_baggages, insurance };
}

const callFor = (booking: Booking): ToolCall => ({ name: 'book_reservation', arguments: booking });

/** The order in which people and payments are listed says nothing. */
function otherOrders(booking: Booking): ToolCall[] {
  const orders = permutations(booking.passengers).flatMap((passengers) =>
    permutations(booking.payment_methods).map((payment_methods) => ({
      ...booking,
      passengers,
      payment_methods,
    })),
  );
  return orders.slice(1, MOST_ORDERS).map(callFor);
}

const MOST_ORDERS = 8;

/** Every order of a list, the list itself first. */
function permutations<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  if (list.length > 4) return [[...list]];
  return list.flatMap((first, i) =>
    permutations([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}

function describeBooking(context: Context, kind: string): string {
  const booking = bookingFor(context);
  const own = Object.values(userIn(context)?.payment_methods ?? {});
  const paid = booking.payment_methods.map(({ payment_id, amount }) => {
    const method = own.find(({ id }) => id === payment_id);
    return `${money(amount)} with the ${method === undefined ? payment_id : methodLabel(method, own)}`;
  });
  const insured = booking.insurance === 'yes' ? 'travel insurance' : 'no travel insurance';
  const on = [...new Set(booking.flights.map((flight) => spokenDate(flight.date)))];
  return (
    `book a ${kind} trip from ${cityOf(booking.origin)} to ${cityOf(booking.destination)} on ${listed(on)} in ${cabinName(booking.cabin)} ` +
    `(${numbersOf(booking.flights)}) for ${listed(booking.passengers.map(fullName))}, with ${bagsText(booking.total_baggages)} and ${insured}, paid ${listed(paid)}`
  );
}

function quoteFor(context: Context) {
  const total = priceOf(context.db, unpaid(context));
  return total === undefined
    ? []
    : [{ key: 'total', title: 'the total price', value: money(total), amount: total }];
}

/** The slots behind a booking of one of the two kinds. */
function valuesBehind(
  db: Context['db'],
  call: ToolCall,
  type: Booking['flight_type'],
): { userId: string; values: Record<string, Json> } | undefined {
  const parsed = bookingParameters.safeParse(call.arguments);
  if (!parsed.success || parsed.data.flight_type !== type) return undefined;
  const booking = parsed.data;
  const hops = hopsOf(db, booking.flights);
  if (hops === undefined) return undefined;
  const flights = hops.map(({ flight, date: day }) => ({
    flight_number: flight.flight_number,
    date: day,
    origin: flight.origin,
    destination: flight.destination,
    price: 0,
  }));
  const parts = partsOf({ flights, flight_type: type, destination: booking.destination });
  const named = (part: typeof parts.outbound) =>
    part.map(({ flight_number, date: day }) => ({ flight_number, date: day }));
  return {
    userId: booking.user_id,
    values: {
      origin: booking.origin,
      destination: booking.destination,
      cabin: booking.cabin,
      date: parts.outbound[0]?.date ?? '',
      journey: named(parts.outbound),
      ...(type === 'round_trip'
        ? { return_date: parts.return[0]?.date ?? '', return_journey: named(parts.return) }
        : {}),
      passengers: booking.passengers,
      bags: booking.total_baggages,
      insurance: booking.insurance,
      payment: booking.payment_methods.map(({ payment_id }) => payment_id),
    },
  };
}

function bookingIntent(
  id: string,
  title: string,
  type: Booking['flight_type'],
  slots: readonly SlotSpec<AirlineDb>[],
  opening: readonly string[],
): Intent {
  return {
    id,
    title,
    tool: 'book_reservation',
    slots: [originSlot, destinationSlot, cabin, date, journey, ...slots, ...lastSlots],
    opening,
    describe: (context) => describeBooking(context, type === 'one_way' ? 'one-way' : 'round'),
    call: (context) => callFor(bookingFor(context)),
    equivalentCalls: (context) => otherOrders(bookingFor(context)),
    quotes: quoteFor,
    parse: (db, call) => valuesBehind(db, call, type),
  };
}

/** Bookings of new trips. */
export const bookings: readonly Intent[] = [
  bookingIntent(
    'book_one_way',
    'Book a one-way trip',
    'one_way',
    [],
    [
      'I would like to book a one-way trip[ from {origin}][ to {destination}][ on {date}][, in {cabin}].[ I would take {journey}.][ I need {passengers}.][ Please include {bags}.][ I want {insurance}.][ You can charge {payment}.]',
      'I have to get[ from {origin}] to {destination}[ on {date}], one way.[ I prefer {cabin}.][ Please take {journey}.][ Book {passengers}, please.][ I will have {bags}.][ Make it with {insurance}.][ Please use {payment}.]',
      'Can you book me a flight[ from {origin}][ to {destination}][ for {date}]? It is one way[, in {cabin}].[ The best for me is {journey}.][ Please make it {passengers}.][ There will be {bags}.][ I would like {insurance}.][ I am paying with {payment}.]',
      'Please book a one-way flight[ from {origin}] to {destination}[; I want to leave on {date}].[ I would like {cabin}.][ Choose {journey}, please.][ I need {passengers}.][ Add {bags}.][ I want {insurance} with it.][ Charge {payment}.]',
      'I am planning a one-way trip to {destination}[, starting from {origin}][, on {date}].[ It should be in {cabin}.][ I picked {journey}.][ I need {passengers}.][ There will be {bags}.][ I would like to have {insurance}.][ Payment comes from {payment}.]',
    ],
  ),
  bookingIntent(
    'book_round_trip',
    'Book a round trip',
    'round_trip',
    [returnDate, returnJourney],
    [
      'I would like to book a round trip[ from {origin}][ to {destination}][, leaving on {date}][ and coming back on {return_date}][, in {cabin}].[ On the way there I would take {journey}.][ On the way back I would take {return_journey}.][ I need {passengers}.][ Please include {bags}.][ I want {insurance}.][ You can charge {payment}.]',
      'I need a round trip[ from {origin}] to {destination}.[ I leave on {date}.][ I return on {return_date}.][ I prefer {cabin}.][ Please take {journey} on the way out.][ For the return I want {return_journey}.][ Book {passengers}, please.][ I will have {bags}.][ Make it with {insurance}.][ Please use {payment}.]',
      'Can you book me a trip[ from {origin}] to {destination} and back[, in {cabin}]?[ The outbound day is {date}.][ The return day is {return_date}.][ Going there, I want {journey}.][ Going home, I want {return_journey}.][ Please make it {passengers}.][ There will be {bags}.][ I would like {insurance}.][ I am paying with {payment}.]',
      'Please book a round trip[ from {origin}] to {destination}[; I want to leave on {date}][ and be back on {return_date}].[ I would like {cabin}.][ For the outbound part choose {journey}.][ For the way back choose {return_journey}.][ I need {passengers}.][ Add {bags}.][ I want {insurance} with it.][ Charge {payment}.]',
      'I am planning a trip to {destination}[, starting from {origin}], and I need both ways.[ Out on {date}.][ Back on {return_date}.][ It should be in {cabin}.][ I picked {journey} to get there.][ I picked {return_journey} to come home.][ I need {passengers}.][ There will be {bags}.][ I would like to have {insurance}.][ Payment comes from {payment}.]',
    ],
  ),
];
