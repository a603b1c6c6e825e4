import { ToolError, type Draft, type View } from '#core/environment/index.ts';
import { items, modelsIn, noAttribute, repr } from '../../tau2/index.ts';
import { flightInfo, newReservation, passenger, payment } from '../models.ts';
import { NOW, type AirlineDb, type Reservation, type User } from '../schema.ts';
import { priceOf, splitPayments } from '../pricing.ts';
import { paidBags, totalPrice } from '../terms.ts';
import { findMethod, getBookable, getFlight, getUser, spend, tool } from './lookup.ts';
import { bookingParameters, type Booking } from './parameters.ts';

/** The ids that new reservations get: the reference knows no more than these. */
const NEW_IDS = ['HATHAT', 'HATHAU', 'HATHAV'];

type Payments = Reservation['payment_history'];

export const bookReservation = tool({
  name: 'book_reservation',
  description:
    "Books a reservation and charges it. The payments have to add up to the total: the flights' prices per passenger, 30 dollars per passenger for insurance, 50 dollars per bag that is not free. Needs an explicit yes of the user to the details.",
  kind: 'write',
  parameters: bookingParameters,
  execute: book,
  // The lists become models first, and the reservation another before its flights are looked up.
  loosely(db, { user_id }, given) {
    const { flights = null, passengers = null, payment_methods = null, nonfree_baggages = null } = given;
    const wanted = modelsIn(flightInfo, flights);
    const people = modelsIn(passenger, passengers);
    const payments = modelsIn(payment, payment_methods);
    getUser(db, user_id);
    const { payment_history, ...fields } = newReservation.parse({
      ...given,
      reservation_id: freeId(db),
      passengers: people ?? passengers,
      payment_history: payments ?? payment_methods,
      created_at: NOW,
    });
    if (wanted === undefined) throw noAttribute(items(flights)[0] ?? null, 'flight_number');
    const booking = { ...fields, flights: wanted, payment_methods: payment_history };
    if (typeof nonfree_baggages !== 'string') return book(db, booking);
    // The reservation takes a number that is a text, but the price is computed with what was given.
    segmentsOf(db, booking);
    throw new ToolError("unsupported operand type(s) for +=: 'int' and 'str'");
  },
  computed(db, args) {
    const user = db.get('users', args.user_id);
    const total = priceOf(db, args);
    if (user === undefined || total === undefined) return {};
    const ids = args.payment_methods.map(({ payment_id }) => payment_id);
    return {
      nonfree_baggages: paidBags(user.membership, args.cabin, args.passengers.length, args.total_baggages),
      ...Object.fromEntries(
        splitPayments(user, ids, total).map(({ amount }, i) => [`payment_methods.${i}.amount`, amount]),
      ),
    };
  },
  shows: (db, { user_id }) => lastReservation(db, user_id),
});

type Ordered = Readonly<Omit<Booking, 'flights' | 'payment_methods'>> & {
  readonly flights: readonly Booking['flights'][number][];
  readonly payment_methods: Payments;
};

function freeId(db: View<AirlineDb>): string {
  const id = NEW_IDS.find((free) => db.get('reservations', free) === undefined);
  if (id === undefined) throw new ToolError('Too many reservations');
  return id;
}

function segmentsOf(db: View<AirlineDb>, { flights, cabin, passengers }: Ordered) {
  return flights.map(({ flight_number, date }) => {
    const { origin, destination } = getFlight(db, flight_number);
    const { price } = getBookable(db, flight_number, date, cabin, passengers.length);
    return { flight_number, origin, destination, date, price };
  });
}

function book(db: Draft<AirlineDb>, args: Ordered): Reservation {
  const user = getUser(db, args.user_id);
  const id = freeId(db);
  const people = args.passengers.length;
  const segments = segmentsOf(db, args);
  const fares = segments.reduce((sum, { price }) => sum + price, 0);
  const total = totalPrice(fares, people, args.insurance, args.nonfree_baggages);
  checkPayments(user, args.payment_methods, total);
  args.payment_methods.forEach((payment) => pay(db, args.user_id, payment));
  for (const { flight_number, date } of segments)
    db.update('flights', flight_number, ({ dates }) => {
      const day = dates[date];
      if (day?.status === 'available')
        day.available_seats[args.cabin] = (day.available_seats[args.cabin] ?? 0) - people;
    });
  db.update('users', args.user_id, ({ reservations }) => {
    reservations.push(id);
  });
  const { flights: _, payment_methods, ...booked } = args;
  const { user_id, origin: from, destination: to, flight_type, cabin: cabinClass } = booked;
  const reservation: Reservation = {
    reservation_id: id,
    user_id,
    origin: from,
    destination: to,
    flight_type,
    cabin: cabinClass,
    flights: segments,
    passengers: args.passengers,
    payment_history: payment_methods,
    created_at: NOW,
    total_baggages: args.total_baggages,
    nonfree_baggages: args.nonfree_baggages,
    insurance: args.insurance,
    status: null,
  };
  db.put('reservations', id, reservation);
  return reservation;
}

function lastReservation(db: View<AirlineDb>, userId: string) {
  const id = db.get('users', userId)?.reservations.at(-1);
  return id === undefined ? [] : [{ table: 'reservations', id }];
}

/** Every method has to be the user's and to hold enough, and all together pay exactly the total. */
function checkPayments(user: User, payments: Payments, total: number): void {
  for (const { payment_id, amount } of payments) {
    const method = findMethod(user, payment_id);
    if (method === undefined) throw new ToolError(`Payment method ${payment_id} not found`);
    if (method.source !== 'credit_card' && method.amount < amount)
      throw new ToolError(`Not enough balance in payment method ${payment_id}`);
  }
  const paid = payments.reduce((sum, { amount }) => sum + amount, 0);
  if (paid !== total)
    throw new ToolError(`Payment amount does not add up, total price is ${total}, but paid ${paid}`);
}

/** A certificate is used up whatever it paid; a gift card keeps what is left. */
function pay(db: Draft<AirlineDb>, userId: string, { payment_id, amount }: Payments[number]): void {
  const method = findMethod(getUser(db, userId), payment_id);
  // Named twice: the reference fails here too, with a certificate that is already gone for good.
  if (method === undefined) throw new ToolError(repr(payment_id), { keepsChanges: true });
  if (method.source === 'certificate')
    db.update('users', userId, (user) => {
      const kept = Object.entries(user.payment_methods).filter(([id]) => id !== payment_id);
      user.payment_methods = Object.fromEntries(kept);
    });
  else spend(db, userId, payment_id, amount);
}
