import type { RuleSpec } from '#core/environment/index.ts';
import { cancelReasons, type Order, type RetailDb } from '../schema.ts';
import { paidOnceWith, withBalance, withStatus } from './asIf.ts';
import {
  argumentsWith,
  firstPayment,
  orderRecord,
  orderRule,
  paymentOf,
  rule,
  text,
  userOf,
  type Context,
} from './situation.ts';
import { cancelOrder, modifications, modifyPayment } from './tools.ts';

const modified = 'pending (item modified)';
const isPending = (order: Order) => order.status === 'pending' || order.status === modified;

const notPending = (order: Order) =>
  isPending(order)
    ? null
    : {
        reason: `The status of order ${order.order_id} is ${order.status}, not pending.`,
        record: orderRecord(order),
        flip: withStatus(order, 'pending'),
      };

/** What holds for orders that were not processed yet. */
export const pendingRules: readonly RuleSpec<RetailDb>[] = [
  orderRule('cancel.pending', 'Only a pending order can be cancelled.', 'state', [cancelOrder], notPending),
  rule(
    'cancel.reason',
    'The reason for a cancellation must be either "no longer needed" or "ordered by mistake".',
    'choice',
    [cancelOrder],
    ({ call }) => {
      const reason = text(call, 'reason');
      if (cancelReasons.some((accepted) => accepted === reason)) return null;
      return {
        reason: `"${reason}" is not an accepted reason for a cancellation.`,
        flip: argumentsWith(call, { reason: 'no longer needed' }),
      };
    },
  ),
  orderRule('modify.pending', 'Only a pending order can be modified.', 'state', modifications, notPending),
  orderRule(
    'modify.items-once',
    'Once the items of an order have been modified, the order can be neither modified again nor cancelled.',
    'state',
    [cancelOrder, ...modifications],
    (order) =>
      order.status === modified
        ? {
            reason: `The items of order ${order.order_id} were modified before.`,
            record: orderRecord(order),
            flip: withStatus(order, 'pending'),
          }
        : null,
  ),
  orderRule(
    'payment.once',
    'The payment method of an order can be replaced once, by a single other one.',
    'state',
    [modifyPayment],
    (order, { call }) => {
      // Other histories come from another status, of which other rules speak.
      if (order.status !== 'pending' || order.payment_history.length === 1) return null;
      const used = order.payment_history.map((payment) => payment.payment_method_id).reverse();
      const other = used.find((id) => id !== text(call, 'payment_method_id'));
      return {
        reason: `The payment method of order ${order.order_id} was replaced before.`,
        record: orderRecord(order),
        ...(other === undefined ? {} : { flip: paidOnceWith(order, other) }),
      };
    },
  ),
  orderRule(
    'payment.different',
    'The new payment method must not be the one that the order was paid with.',
    'choice',
    [modifyPayment],
    (order, context) => {
      const id = text(context.call, 'payment_method_id');
      if (firstPayment(order)?.payment_method_id !== id) return null;
      const other = otherPayment(order, context);
      return {
        reason: `Order ${order.order_id} was already paid with ${id}.`,
        record: orderRecord(order),
        ...(other === undefined ? {} : { flip: argumentsWith(context.call, { payment_method_id: other }) }),
      };
    },
  ),
  orderRule(
    'payment.balance',
    'If the new payment method is a gift card, its balance must cover the total of the order.',
    'state',
    [modifyPayment],
    (order, context) => {
      const user = userOf(context);
      const card = paymentOf(context);
      const total = firstPayment(order)?.amount ?? 0;
      if (user === undefined || card?.source !== 'gift_card' || card.balance >= total) return null;
      return {
        reason: `Gift card ${card.id} holds $${card.balance.toFixed(2)}, and the order was $${total.toFixed(2)}.`,
        record: { table: 'users', id: user.user_id },
        flip: withBalance(user, card.id, total),
      };
    },
  ),
];

/** A method of the user that could pay for an order instead. */
function otherPayment(order: Order, context: Context): string | undefined {
  const paid = firstPayment(order);
  const methods = Object.values(userOf(context)?.payment_methods ?? {});
  return methods.find(
    (method) =>
      method.id !== paid?.payment_method_id &&
      (method.source !== 'gift_card' || method.balance >= (paid?.amount ?? 0)),
  )?.id;
}
