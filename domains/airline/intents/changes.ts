import type { IntentSpec, Json, ToolCall } from '#core/environment/index.ts';
import { sameJson } from '#core/environment/index.ts';
import { TODAY } from '../calendar.ts';
import type { AirlineDb, Person, Reservation } from '../schema.ts';
import { EXTRA_BAG, paidBags } from '../terms.ts';
import { bagsParameters, passengersParameters } from '../tools/parameters.ts';
import {
  aboutReservation,
  bagsText,
  fullName,
  methodIn,
  methodName,
  money,
  numberOf,
  personOf,
  reservationIn,
  userIn,
  valueOf,
  type Context,
} from './lookup.ts';
import { bagsSlot } from './slots/choices.ts';
import { settlementSlot } from './slots/payment.ts';
import { correctionSlot, newPersonSlot, passengerSlot } from './slots/people.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;

/** Trips that have not begun. */
const notBegun = ({ flights }: Reservation): boolean => flights.every(({ date }) => date > TODAY);
/** Trips of which at least the end lies ahead. */
const notOver = ({ flights }: Reservation): boolean => flights.some(({ date }) => date > TODAY);

/** The bags that have to be paid for once there are so many; what was paid before stays paid. */
function paidAfter(context: Context): number {
  const reservation = reservationIn(context);
  const user = userIn(context);
  if (reservation === undefined || user === undefined) return 0;
  const { cabin, passengers, nonfree_baggages } = reservation;
  const right = paidBags(user.membership, cabin, passengers.length, numberOf(context.values.bags));
  return Math.max(right, nonfree_baggages);
}

const addBags: Intent = {
  id: 'add_bags',
  title: 'Change the number of checked bags',
  tool: 'update_reservation_baggages',
  slots: [
    reservationSlot({ only: notOver, foreign: true }),
    bagsSlot(
      {
        title: 'number of checked bags',
        question: ['How many checked bags should there be in all?', 'How many bags will it be in total?'],
      },
      (context) => (reservationIn(context)?.total_baggages ?? 0) + 4,
      true,
    ),
    settlementSlot,
  ],
  opening: [
    'I want to travel with {bags} on {reservation}.[ If that costs anything, charge {payment}.]',
    'Please change the luggage on {reservation}[ to {bags}].[ You can charge {payment}.]',
    'Our luggage has changed.[ It is about {reservation}.] We need {bags} now.[ Please use {payment} for any fee.]',
    'Can you make it {bags} for {reservation}?[ The fee, if there is one, goes on {payment}.]',
    'For {reservation} I would like to have {bags}.[ Use {payment} if there is something to pay.]',
  ],
  describe(context) {
    const fee = quoteBags(context);
    const method = methodIn(context);
    const paid = method === undefined ? valueOf(context, 'payment') : methodName(method);
    return `change ${aboutReservation(context)} to ${bagsText(numberOf(context.values.bags))} in all, for ${money(fee)} on the ${paid}`;
  },
  call: (context) => ({
    name: 'update_reservation_baggages',
    arguments: {
      reservation_id: valueOf(context, 'reservation'),
      total_baggages: numberOf(context.values.bags),
      nonfree_baggages: paidAfter(context),
      payment_id: valueOf(context, 'payment'),
    },
  }),
  quotes(context) {
    const amount = quoteBags(context);
    return [{ key: 'fee', title: 'the fee for the bags', value: money(amount), amount }];
  },
  parse(db, { arguments: args }) {
    const parsed = bagsParameters.safeParse(args);
    const reservation = parsed.success ? db.get('reservations', parsed.data.reservation_id) : undefined;
    if (!parsed.success || reservation === undefined) return undefined;
    const { reservation_id, total_baggages, payment_id } = parsed.data;
    return {
      userId: reservation.user_id,
      values: { reservation: reservation_id, bags: total_baggages, payment: payment_id },
    };
  },
};

const quoteBags = (context: Context): number =>
  EXTRA_BAG * Math.max(0, paidAfter(context) - (reservationIn(context)?.nonfree_baggages ?? 0));

const passengersCall = (context: Context, passengers: readonly Person[]): ToolCall => ({
  name: 'update_reservation_passengers',
  arguments: {
    reservation_id: valueOf(context, 'reservation'),
    passengers: passengers.map((person) => ({ ...person })),
  },
});

/** The passengers with one of them replaced, or left out. */
function without(context: Context, instead: Person | undefined): Person[] {
  const out = context.values.passenger ?? null;
  return (reservationIn(context)?.passengers ?? []).flatMap((person) => {
    if (!sameJson({ ...person }, out)) return [person];
    return instead === undefined ? [] : [instead];
  });
}

const nameIn = ({ values }: Context, slot: string): string => {
  const person = personOf(values[slot]);
  return person === undefined ? 'the passenger' : fullName(person);
};

interface Update {
  readonly reservation: Reservation;
  readonly removed: readonly Person[];
  readonly added: readonly Person[];
}

/** What an update of passengers takes away and puts in. */
function updateBehind(db: Context['db'], { arguments: args }: ToolCall): Update | undefined {
  const parsed = passengersParameters.safeParse(args);
  const reservation = parsed.success ? db.get('reservations', parsed.data.reservation_id) : undefined;
  if (!parsed.success || reservation === undefined) return undefined;
  const before = reservation.passengers;
  const after = parsed.data.passengers;
  const lacks = (list: readonly Person[]) => (one: Person) =>
    !list.some((other) => sameJson({ ...other }, { ...one }));
  return { reservation, removed: before.filter(lacks(after)), added: after.filter(lacks(before)) };
}

/** One name or the date of birth was wrong: the rest tells that it is the same person. */
function isCorrection(old: Person, fresh: Person): boolean {
  const same = (['first_name', 'last_name', 'dob'] as const).filter((field) => old[field] === fresh[field]);
  return (
    same.length === 2 ||
    (same.length === 1 && same[0] !== 'last_name' && old.dob.slice(0, 7) === fresh.dob.slice(0, 7))
  );
}

function parseUpdate(
  wanted: (update: Update) => Record<string, Json> | undefined,
): NonNullable<Intent['parse']> {
  return (db, call) => {
    const update = updateBehind(db, call);
    const found = update === undefined ? undefined : wanted(update);
    if (update === undefined || found === undefined) return undefined;
    const { reservation } = update;
    return { userId: reservation.user_id, values: { reservation: reservation.reservation_id, ...found } };
  };
}

const replacePassenger: Intent = {
  id: 'replace_passenger',
  title: 'Let somebody else travel',
  tool: 'update_reservation_passengers',
  slots: [reservationSlot({ only: notBegun, foreign: true }), passengerSlot, newPersonSlot],
  opening: [
    'On {reservation}, somebody else will travel instead of {passenger}[: {person}].',
    'Please take {passenger} off {reservation} and put in {person} instead.',
    'One of the tickets of {reservation} should go to another person.[ It is the one of {passenger}.][ The new passenger is {person}.]',
    'Sadly {passenger} cannot come along on {reservation}. Please give the seat to {person}.',
    'I need to replace {passenger} on {reservation}.[ The seat goes to {person}.]',
  ],
  describe: (context) =>
    `replace ${nameIn(context, 'passenger')} by ${nameIn(context, 'person')} (born ${personOf(context.values.person)?.dob ?? ''}) on ${aboutReservation(context)}`,
  call: (context) => passengersCall(context, without(context, personOf(context.values.person))),
  parse: parseUpdate(({ removed: [out, ...moreOut], added: [fresh, ...moreIn] }) =>
    out === undefined || fresh === undefined || moreOut.length + moreIn.length > 0 || isCorrection(out, fresh)
      ? undefined
      : { passenger: { ...out }, person: { ...fresh } },
  ),
};

const correctPassenger: Intent = {
  id: 'correct_passenger',
  title: 'Correct the details of a passenger',
  tool: 'update_reservation_passengers',
  slots: [reservationSlot({ only: notBegun, foreign: true }), passengerSlot, correctionSlot],
  opening: [
    'There is a mistake in the passenger details of {reservation}.[ It is about {passenger}.][ It should be {correction}.]',
    'Please correct the details of {passenger} on {reservation}.[ The right ones are {correction}.]',
    'I got the details of {passenger} wrong when I booked {reservation}.[ Please make that {correction}.]',
    'The passport does not match what I entered for {passenger} on {reservation}.[ It has to be {correction}.]',
    'Can you fix an entry for me? On {reservation}, {passenger} should read {correction}.',
  ],
  describe: (context) =>
    `correct ${nameIn(context, 'passenger')} to ${nameIn(context, 'correction')} (born ${personOf(context.values.correction)?.dob ?? ''}) on ${aboutReservation(context)}`,
  call: (context) => passengersCall(context, without(context, personOf(context.values.correction))),
  parse: parseUpdate(({ removed: [out, ...moreOut], added: [fresh, ...moreIn] }) =>
    out !== undefined &&
    fresh !== undefined &&
    moreOut.length + moreIn.length === 0 &&
    isCorrection(out, fresh)
      ? { passenger: { ...out }, correction: { ...fresh } }
      : undefined,
  ),
};

const addPassenger: Intent = {
  id: 'add_passenger',
  title: 'Add a passenger',
  tool: 'update_reservation_passengers',
  slots: [reservationSlot({ only: notBegun }), newPersonSlot],
  opening: [
    'I would like to add a passenger to {reservation}[: {person}].',
    'One more person is coming along on {reservation}.[ It is {person}.]',
    'Please put {person} on {reservation} as well.',
    'Can {person} still join us on {reservation}? Please add them.',
    'We will be one more on {reservation} than I booked.[ Please add {person}.]',
  ],
  describe: (context) => `add ${nameIn(context, 'person')} to ${aboutReservation(context)}`,
  call(context) {
    const person = personOf(context.values.person);
    const before = reservationIn(context)?.passengers ?? [];
    return passengersCall(context, person === undefined ? before : [...before, person]);
  },
  parse: parseUpdate(({ removed, added: [fresh, ...more] }) =>
    removed.length + more.length > 0 || fresh === undefined ? undefined : { person: { ...fresh } },
  ),
};

const dropPassenger: Intent = {
  id: 'drop_passenger',
  title: 'Take a passenger off a reservation',
  tool: 'update_reservation_passengers',
  slots: [reservationSlot({ only: (one) => notBegun(one) && one.passengers.length > 1 }), passengerSlot],
  opening: [
    'Please take {passenger} off {reservation}. Everybody else still travels.',
    'On {reservation}, {passenger} is not coming. Can you remove just that ticket?',
    'I need to cancel the seat of {passenger} on {reservation}, and only that one.',
    'One person less on {reservation}, please: {passenger} stays at home.',
    'Can you remove {passenger} from {reservation} and refund that part?',
  ],
  describe: (context) => `take ${nameIn(context, 'passenger')} off ${aboutReservation(context)}`,
  call: (context) => passengersCall(context, without(context, undefined)),
  parse: parseUpdate(({ removed: [out, ...more], added }) =>
    out === undefined || more.length + added.length > 0 ? undefined : { passenger: { ...out } },
  ),
};

/** Changes of bags and passengers. */
export const otherChanges: readonly Intent[] = [
  addBags,
  replacePassenger,
  correctPassenger,
  addPassenger,
  dropPassenger,
];
