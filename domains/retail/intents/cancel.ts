import type { IntentSpec } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { orderIn, textOf, valueOf } from './lookup.ts';
import { money } from './nouns.ts';
import { orderName, orderSlot } from './slots/order.ts';
import { reasonSlot } from './slots/reason.ts';

export const cancelOrder: IntentSpec<RetailDb> = {
  id: 'cancel_order',
  title: 'Cancel an order',
  recall: 'cancel {order}',
  tool: 'cancel_pending_order',
  slots: [orderSlot({ foreign: ['pending'] }), reasonSlot],
  opening: [
    'Please cancel {order}.[ You can put down {reason}.]',
    'I need to cancel {order}[, with {reason}].',
    'I would like {order} cancelled, please.[ Just note {reason}.]',
    'Can you cancel {order} for me?[ Put down {reason} if you need one.]',
    'Is it still possible to call off {order}? I want to cancel all of it.[ Please record {reason}.]',
    'I do not want {order} to go ahead, so please cancel the whole thing[ and enter {reason}].',
  ],
  describe(context) {
    const order = orderIn(context);
    const what = order === undefined ? `order ${valueOf(context, 'order')}` : orderName(order);
    return `cancel ${what}, with "${valueOf(context, 'reason')}" as the reason`;
  },
  call: (context) => ({
    name: 'cancel_pending_order',
    arguments: { order_id: valueOf(context, 'order'), reason: valueOf(context, 'reason') },
  }),
  quotes(context) {
    const paid = orderIn(context)?.payment_history[0];
    // No amount: nobody makes a cancellation depend on the refund being small enough.
    return paid === undefined ? [] : [{ key: 'refund', title: 'the refund', value: money(paid.amount) }];
  },
  parse(db, { arguments: args }) {
    const order = db.get('orders', textOf(args.order_id));
    if (order === undefined || typeof args.reason !== 'string') return undefined;
    return { userId: order.user_id, values: { order: order.order_id, reason: args.reason } };
  },
  final: true,
};
