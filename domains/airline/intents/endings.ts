import type { IntentSpec } from '#core/environment/index.ts';
import { compensationFor } from '../pricing.ts';
import { CANCELLED, DELAYED } from '../rules/endings.ts';
import type { AirlineDb, Reservation } from '../schema.ts';
import { certificateParameters } from '../tools/parameters.ts';
import {
  aboutReservation,
  money,
  readStatuses,
  reservationIn,
  textOf,
  valueOf,
  type Context,
} from './lookup.ts';
import { complaintSlot, reasonSlot } from './slots/choices.ts';
import { reservationSlot } from './slots/reservation.ts';

type Intent = IntentSpec<AirlineDb>;

const cancelTrip: Intent = {
  id: 'cancel_trip',
  title: 'Cancel a trip',
  tool: 'cancel_reservation',
  slots: [reservationSlot({ foreign: true }), reasonSlot],
  opening: [
    'Please cancel {reservation}.[ The reason is {reason}.]',
    'I need to cancel {reservation} and get my money back.[ It is because of {reason}.]',
    'I would like {reservation} cancelled, please.[ I have to, because of {reason}.]',
    'Can you cancel {reservation} for me?[ It has to do with {reason}.]',
    'I will not be able to take {reservation}[, because of {reason}]. Please cancel all of it.',
    'What do I have to do to call off {reservation}? I want a full refund.[ The reason is {reason}.]',
  ],
  describe: (context) =>
    `cancel ${aboutReservation(context)} as a whole and refund ${money(paidFor(reservationIn(context)))}`,
  call: (context) => ({
    name: 'cancel_reservation',
    arguments: { reservation_id: valueOf(context, 'reservation') },
  }),
  // No amount: nobody makes a cancellation depend on the refund being small enough.
  quotes: (context) => [
    { key: 'refund', title: 'the refund', value: money(paidFor(reservationIn(context))) },
  ],
  reads: (context) => readStatuses(reservationIn(context)),
  parse(db, { arguments: args }) {
    const reservation = db.get('reservations', textOf(args.reservation_id));
    // A call says no reason; one that would do stands for it.
    return (
      reservation && {
        userId: reservation.user_id,
        values: {
          reservation: reservation.reservation_id,
          reason: reservation.insurance === 'yes' ? 'health' : 'change of plans',
        },
      }
    );
  },
  final: true,
};

const paidFor = (reservation: Reservation | undefined): number =>
  (reservation?.payment_history ?? []).reduce((sum, { amount }) => sum + amount, 0);

/** What the user asks for: what they would get if they were right. */
function amountAsked(context: Context): number {
  const reservation = reservationIn(context);
  if (reservation === undefined) return 0;
  return compensationFor(reservation, valueOf(context, 'complaint') === DELAYED ? 'delayed' : 'cancelled');
}

const compensation: Intent = {
  id: 'compensation',
  title: 'Ask for compensation',
  tool: 'send_certificate',
  slots: [reservationSlot({ foreign: false }), complaintSlot],
  opening: [
    'I want to complain about {reservation}, and I expect to be compensated.[ It is about {complaint}.]',
    'I am really unhappy with {reservation}.[ The reason is {complaint}.] What will you do to make up for it? I want compensation.',
    'I would like to be compensated for the trouble with {reservation}.[ I mean {complaint}.]',
    'What do I get for what happened on {reservation}?[ I am talking about {complaint}.] Some compensation would be fair.',
    'Because of the trouble on {reservation} I ask for compensation.[ The problem was {complaint}.]',
  ],
  describe: (context) =>
    `send you a certificate worth ${money(amountAsked(context))} because of ${valueOf(context, 'complaint')} in ${aboutReservation(context)}`,
  call: (context) => ({
    name: 'send_certificate',
    arguments: { user_id: context.userId, amount: amountAsked(context) },
  }),
  parse(db, { arguments: args }) {
    const parsed = certificateParameters.safeParse(args);
    const user = parsed.success ? db.get('users', parsed.data.user_id) : undefined;
    if (!parsed.success || user === undefined) return undefined;
    // Any reservation for which the amount would be right: the call itself does not say which it is about.
    for (const id of user.reservations) {
      const reservation = db.get('reservations', id);
      if (reservation === undefined) continue;
      for (const [complaint, what] of [
        [CANCELLED, 'cancelled'],
        [DELAYED, 'delayed'],
      ] as const)
        if (compensationFor(reservation, what) === parsed.data.amount)
          return { userId: user.user_id, values: { reservation: id, complaint } };
    }
    return undefined;
  },
};

/** Cancellations and compensation. */
export const endings: readonly Intent[] = [cancelTrip, compensation];
