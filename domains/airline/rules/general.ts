import { confirmedRule, identifiedRule, type RuleSpec } from '#core/environment/index.ts';
import type { AirlineDb } from '../schema.ts';
import { ownedBy, withStatus } from './asIf.ts';
import {
  allWrites,
  book,
  bookingOf,
  compensate,
  methodOf,
  recordOf,
  reservationOf,
  reservationRule,
  reservationTools,
  rule,
  text,
  updateBags,
  updateFlights,
  userOf,
  userRecord,
  argumentsWith,
} from './situation.ts';

/** What has to be so before any change. */
export const generalRules: readonly RuleSpec<AirlineDb>[] = [
  identifiedRule(
    'Before anything is changed, the user has to give their user id, and you have to look up the profile that belongs to it.',
    allWrites,
  ),
  confirmedRule(
    "Every change to the database needs the user's explicit yes, given after you listed the details of exactly that change.",
    allWrites,
  ),
  rule(
    [
      'reservation.exists',
      'The reservation has to exist under the reservation id that is used.',
      'choice',
      reservationTools,
    ],
    (context) =>
      reservationOf(context) === undefined
        ? { reason: `There is no reservation ${text(context.call, 'reservation_id')}.` }
        : null,
  ),
  reservationRule(
    [
      'reservation.own',
      'A reservation may only be changed for the user who made it.',
      'ownership',
      reservationTools,
    ],
    (reservation, context) => {
      const user = userOf(context);
      if (context.userId === null || reservation.user_id === context.userId) return null;
      const owner = context.db.get('users', reservation.user_id);
      return {
        reason: `Reservation ${reservation.reservation_id} belongs to another user.`,
        record: recordOf(reservation),
        ...(user === undefined ? {} : { flip: ownedBy(reservation, user, owner) }),
      };
    },
  ),
  rule(
    [
      'profile.own',
      'A trip may only be booked, and a certificate only be sent, for the user you talk to.',
      'ownership',
      [book, compensate],
    ],
    ({ call, userId }) => {
      const named = text(call, 'user_id');
      return userId === null || named === userId
        ? null
        : {
            reason: `${named} is not the user of this conversation, ${userId}.`,
            record: { table: 'users', id: named },
            flip: argumentsWith(call, { user_id: userId }),
          };
    },
  ),
  rule(
    [
      'payment.own',
      'Only payment methods in the profile of the user may be used.',
      'ownership',
      [book, updateFlights, updateBags],
    ],
    (context) => {
      const user = userOf(context);
      const used = bookingOf(context)?.payment_methods.map(({ payment_id }) => payment_id);
      const ids = used ?? [text(context.call, 'payment_id')];
      const strange = ids.find((id) => methodOf(user, id) === undefined);
      if (user === undefined || strange === undefined) return null;
      return {
        reason: `Payment method ${strange} is not in the profile of ${user.user_id}.`,
        record: userRecord(user),
      };
    },
  ),
  reservationRule(
    ['reservation.standing', 'A reservation that was cancelled stays as it is.', 'state', reservationTools],
    (reservation) =>
      reservation.status === 'cancelled'
        ? {
            reason: `Reservation ${reservation.reservation_id} was cancelled.`,
            record: recordOf(reservation),
            flip: withStatus(reservation, null),
          }
        : null,
  ),
];
