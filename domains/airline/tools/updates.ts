import { z } from 'zod';
import { ToolError, type Draft, type Json, type View } from '#core/environment/index.ts';
import { items, minus, modelsIn, noAttribute, str } from '../../tau2/index.ts';
import { certificate, flightInfo, passenger } from '../models.ts';
import type { AirlineDb, Reservation, Segment } from '../schema.ts';
import { compensationFor } from '../pricing.ts';
import { EXTRA_BAG, paidBags } from '../terms.ts';
import { getBookable, getFlight, getReservation, getUser, settle, tool } from './lookup.ts';
import {
  bagsParameters,
  certificateParameters,
  flightsParameters,
  passengersParameters,
  reservationId,
} from './parameters.ts';

const showsReservation = (_db: unknown, { reservation_id }: { reservation_id: string }) => [
  { table: 'reservations', id: reservation_id },
];

/** The ids that compensation certificates get: the reference knows no more than these. */
const CERTIFICATES = ['certificate_3221322', 'certificate_3221323', 'certificate_3221324'];

/** Writes on what exists. */
export const updates = [
  tool({
    name: 'cancel_reservation',
    description:
      'Cancels a whole reservation and refunds every payment to where it came from. Does not check whether it may be cancelled: that has to be done before. Needs an explicit yes of the user to the details.',
    kind: 'write',
    parameters: z.strictObject({ reservation_id: reservationId }),
    execute(db, { reservation_id }) {
      getReservation(db, reservation_id);
      return db.update('reservations', reservation_id, (row) => {
        const refunds = row.payment_history.map(({ payment_id, amount }) => ({
          payment_id,
          amount: 0 - amount,
        }));
        row.payment_history.push(...refunds);
        row.status = 'cancelled';
      });
    },
    shows: showsReservation,
  }),
  tool({
    name: 'update_reservation_flights',
    description:
      'Replaces the flights of a reservation, its cabin, or both, and settles the price difference. Flights that stay keep the price they were bought for, unless the cabin changes. Does not check the rules for changes: that has to be done before. Needs an explicit yes of the user to the details.',
    kind: 'write',
    parameters: flightsParameters,
    execute: changeFlights,
    loosely(db, { flights: given, ...args }) {
      const wanted = modelsIn(flightInfo, given);
      if (wanted !== undefined) return changeFlights(db, { ...args, flights: wanted });
      getUser(db, getReservation(db, args.reservation_id).user_id);
      throw noAttribute(items(given)[0] ?? null, 'flight_number');
    },
    shows: showsReservation,
  }),
  tool({
    name: 'update_reservation_baggages',
    description:
      'Sets the number of checked bags of a reservation and charges 50 dollars for every bag more that is not free. Needs an explicit yes of the user to the details.',
    kind: 'write',
    parameters: bagsParameters,
    execute: changeBags,
    loosely: changeBags,
    computed(db, { reservation_id, total_baggages }) {
      const reservation = db.get('reservations', reservation_id);
      const user = reservation === undefined ? undefined : db.get('users', reservation.user_id);
      if (reservation === undefined || user === undefined) return {};
      const { cabin, passengers } = reservation;
      return { nonfree_baggages: paidBags(user.membership, cabin, passengers.length, total_baggages) };
    },
    shows: showsReservation,
  }),
  tool({
    name: 'update_reservation_passengers',
    description:
      'Replaces the passengers of a reservation by the same number of passengers. Needs an explicit yes of the user to the details.',
    kind: 'write',
    parameters: passengersParameters,
    execute: changePassengers,
    loosely: (db, { reservation_id, passengers: people }) =>
      changePassengers(db, { reservation_id, passengers: modelsIn(passenger, people) ?? people }),
    shows: showsReservation,
  }),
  tool({
    name: 'send_certificate',
    description:
      "Puts a travel certificate into a user's profile, as compensation. Does not check whether the policy allows one: that has to be done before.",
    kind: 'write',
    parameters: certificateParameters,
    execute: sendCertificate,
    loosely: sendCertificate,
    // So many dollars for each passenger of one of the user's reservations.
    computed(db, { user_id, amount }) {
      const own = (db.get('users', user_id)?.reservations ?? []).flatMap(
        (id) => db.get('reservations', id) ?? [],
      );
      const worth = own.flatMap((one) => [
        compensationFor(one, 'cancelled'),
        compensationFor(one, 'delayed'),
      ]);
      return worth.includes(amount) ? { amount } : {};
    },
    shows: (_db, { user_id }) => [{ table: 'users', id: user_id }],
  }),
];

// What follows runs on arguments of wrong types as well, and checks no more of them than the reference does: what is
// only kept is kept as it came, even where the row's own schema would not take it.

type Db = Draft<AirlineDb>;

function changeFlights(
  db: Db,
  args: {
    readonly reservation_id: string;
    readonly cabin: Json;
    readonly flights: readonly { readonly flight_number: string; readonly date: string }[];
    readonly payment_id: string;
  },
): Reservation {
  const reservation = getReservation(db, args.reservation_id);
  const user = getUser(db, reservation.user_id);
  const segments = args.flights.map(({ flight_number, date }) =>
    segmentFor(db, reservation, flight_number, date, args.cabin),
  );
  const fare = (list: readonly Segment[]) => list.reduce((sum, { price }) => sum + price, 0);
  const difference = (fare(segments) - fare(reservation.flights)) * reservation.passengers.length;
  const payment = settle(db, user, args.payment_id, difference);
  return db.update('reservations', args.reservation_id, (row) => {
    row.payment_history.push(...payment);
    row.flights = segments;
    row.cabin = args.cabin as Reservation['cabin'];
  });
}

function changeBags(
  db: Db,
  args: {
    readonly reservation_id: string;
    readonly total_baggages: Json;
    readonly nonfree_baggages: Json;
    readonly payment_id: string;
  },
): Reservation {
  const reservation = getReservation(db, args.reservation_id);
  const user = getUser(db, reservation.user_id);
  const price = EXTRA_BAG * Math.max(0, minus(args.nonfree_baggages, reservation.nonfree_baggages));
  const payment = settle(db, user, args.payment_id, price);
  return db.update('reservations', args.reservation_id, (row) => {
    row.payment_history.push(...payment);
    row.total_baggages = args.total_baggages as number;
    row.nonfree_baggages = args.nonfree_baggages as number;
  });
}

function changePassengers(
  db: Db,
  { reservation_id, passengers: people }: { readonly reservation_id: string; readonly passengers: Json },
): Reservation {
  if (items(people).length !== getReservation(db, reservation_id).passengers.length)
    throw new ToolError('Number of passengers does not match');
  return db.update('reservations', reservation_id, (row) => {
    row.passengers = people as Reservation['passengers'];
  });
}

function sendCertificate(
  db: Db,
  { user_id, amount }: { readonly user_id: string; readonly amount: Json },
): string {
  const user = getUser(db, user_id);
  const id = CERTIFICATES.find((free) => !Object.hasOwn(user.payment_methods, free));
  if (id === undefined) throw new ToolError('Too many certificates');
  const worth =
    typeof amount === 'number' ? amount : certificate.parse({ source: 'certificate', id, amount }).amount;
  db.update('users', user_id, (row) => {
    row.payment_methods[id] = { source: 'certificate', id, amount: worth };
  });
  return `Certificate ${id} added to user ${user_id} with amount ${str(amount)}.`;
}

/** A flight of the reservation stays as it was bought; any other is bought now. */
function segmentFor(
  db: View<AirlineDb>,
  reservation: Reservation,
  number: string,
  date: string,
  cabinClass: Json,
): Segment {
  const kept = reservation.flights.find(
    (segment) => segment.flight_number === number && segment.date === date,
  );
  if (kept !== undefined && cabinClass === reservation.cabin) return kept;
  const { origin, destination } = getFlight(db, number);
  const { price } = getBookable(db, number, date, cabinClass, reservation.passengers.length);
  return { flight_number: number, origin, destination, date, price };
}
