import type { IntentSpec, JsonObject } from '#core/environment/index.ts';
import type { Address, RetailDb } from '../schema.ts';
import {
  addressLine,
  addressOf,
  orderIn,
  paymentIn,
  paymentName,
  userIn,
  textOf,
  valueOf,
  type Context,
} from './lookup.ts';
import { money } from './nouns.ts';
import { addressSlot } from './slots/address.ts';
import { orderName, orderSlot } from './slots/order.ts';
import { paymentSlot } from './slots/payment.ts';

type Intent = IntentSpec<RetailDb>;

const addressArguments = ({ values }: Context): JsonObject => ({ ...(addressOf(values.address) ?? {}) });
const addressText = ({ values }: Context): string => {
  const address = addressOf(values.address);
  return address === undefined ? 'the new address' : addressLine(address);
};

/** The address in a call's arguments, as a slot value: the fields and nothing else. */
function parsedAddress(args: JsonObject): Address | undefined {
  const complete = ['address1', 'address2', 'city', 'country', 'state', 'zip'].every(
    (name) => typeof args[name] === 'string',
  );
  return complete ? addressOf(args) : undefined;
}

export const changeOrderAddress: Intent = {
  id: 'change_order_address',
  title: "Change an order's shipping address",
  recall: 'change the address of {order}',
  tool: 'modify_pending_order_address',
  slots: [orderSlot({ foreign: ['pending'] }), addressSlot((context) => orderIn(context)?.address)],
  opening: [
    'Please send {order} to {address} instead.',
    'I need {order} delivered somewhere else[: {address}].',
    'Could you change the shipping address of {order}?[ The new one is {address}.]',
    'I am moving, so {order} should go to {address}.',
    'I put the wrong address on {order}.[ The right one is {address}.]',
    'Nobody will be home to accept {order}. Can you ship it to {address}?',
  ],
  describe(context) {
    const order = orderIn(context);
    const what = order === undefined ? `order ${valueOf(context, 'order')}` : orderName(order);
    return `change the shipping address of ${what} to ${addressText(context)}`;
  },
  call: (context) => ({
    name: 'modify_pending_order_address',
    arguments: { order_id: valueOf(context, 'order'), ...addressArguments(context) },
  }),
  parse(db, { arguments: args }) {
    const order = db.get('orders', textOf(args.order_id));
    const address = parsedAddress(args);
    if (order === undefined || address === undefined) return undefined;
    return { userId: order.user_id, values: { order: order.order_id, address } };
  },
};

export const changeOrderPayment: Intent = {
  id: 'change_order_payment',
  title: "Change an order's payment method",
  recall: 'switch the payment of {order}',
  tool: 'modify_pending_order_payment',
  slots: [
    orderSlot({ foreign: ['pending'] }),
    paymentSlot({
      question: [
        'Which payment method would you like to use instead?',
        'How would you like to pay for it?',
        'Which of your payment methods should I put on the order?',
      ],
      vague: ['a different payment method', 'another payment method'],
    }),
  ],
  opening: [
    'I would like to pay for {order} with {payment} instead.',
    'Please switch the payment for {order} to {payment}.',
    'Can you charge {order} to {payment}?',
    'I used the wrong payment method for {order}.[ It should have been {payment}.]',
    'Could {payment} be used for {order} rather than what I picked at checkout?',
    'I want to move the payment of {order} over to {payment}.',
  ],
  describe(context) {
    const order = orderIn(context);
    const what = order === undefined ? `order ${valueOf(context, 'order')}` : orderName(order);
    const method = paymentIn(context);
    return `move the payment of ${what} to ${method === undefined ? 'the new payment method' : paymentName(method)}`;
  },
  call: (context) => ({
    name: 'modify_pending_order_payment',
    arguments: { order_id: valueOf(context, 'order'), payment_method_id: valueOf(context, 'payment') },
  }),
  quotes(context) {
    const paid = orderIn(context)?.payment_history[0];
    return paid === undefined ? [] : [{ key: 'total', title: 'the order total', value: money(paid.amount) }];
  },
  parse(db, { arguments: args }) {
    const order = db.get('orders', textOf(args.order_id));
    if (order === undefined || typeof args.payment_method_id !== 'string') return undefined;
    return { userId: order.user_id, values: { order: order.order_id, payment: args.payment_method_id } };
  },
};

export const changeDefaultAddress: Intent = {
  id: 'change_default_address',
  title: 'Change the default address',
  recall: 'change my default address',
  tool: 'modify_user_address',
  slots: [addressSlot((context) => userIn(context)?.address)],
  opening: [
    'Please change my default address to {address}.',
    'I have moved, and my profile needs a new address[: {address}].',
    'Could you update the address on my account?[ It should be {address}.]',
    'From now on my default address should be {address}.',
    'The address in my profile is out of date.[ Please make it {address}.]',
  ],
  describe: (context) => `change your default address to ${addressText(context)}`,
  call: (context) => ({
    name: 'modify_user_address',
    arguments: { user_id: context.userId, ...addressArguments(context) },
  }),
  parse(db, { arguments: args }) {
    const user = db.get('users', textOf(args.user_id));
    const address = parsedAddress(args);
    return user === undefined || address === undefined
      ? undefined
      : { userId: user.user_id, values: { address } };
  },
};
