import { z } from 'zod';
import { roundCents, ToolError } from '#core/environment/index.ts';
import { getOrder, getPaymentMethod, getUser, getVariant, tool } from './lookup.ts';
import { occurrences } from './pending.ts';

const orderId = z.string().describe("The order id including its number sign, for example '#W0000000'.");

/** Writes on delivered orders. */
export const deliveredWrites = [
  tool({
    name: 'return_delivered_order_items',
    description:
      'Requests the return of items of a delivered order. The refund goes to the original payment method or to a gift card. Needs an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({
      order_id: orderId,
      item_ids: z.array(z.string()).describe("Ids of the items to return, for example ['1008292230']."),
      payment_method_id: z.string().describe("Receives the refund, for example 'gift_card_0000000'."),
    }),
    execute(db, { order_id, item_ids, payment_method_id }) {
      const order = getOrder(db, order_id);
      if (order.status !== 'delivered') throw new ToolError('Non-delivered order cannot be returned');
      getUser(db, order.user_id);
      const method = getPaymentMethod(db, order.user_id, payment_method_id);
      if (method.source !== 'gift_card' && payment_method_id !== order.payment_history[0]?.payment_method_id)
        throw new ToolError('Payment method should be the original payment method');
      const owned = order.items.map((item) => item.item_id);
      if (item_ids.some((id) => occurrences(item_ids, id) > occurrences(owned, id)))
        throw new ToolError('Some item not found');
      return db.update('orders', order_id, (row) => {
        row.status = 'return requested';
        row.return_items = item_ids.toSorted();
        row.return_payment_method_id = payment_method_id;
      });
    },
    shows: (_db, { order_id }) => [{ table: 'orders', id: order_id }],
  }),
  tool({
    name: 'exchange_delivered_order_items',
    description:
      'Requests the exchange of items of a delivered order for other variants of the same products. An order can be returned or exchanged only once: collect all items first. Needs an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({
      order_id: orderId,
      item_ids: z
        .array(z.string())
        .describe(
          "Ids of the items to exchange, for example ['1008292230']; an id may occur as often as the order has it.",
        ),
      new_item_ids: z
        .array(z.string())
        .describe('Ids of the new variants, each at the position of the item it replaces.'),
      payment_method_id: z
        .string()
        .describe("Pays or receives the price difference, for example 'paypal_0000000'."),
    }),
    execute(db, { order_id, item_ids, new_item_ids, payment_method_id }) {
      const order = getOrder(db, order_id);
      if (order.status !== 'delivered') throw new ToolError('Non-delivered order cannot be exchanged');
      const owned = order.items.map((item) => item.item_id);
      for (const id of item_ids)
        if (occurrences(item_ids, id) > occurrences(owned, id))
          throw new ToolError(`Number of ${id} not found.`);
      if (item_ids.length !== new_item_ids.length)
        throw new ToolError('The number of items to be exchanged should match.');
      let difference = 0;
      // The identical item is not refused here; only the policy forbids it.
      for (const [i, id] of item_ids.entries()) {
        const newId = new_item_ids[i] ?? '';
        const item = order.items.find((other) => other.item_id === id);
        if (item === undefined) throw new ToolError(`Item ${id} not found`);
        const variant = getVariant(db, item.product_id, newId);
        if (!variant.available) throw new ToolError(`New item ${newId} not found or available`);
        difference += variant.price - item.price;
      }
      difference = roundCents(difference);
      const method = getPaymentMethod(db, order.user_id, payment_method_id);
      if (method.source === 'gift_card' && method.balance < difference)
        throw new ToolError('Insufficient gift card balance to pay for the price difference');
      return db.update('orders', order_id, (row) => {
        row.status = 'exchange requested';
        row.exchange_items = item_ids.toSorted();
        row.exchange_new_items = new_item_ids.toSorted();
        row.exchange_payment_method_id = payment_method_id;
        row.exchange_price_difference = difference;
      });
    },
    shows: (_db, { order_id }) => [{ table: 'orders', id: order_id }],
  }),
];
