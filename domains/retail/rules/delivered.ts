import type { RuleSpec } from '#core/environment/index.ts';
import type { Order, RetailDb } from '../schema.ts';
import { withStatus } from './asIf.ts';
import { argumentsWith, firstPayment, orderRecord, orderRule, paymentOf } from './situation.ts';
import { exchangeItems, returnItems } from './tools.ts';

const requested: Partial<Record<Order['status'], string>> = {
  'return requested': 'A return',
  'exchange requested': 'An exchange',
};

const notDelivered = (order: Order) =>
  order.status === 'delivered' || requested[order.status] !== undefined
    ? null
    : {
        reason: `The status of order ${order.order_id} is ${order.status}, not delivered.`,
        record: orderRecord(order),
        flip: withStatus(order, 'delivered'),
      };

/** What holds for orders that have arrived. */
export const deliveredRules: readonly RuleSpec<RetailDb>[] = [
  orderRule(
    'return.delivered',
    'Only a delivered order can have items returned.',
    'state',
    [returnItems],
    notDelivered,
  ),
  orderRule(
    'exchange.delivered',
    'Only a delivered order can have items exchanged.',
    'state',
    [exchangeItems],
    notDelivered,
  ),
  orderRule(
    'delivered.once',
    'After a return or an exchange was requested, the same order can be neither returned nor exchanged again.',
    'state',
    [returnItems, exchangeItems],
    (order) => {
      const what = requested[order.status];
      if (what === undefined) return null;
      return {
        reason: `${what} was already requested for order ${order.order_id}.`,
        record: orderRecord(order),
        flip: withStatus(order, 'delivered'),
      };
    },
  ),
  orderRule(
    'return.refund',
    'A refund goes either to the payment method that the order was paid with, or to a gift card that the user already has.',
    'choice',
    [returnItems],
    (order, context) => {
      const method = paymentOf(context);
      const original = firstPayment(order)?.payment_method_id;
      // Somebody else's order or payment method is what other rules speak of.
      if (method === undefined || order.user_id !== context.userId) return null;
      if (method.source === 'gift_card' || original === undefined || method.id === original) return null;
      return {
        reason: `Order ${order.order_id} was paid with ${original}, and ${method.id} is not a gift card.`,
        record: orderRecord(order),
        flip: argumentsWith(context.call, { payment_method_id: original }),
      };
    },
  ),
];
