import { z } from 'zod';
import { ToolError, type Draft, type Json } from '#core/environment/index.ts';
import { hashed, model, text } from '../../tau2/index.ts';
import type { Address, RetailDb, Variant } from '../schema.ts';
import { credit, getOrder, getPaymentMethod, getUser, getVariant, tool } from './lookup.ts';

const orderId = z.string().describe("The order id including its number sign, for example '#W0000000'.");
const addressParameters = {
  address1: z.string().describe("First line of the address, for example '12 Elm Street'."),
  address2: z.string().describe("Second line, for example 'Apt 4'; empty if there is none."),
  city: z.string().describe('The city.'),
  state: z.string().describe("The state's two letters, for example 'CA'."),
  country: z.string().describe("The country, for example 'USA'."),
  zip: z.string().describe('The zip code.'),
};
const reasons = ['no longer needed', 'ordered by mistake'] as const;
const showsOrder = (_db: unknown, { order_id }: { order_id: string }) => [{ table: 'orders', id: order_id }];

// The reference asks only whether the word occurs, so an order whose items were modified still counts here; its
// policy says otherwise.
const isPending = (status: string) => status.includes('pending');

/** Writes on pending orders and on profiles. */
export const pendingWrites = [
  tool({
    name: 'cancel_pending_order',
    description:
      'Cancels a pending order and refunds it. Needs the reason, and an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({
      order_id: orderId,
      reason: z.string().describe("Either 'no longer needed' or 'ordered by mistake'."),
    }),
    execute(db, { order_id, reason }) {
      const order = getOrder(db, order_id);
      if (order.status !== 'pending') throw new ToolError('Non-pending order cannot be cancelled');
      const known = reasons.find((one) => one === hashed(reason));
      if (known === undefined) throw new ToolError('Invalid reason');
      for (const { amount, payment_method_id } of order.payment_history) {
        const method = getPaymentMethod(db, order.user_id, payment_method_id);
        if (method.source === 'gift_card') credit(db, order.user_id, payment_method_id, amount);
      }
      return db.update('orders', order_id, (row) => {
        const refunds = row.payment_history.map(({ amount, payment_method_id }) => ({
          transaction_type: 'refund' as const,
          amount,
          payment_method_id,
        }));
        row.status = 'cancelled';
        row.cancel_reason = known;
        row.payment_history.push(...refunds);
      });
    },
    shows: showsOrder,
  }),
  tool({
    name: 'modify_pending_order_address',
    description:
      'Replaces the shipping address of a pending order. Needs an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({ order_id: orderId, ...addressParameters }),
    execute: (db, { order_id, ...to }) => changeOrderAddress(db, order_id, () => addressOf(to)),
    loosely: (db, { order_id }, given) => changeOrderAddress(db, order_id, () => userAddress.parse(given)),
    shows: showsOrder,
  }),
  tool({
    name: 'modify_pending_order_items',
    description:
      'Swaps items of a pending order for other variants of the same products. Works once per order: collect all items first. Needs an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({
      order_id: orderId,
      item_ids: z
        .array(z.string())
        .describe(
          "Ids of the items to swap, for example ['1008292230']; an id may occur as often as the order has it.",
        ),
      new_item_ids: z
        .array(z.string())
        .describe('Ids of the new variants, each at the position of the item it replaces.'),
      payment_method_id: z
        .string()
        .describe("Pays or receives the price difference, for example 'gift_card_0000000'."),
    }),
    execute(db, { order_id, item_ids, new_item_ids, payment_method_id }) {
      const order = getOrder(db, order_id);
      if (order.status !== 'pending') throw new ToolError('Non-pending order cannot be modified');
      const owned = order.items.map((item) => item.item_id);
      for (const id of item_ids)
        if (occurrences(item_ids, id) > occurrences(owned, id)) throw new ToolError(`${id} not found`);
      if (item_ids.length !== new_item_ids.length)
        throw new ToolError('The number of items to be exchanged should match');
      let difference = 0;
      let last: Variant | undefined;
      for (const [i, id] of item_ids.entries()) {
        const newId = new_item_ids[i] ?? '';
        if (id === newId) throw new ToolError('The new item id should be different from the old item id');
        const item = order.items.find((other) => other.item_id === id);
        if (item === undefined) throw new ToolError(`Item ${id} not found`);
        last = getVariant(db, item.product_id, newId);
        if (!last.available) throw new ToolError(`New item ${newId} not found or available`);
        difference += last.price - item.price;
      }
      const method = getPaymentMethod(db, order.user_id, payment_method_id);
      if (method.source === 'gift_card' && method.balance < difference)
        throw new ToolError('Insufficient gift card balance to pay for the new item');
      if (method.source === 'gift_card') credit(db, order.user_id, payment_method_id, -difference);
      const variant = last;
      return db.update('orders', order_id, (row) => {
        // The reference records the difference unrounded.
        row.payment_history.push({
          transaction_type: difference > 0 ? 'payment' : 'refund',
          amount: Math.abs(difference),
          payment_method_id,
        });
        for (const [i, id] of item_ids.entries()) {
          const item = row.items.find((other) => other.item_id === id);
          if (item === undefined) throw new ToolError(`Item ${id} not found`);
          item.item_id = new_item_ids[i] ?? '';
          // The reference gives every swapped item the price and options of the last new one. Its published
          // results depend on that, so it is kept.
          if (variant !== undefined) {
            item.price = variant.price;
            item.options = { ...variant.options };
          }
        }
        row.status = 'pending (item modified)';
      });
    },
    shows: showsOrder,
  }),
  tool({
    name: 'modify_pending_order_payment',
    description:
      'Moves the payment of a pending order to another payment method of the customer. Needs an explicit yes of the customer to the details.',
    kind: 'write',
    parameters: z.strictObject({
      order_id: orderId,
      payment_method_id: z.string().describe("The new payment method, for example 'credit_card_0000000'."),
    }),
    execute(db, { order_id, payment_method_id }) {
      const order = getOrder(db, order_id);
      if (!isPending(order.status)) throw new ToolError('Non-pending order cannot be modified');
      const method = getPaymentMethod(db, order.user_id, payment_method_id);
      const [only, ...more] = order.payment_history;
      if (only === undefined || more.length > 0 || only.transaction_type !== 'payment')
        throw new ToolError('There should be exactly one payment for a pending order');
      if (only.payment_method_id === payment_method_id)
        throw new ToolError('The new payment method should be different from the current one');
      const { amount, payment_method_id: oldId } = only;
      if (method.source === 'gift_card' && method.balance < amount)
        throw new ToolError('Insufficient gift card balance to pay for the order');
      if (method.source === 'gift_card') credit(db, order.user_id, payment_method_id, -amount);
      if (getPaymentMethod(db, order.user_id, oldId).source === 'gift_card')
        credit(db, order.user_id, oldId, amount);
      return db.update('orders', order_id, (row) => {
        row.payment_history.push(
          { transaction_type: 'payment', amount, payment_method_id },
          { transaction_type: 'refund', amount, payment_method_id: oldId },
        );
      });
    },
    shows: showsOrder,
  }),
  tool({
    name: 'modify_user_address',
    description:
      "Replaces a customer's default address. Needs an explicit yes of the customer to the details.",
    kind: 'write',
    parameters: z.strictObject({
      user_id: z.string().describe("The user id, for example 'jo_park_4821'."),
      ...addressParameters,
    }),
    execute: (db, { user_id, ...to }) => changeUserAddress(db, user_id, () => addressOf(to)),
    loosely: (db, { user_id }, given) => changeUserAddress(db, user_id, () => userAddress.parse(given)),
    shows: (_db, { user_id }) => [{ table: 'users', id: user_id }],
  }),
];

/** The reference's model of an address, which it makes once it knows that the address may change. */
const userAddress = model<Address>('UserAddress', {
  address1: text,
  address2: text,
  city: text,
  country: text,
  state: text,
  zip: text,
});

const addressOf = ({ address1, address2, city, country, state, zip }: Address): Address => ({
  address1,
  address2,
  city,
  country,
  state,
  zip,
});

function changeOrderAddress(db: Draft<RetailDb>, id: string, to: () => Address): Json {
  if (!isPending(getOrder(db, id).status)) throw new ToolError('Non-pending order cannot be modified');
  const address = to();
  return db.update('orders', id, (row) => void (row.address = address));
}

function changeUserAddress(db: Draft<RetailDb>, id: string, to: () => Address): Json {
  getUser(db, id);
  const address = to();
  return db.update('users', id, (row) => void (row.address = address));
}

/** How often a value is in a list. */
export function occurrences(list: readonly string[], value: string): number {
  return list.reduce((count, other) => count + Number(other === value), 0);
}
