import type { RuleSpec } from '#core/environment/index.ts';
import { isFlown } from '../journeys.ts';
import type { AirlineDb, Reservation, Segment } from '../schema.ts';
import { changePrice } from '../pricing.ts';
import { EXTRA_BAG } from '../terms.ts';
import { withBalance, withReservation, withSeats } from './asIf.ts';
import {
  argumentsWith,
  bagsUpdateOf,
  flightRecord,
  flightsUpdateOf,
  methodOf,
  passengersUpdateOf,
  recordOf,
  reservationRule,
  rule,
  text,
  updateBags,
  updateFlights,
  updatePassengers,
  userOf,
  userRecord,
  type Context,
} from './situation.ts';
import { sameFlights } from './trip.ts';
import { spokenDate, TODAY } from '../calendar.ts';

/** What holds for changes of a reservation. */
export const changeRules: readonly RuleSpec<AirlineDb>[] = [
  reservationRule(
    [
      'flights.basic-economy',
      'The flights of a basic economy reservation cannot be changed.',
      'state',
      [updateFlights],
    ],
    (reservation, context) => {
      const update = flightsUpdateOf(context);
      if (reservation.cabin !== 'basic_economy' || update === undefined) return null;
      if (sameFlights(update.flights, reservation)) return null;
      return {
        reason: `Reservation ${reservation.reservation_id} is in basic economy.`,
        record: recordOf(reservation),
        // In economy, and staying there.
        flip: {
          ...withReservation(reservation, { cabin: 'economy' }),
          ...argumentsWith(context.call, { cabin: 'economy' }),
        },
      };
    },
  ),
  reservationRule(
    [
      'cabin.departed',
      'The cabin cannot be changed once a flight of the reservation has departed.',
      'state',
      [updateFlights],
    ],
    (reservation, context) => {
      const update = flightsUpdateOf(context);
      const flown = reservation.flights.filter((segment) => isFlown(context.db, segment));
      const [first] = flown;
      if (update === undefined || update.cabin === reservation.cabin || first === undefined) return null;
      const { cabin } = update;
      return {
        reason: `Flight ${first.flight_number} of reservation ${reservation.reservation_id} departed on ${spokenDate(first.date)}.`,
        record: departureRecord(reservation, first),
        flip: withSeats(context.db, flown, cabin, reservation.passengers.length, first.price),
      };
    },
  ),
  rule(
    [
      'change.payment',
      'The user names one credit card or gift card for a change, which pays or receives the difference; certificates are not accepted.',
      'choice',
      [updateFlights, updateBags],
    ],
    (context) => {
      const user = userOf(context);
      const id = text(context.call, 'payment_id');
      if (user === undefined || methodOf(user, id)?.source !== 'certificate') return null;
      const due = amountDue(context) ?? Infinity;
      const other = Object.values(user.payment_methods).find(
        (method) =>
          method.source === 'credit_card' || (method.source === 'gift_card' && method.amount >= due),
      );
      return {
        reason: `${id} is a certificate.`,
        record: userRecord(user),
        ...(other === undefined ? {} : { flip: argumentsWith(context.call, { payment_id: other.id }) }),
      };
    },
  ),
  rule(
    [
      'change.balance',
      'If a gift card pays a difference, it has to hold enough.',
      'state',
      [updateFlights, updateBags],
    ],
    (context) => {
      const user = userOf(context);
      const card = methodOf(user, text(context.call, 'payment_id'));
      const due = amountDue(context);
      if (user === undefined || card?.source !== 'gift_card' || due === undefined || card.amount >= due)
        return null;
      return {
        reason: `${card.id} holds $${card.amount}, and the difference is $${due}.`,
        record: userRecord(user),
        flip: withBalance(user, card.id, due),
      };
    },
  ),
  reservationRule(
    [
      'bags.add-only',
      'Checked bags can be added to a reservation but not taken off it.',
      'choice',
      [updateBags],
    ],
    (reservation, context) => {
      const update = bagsUpdateOf(context);
      if (update === undefined || update.total_baggages >= reservation.total_baggages) return null;
      const { total_baggages, nonfree_baggages } = reservation;
      return {
        reason: `Reservation ${reservation.reservation_id} has ${total_baggages} checked bags, and ${update.total_baggages} are fewer.`,
        record: recordOf(reservation),
        flip: argumentsWith(context.call, { total_baggages, nonfree_baggages }),
      };
    },
  ),
  reservationRule(
    [
      'passengers.number',
      'Passengers can be replaced and their details corrected, but their number cannot change.',
      'state',
      [updatePassengers],
    ],
    (reservation, context) => {
      const people = passengersUpdateOf(context)?.passengers;
      if (people === undefined || people.length === reservation.passengers.length) return null;
      return {
        reason: `Reservation ${reservation.reservation_id} is for ${persons(reservation.passengers.length)}, not for ${persons(people.length)}.`,
        record: recordOf(reservation),
        // As if so many had been booked, one of them somebody else.
        flip: withReservation(reservation, {
          passengers: people.map((person, i) => (i === 0 ? { ...person, dob: '1950-01-01' } : person)),
        }),
      };
    },
  ),
];

const persons = (count: number): string => (count === 1 ? 'one passenger' : `${count} passengers`);

/** What shows that a flight has departed: its day, or how it stands today. */
export function departureRecord(reservation: Reservation, { flight_number, date }: Segment) {
  return date < TODAY ? recordOf(reservation) : flightRecord(flight_number);
}

/** What a change costs; undefined when that cannot be told. */
function amountDue(context: Context): number | undefined {
  const reservation = context.db.get('reservations', text(context.call, 'reservation_id'));
  if (reservation === undefined) return undefined;
  const flights = flightsUpdateOf(context);
  if (flights !== undefined) return changePrice(context.db, reservation, flights.cabin, flights.flights);
  const bags = bagsUpdateOf(context);
  return bags && EXTRA_BAG * Math.max(0, bags.nonfree_baggages - reservation.nonfree_baggages);
}
