import { confirmedRule, identifiedRule, type RuleSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { ownedBy } from './asIf.ts';
import {
  argumentsWith,
  orderOf,
  orderRecord,
  orderRule,
  rule,
  text,
  userOf,
  type Context,
} from './situation.ts';
import {
  allWrites,
  exchangeItems,
  modifyItems,
  modifyPayment,
  modifyProfile,
  orderTools,
  returnItems,
} from './tools.ts';

/** What has to be so before any change. */
export const generalRules: readonly RuleSpec<RetailDb>[] = [
  identifiedRule(
    'Before anything is changed, the user must be identified with a lookup by email address, or by first name, last name and zip code.',
    allWrites,
  ),
  confirmedRule(
    "Every change to the database needs the user's explicit yes, given after you listed the details of exactly that change.",
    allWrites,
  ),
  rule(
    'order.exists',
    'The order has to exist under the order id that is used.',
    'choice',
    orderTools,
    (context) =>
      orderOf(context) === undefined
        ? { reason: `There is no order ${text(context.call, 'order_id')}.` }
        : null,
  ),
  orderRule(
    'order.own',
    'An order may only be changed for the user who placed it.',
    'ownership',
    orderTools,
    (order, context) => {
      if (context.userId === null || order.user_id === context.userId) return null;
      const user = userOf(context);
      const paidWith =
        user === undefined ? undefined : plausiblePayment(Object.keys(user.payment_methods), context);
      const owner = context.db.get('users', order.user_id);
      return {
        reason: `Order ${order.order_id} belongs to another customer.`,
        record: orderRecord(order),
        ...(user === undefined || paidWith === undefined
          ? {}
          : { flip: ownedBy(order, user, owner, paidWith) }),
      };
    },
  ),
  rule(
    'payment.own',
    'A payment method may only be used if it is stored in the profile of the user you talk to.',
    'ownership',
    [modifyPayment, modifyItems, returnItems, exchangeItems],
    (context) => {
      const user = userOf(context);
      const id = text(context.call, 'payment_method_id');
      if (user === undefined || user.payment_methods[id] !== undefined) return null;
      const stored = Array.from(context.db.rows('users'), (other) => other.payment_methods[id]).find(
        (method) => method !== undefined,
      );
      const reason = `Payment method ${id} is not in the profile of ${user.user_id}.`;
      const record = { table: 'users', id: user.user_id };
      if (stored === undefined) return { reason, record };
      const payment_methods = { ...user.payment_methods, [id]: stored };
      return { reason, record, flip: { rows: { users: { [user.user_id]: { ...user, payment_methods } } } } };
    },
  ),
  rule(
    'profile.own',
    'A default address may only be changed in the profile of the user you talk to.',
    'ownership',
    [modifyProfile],
    ({ call, userId }) => {
      const id = text(call, 'user_id');
      if (userId === null || id === userId) return null;
      return {
        reason: `The profile ${id} is not the one of the user, ${userId}.`,
        record: { table: 'users', id },
        flip: argumentsWith(call, { user_id: userId }),
      };
    },
  ),
];

/** What a user could have paid an order with, so that the call at hand still makes sense. */
function plausiblePayment(own: readonly string[], { call }: Context): string | undefined {
  const chosen = text(call, 'payment_method_id');
  if (call.name === modifyPayment) return own.find((id) => id !== chosen);
  return own.includes(chosen) ? chosen : own[0];
}
