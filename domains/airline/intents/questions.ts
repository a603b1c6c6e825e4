import type { Fact, IntentSpec } from '#core/environment/index.ts';
import { END, TOMORROW } from '../calendar.ts';
import { statusOf } from '../journeys.ts';
import type { AirlineDb } from '../schema.ts';
import { freeBags } from '../terms.ts';
import {
  aboutReservation,
  cabinName,
  cityOf,
  flightsOf,
  journeyOf,
  methodIn,
  money,
  read,
  readUser,
  textOf,
  readStatus,
  reservationIn,
  userIn,
  valueOf,
  type Context,
} from './lookup.ts';
import { cabinIn, cabinSlot, dateSlot, directDestinationSlot, originSlot } from './slots/choices.ts';
import { upgradeQuestion } from './flights.ts';
import { journeySlot } from './slots/journey.ts';
import { segmentSlot } from './slots/part.ts';
import { settlementSlot } from './slots/payment.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;
const fact = (key: string, title: string, value: string): Fact => ({ key, title, value });

/** The flight that a question is about; one that nobody knows while that is open. */
const segmentIn = ({ values }: Context): { flight_number: string; date: string } =>
  flightsOf([values.segment ?? null])[0] ?? { flight_number: '', date: '' };

const fareCabin = cabinSlot(['In which cabin?', 'Which cabin are you interested in?'], false);
const fareDate = dateSlot({
  question: ['On which day?', 'Which day do you have in mind?'],
  vague: ['a certain day'],
  route: (context) => [valueOf(context, 'origin'), valueOf(context, 'destination')],
  range: () => [TOMORROW, END],
  direct: true,
});
/** Bookable direct flights of the route and day that a question is about. */
function directFlights(context: Context) {
  const [from, to, date] = [
    valueOf(context, 'origin'),
    valueOf(context, 'destination'),
    valueOf(context, 'date'),
  ];
  return [...context.db.rows('flights')].flatMap((flight) => {
    const day = flight.origin === from && flight.destination === to ? flight.dates[date] : undefined;
    return day?.status === 'available' ? [day] : [];
  });
}
const readDirect = (context: Context) =>
  read('search_direct_flight', {
    origin: valueOf(context, 'origin'),
    destination: valueOf(context, 'destination'),
    date: valueOf(context, 'date'),
  });

/** What users want to know. */
export const questions: readonly Intent[] = [
  {
    id: 'flight_status',
    title: 'Ask how a flight stands',
    slots: [
      reservationSlot({
        only: ({ flights, status }, { db }) =>
          status === null && flights.some((segment) => statusOf(db, segment) !== 'available'),
      }),
      {
        ...segmentSlot,
        // How a flight stands that is open for booking goes without saying.
        candidates: (context) =>
          segmentSlot.candidates(context).filter(({ value }) => {
            const [segment] = flightsOf([value]);
            return segment !== undefined && statusOf(context.db, segment) !== 'available';
          }),
      },
    ],
    opening: [
      'Can you tell me how {segment} stands?[ It belongs to {reservation}.]',
      'I would like to know the status of {segment}[ on {reservation}].',
      'What is going on with {segment}[ of {reservation}]? I want to know its status.',
      '[It is about {reservation}. ]What is the current status of {segment}?',
      'Please look up the status of {segment}[; you will find it under {reservation}].',
    ],
    describe: () => 'look up how the flight stands',
    answer: (context) => {
      const status = statusOf(context.db, segmentIn(context));
      return status === undefined ? [] : [fact('status', 'the status', status)];
    },
    reads: (context) => [readStatus(segmentIn(context))],
  },
  {
    id: 'free_bags',
    title: 'Ask how many checked bags are free',
    slots: [reservationSlot()],
    opening: [
      'How many checked bags are free on {reservation}, for all of us together?',
      'What is the total number of bags that I can check on {reservation} without paying?',
      'Before I pack: how many bags in all can be checked free of charge on {reservation}?',
      'Could you tell me the number of free checked bags on {reservation}, counting every passenger?',
      'I want to know how much luggage is included in {reservation}. How many checked bags is that in total?',
    ],
    describe: (context) => `tell how many checked bags are free on ${aboutReservation(context)}`,
    answer(context) {
      const reservation = reservationIn(context);
      const user = userIn(context);
      if (reservation === undefined || user === undefined) return [];
      const count = freeBags(user.membership, reservation.cabin, reservation.passengers.length);
      return [fact('free_bags', 'the number of free checked bags', String(count))];
    },
    reads: (context) => [readUser(context)],
  },
  {
    id: 'price_paid',
    title: 'Ask what a trip cost',
    slots: [reservationSlot({ only: ({ status }) => status === null })],
    opening: [
      'How much did I pay in total for {reservation}?',
      'I need the total amount that I paid for {reservation}, for my records.',
      'What did {reservation} cost me in all?',
      'Could you look up the total price of {reservation}?',
      'My bank wants to know what I was charged for {reservation}. What is the sum?',
    ],
    describe: (context) => `tell what ${aboutReservation(context)} cost`,
    answer(context) {
      const paid = reservationIn(context)?.payment_history.reduce((sum, { amount }) => sum + amount, 0);
      return paid === undefined ? [] : [fact('total', 'the total', money(paid))];
    },
  },
  {
    id: 'balance',
    title: 'Ask what a gift card or a certificate holds',
    slots: [
      {
        ...settlementSlot,
        question: ['Which gift card or certificate do you mean?'],
        vague: ['one of my gift cards'],
        candidates: (context) =>
          settlementSlot.candidates(context).filter(({ value }) => {
            const method = userIn(context)?.payment_methods[textOf(value)];
            return method !== undefined && method.source !== 'credit_card';
          }),
        // Not by the amount: that is what is asked for, and a certificate's name tells it.
        referBy: [['source'], ['source', 'ending']],
      },
    ],
    opening: [
      'How much is left on {payment}?',
      'Could you check the balance of {payment}?',
      'What is {payment} worth right now?',
      'I want to know how much money {payment} still has.',
      'Before I book anything: what is the balance of {payment}?',
    ],
    describe: () => 'tell what it holds',
    answer(context) {
      const method = methodIn(context);
      return method === undefined || method.source === 'credit_card'
        ? []
        : [fact('balance', 'the balance', money(method.amount))];
    },
  },
  {
    id: 'membership',
    title: 'Ask for the membership level',
    slots: [],
    opening: [
      'Which membership level do I have?',
      'Could you tell me what my membership level is at the moment?',
      'I am not sure which kind of member I am. Can you look it up?',
      'What does my profile say about my membership?',
      'Please tell me my current membership level.',
    ],
    describe: () => 'tell your membership level',
    answer(context) {
      const user = userIn(context);
      return user === undefined ? [] : [fact('membership', 'your membership', user.membership)];
    },
    reads: (context) => [readUser(context)],
  },
  {
    id: 'lowest_fare',
    title: 'Ask for the lowest fare',
    slots: [originSlot, directDestinationSlot, fareCabin, fareDate],
    opening: [
      'What is the lowest fare for a direct flight[ from {origin}][ to {destination}][ on {date}][ in {cabin}]? It is for one person.',
      'I am comparing prices. How much is the cheapest direct flight[ from {origin}][ to {destination}][ on {date}], one seat[ in {cabin}]?',
      'How cheaply can one person fly[ from {origin}][ to {destination}] without a change of planes[ on {date}][, in {cabin}]?',
      'For a direct flight[ from {origin}][ to {destination}][ in {cabin}], what is the least I would pay per person?[ The day is {date}.]',
      'Could you find out what the cheapest seat[ in {cabin}][ from {origin}][ to {destination}] costs[ on {date}]? Only direct flights, please.',
    ],
    describe: (context) =>
      `look up the lowest fare from ${cityOf(valueOf(context, 'origin'))} to ${cityOf(valueOf(context, 'destination'))} in ${cabinName(cabinIn(context) ?? 'economy')}`,
    answer(context) {
      const cabin = cabinIn(context) ?? 'economy';
      const fares = directFlights(context).flatMap((day) => day.prices[cabin] ?? []);
      return fares.length === 0 ? [] : [fact('fare', 'the lowest fare', money(Math.min(...fares)))];
    },
    reads: (context) => [readDirect(context)],
  },
  {
    id: 'free_seats',
    title: 'Ask how many seats are left',
    slots: [
      originSlot,
      directDestinationSlot,
      fareCabin,
      fareDate,
      {
        ...journeySlot({
          question: ['Which flight do you mean?'],
          vague: ['one of the direct flights'],
          route: (context) => [valueOf(context, 'origin'), valueOf(context, 'destination')],
          date: (context) => valueOf(context, 'date'),
          cabin: cabinIn,
          direct: true,
        }),
        referBy: [['departure']],
      },
    ],
    opening: [
      'How many seats[ in {cabin}] are left on {journey}[ from {origin}][ to {destination}][ on {date}]?',
      'I may need several seats on a direct flight[ from {origin}][ to {destination}][ on {date}]. How many are free on {journey}[, in {cabin}]?',
      'Could you check {journey}[ from {origin}][ to {destination}][ on {date}]? I want to know the number of free seats[ in {cabin}].',
      'We are a group and are looking at {journey}[ from {origin}][ to {destination}][ on {date}]. How many seats does it still have[ in {cabin}]?',
      'For {journey}[ from {origin}][ to {destination}][ on {date}], how many seats can still be booked[ in {cabin}]?',
    ],
    describe: () => 'tell how many seats are left',
    answer(context) {
      const cabin = cabinIn(context) ?? 'economy';
      const [hop] = journeyOf(context, context.values.journey);
      if (hop?.day.status !== 'available') return [];
      const seats = hop.day.available_seats[cabin];
      return seats === undefined ? [] : [fact('seats', 'the number of free seats', String(seats))];
    },
    reads: (context) => [readDirect(context)],
  },
  upgradeQuestion,
];
