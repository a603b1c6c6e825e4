import { sameJson, type IntentSpec } from '#core/environment/index.ts';
import { TODAY } from '../calendar.ts';
import {} from '../journeys.ts';
import { hopsOf } from '../pricing.ts';
import type { AirlineDb } from '../schema.ts';
import { flightsParameters } from '../tools/parameters.ts';
import {
  allAhead,
  differenceQuote,
  isAhead,
  keptFlights,
  named,
  newFlightsCall,
  newFlightsText,
  payingWith,
  rangeOf,
  replaced,
  replacedPart,
  routeOf,
  updateCall,
} from './flightChange.ts';
import {
  aboutReservation,
  cabinName,
  cityOf,
  partIn,
  readFlights,
  reservationIn,
  valueOf,
} from './lookup.ts';
import { cabinIn, cabinSlot, dateSlot, destinationSlot } from './slots/choices.ts';
import { journeySlot } from './slots/journey.ts';
import { partSlot } from './slots/part.ts';
import { settlementSlot } from './slots/payment.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;

const journeyQuestion = ['Which flight would you like instead?', 'Which of these flights suits you?'];

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
    if (found === undefined || found.sameDay) return undefined;
    return { userId: found.reservation.user_id, values: { ...found.values, date: found.date } };
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
    return found?.sameDay ? { userId: found.reservation.user_id, values: found.values } : undefined;
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
