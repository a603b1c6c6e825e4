import type { RuleSpec } from '#core/environment/index.ts';
import { priceOf, splitPayments } from '../pricing.ts';
import type { AirlineDb, PaymentMethod, User } from '../schema.ts';
import { MOST_METHODS, MOST_PASSENGERS, paidBags } from '../terms.ts';
import type { Booking } from '../tools/parameters.ts';
import { withBalance } from './asIf.ts';
import {
  argumentsWith,
  bagsUpdateOf,
  book,
  bookingOf,
  methodOf,
  passengersUpdateOf,
  reservationOf,
  rule,
  updateBags,
  updatePassengers,
  userOf,
  userRecord,
  type Context,
} from './situation.ts';

const most = (
  id: string,
  sentence: string,
  source: PaymentMethod['source'],
  name: string,
): RuleSpec<AirlineDb> =>
  rule([id, sentence, 'choice', [book]], (context) => {
    const booking = bookingOf(context);
    const user = userOf(context);
    const used = (booking?.payment_methods ?? []).filter(
      ({ payment_id }) => methodOf(user, payment_id)?.source === source,
    );
    if (booking === undefined || user === undefined || used.length <= MOST_METHODS[source]) return null;
    const flip = paidOtherwise(context, booking, user);
    return {
      reason: `${used.length} ${name} are used, and ${MOST_METHODS[source]} is the most.`,
      record: userRecord(user),
      ...(flip === undefined ? {} : { flip }),
    };
  });

/** What holds for a booking beyond its flights. */
export const bookingRules: readonly RuleSpec<AirlineDb>[] = [
  rule(
    ['book.passengers', 'A reservation is for one passenger at least and five at most.', 'choice', [book]],
    (context) => {
      const booking = bookingOf(context);
      const people = booking?.passengers.length ?? 1;
      if (booking === undefined || (people > 0 && people <= MOST_PASSENGERS)) return null;
      const flip = people === 0 ? undefined : forFewer(context, booking);
      return { reason: `The booking is for ${people} passengers.`, ...(flip === undefined ? {} : { flip }) };
    },
  ),
  rule(
    [
      'passengers.details',
      'Every passenger is entered with first name, last name and date of birth.',
      'choice',
      [book, updatePassengers],
    ],
    (context) => {
      const people = bookingOf(context)?.passengers ?? passengersUpdateOf(context)?.passengers ?? [];
      const bad = people.find(
        ({ first_name, last_name, dob }) =>
          first_name.trim() === '' || last_name.trim() === '' || !/^\d{4}-\d{2}-\d{2}$/.test(dob),
      );
      if (bad === undefined) return null;
      return {
        reason: `The details of ${`${bad.first_name} ${bad.last_name}`.trim() || 'a passenger'} are not complete.`,
      };
    },
  ),
  most(
    'payment.certificates',
    'A booking takes one travel certificate at most.',
    'certificate',
    'certificates',
  ),
  most('payment.cards', 'A booking takes one credit card at most.', 'credit_card', 'credit cards'),
  most('payment.gift-cards', 'A booking takes three gift cards at most.', 'gift_card', 'gift cards'),
  rule(
    ['payment.balance', 'A gift card or a certificate pays no more than it holds.', 'state', [book]],
    (context) => {
      const user = userOf(context);
      for (const { payment_id, amount } of bookingOf(context)?.payment_methods ?? []) {
        const method = methodOf(user, payment_id);
        if (user === undefined || method === undefined || method.source === 'credit_card') continue;
        if (method.amount >= amount) continue;
        return {
          reason: `${payment_id} holds $${method.amount}, and $${amount} are to be paid with it.`,
          record: userRecord(user),
          flip: withBalance(user, payment_id, amount),
        };
      }
      return null;
    },
  ),
  rule(['payment.total', 'The payments have to add up to the total price.', 'choice', [book]], (context) => {
    const booking = bookingOf(context);
    const total = booking === undefined ? undefined : priceOf(context.db, booking);
    if (booking === undefined || total === undefined) return null;
    const paid = booking.payment_methods.reduce((sum, { amount }) => sum + amount, 0);
    return paid === total ? null : { reason: `The total is $${total}, and $${paid} are paid.` };
  }),
  rule(
    [
      'bags.fee',
      'Each checked bag that is not free costs 50 dollars, and only those are charged.',
      'choice',
      [book, updateBags],
    ],
    (context) => {
      const charged = chargedBags(context);
      if (charged === undefined || charged.wanted === charged.right) return null;
      return { reason: `${charged.right} bags have to be paid for, not ${charged.wanted}.` };
    },
  ),
];

function chargedBags(context: Context): { wanted: number; right: number } | undefined {
  const booking = bookingOf(context);
  const update = bagsUpdateOf(context);
  const reservation = reservationOf(context);
  const user = context.db.get('users', booking?.user_id ?? reservation?.user_id ?? '');
  const party = booking ?? reservation;
  const bags = booking ?? update;
  if (user === undefined || party === undefined || bags === undefined) return undefined;
  const right = paidBags(user.membership, party.cabin, party.passengers.length, bags.total_baggages);
  // What was paid before is not given back.
  return { wanted: bags.nonfree_baggages, right: Math.max(right, reservation?.nonfree_baggages ?? 0) };
}

/** The booking for as many people as fit in. */
function forFewer(context: Context, booking: Booking) {
  const user = userOf(context);
  if (user === undefined) return undefined;
  const passengers = booking.passengers.slice(0, MOST_PASSENGERS);
  const nonfree_baggages = paidBags(
    user.membership,
    booking.cabin,
    passengers.length,
    booking.total_baggages,
  );
  const total = priceOf(context.db, { ...booking, passengers, nonfree_baggages });
  if (total === undefined) return undefined;
  const ids = booking.payment_methods.map(({ payment_id }) => payment_id);
  const payment_methods = splitPayments(user, ids, total);
  return argumentsWith(context.call, { passengers, nonfree_baggages, payment_methods });
}

/** The booking paid with the first single method that can. */
function paidOtherwise(context: Context, booking: Booking, user: User) {
  const total = booking.payment_methods.reduce((sum, { amount }) => sum + amount, 0);
  const method = Object.values(user.payment_methods).find(
    (other) => other.source === 'credit_card' || other.amount >= total,
  );
  if (method === undefined) return undefined;
  return argumentsWith(context.call, { payment_methods: [{ payment_id: method.id, amount: total }] });
}
