import { choiceSlot } from '#core/environment/index.ts';
import type { IntentSpec, SlotSpec } from '#core/environment/index.ts';
import type { Order, RetailDb } from '../schema.ts';
import { itemIn, itemName, paymentIn, paymentName, valueOf, type Context } from './lookup.ts';
import { itemSlot } from './slots/item.ts';
import { orderSlot, type OrderSlot } from './slots/order.ts';
import { paymentSlot } from './slots/payment.ts';

type Intent = IntentSpec<RetailDb>;

/** A wish for a tool that does not exist. */
function wish(
  id: string,
  title: string,
  missingTool: NonNullable<Intent['missingTool']>,
  slots: readonly SlotSpec<RetailDb>[],
  opening: readonly string[],
  describe: (context: Context) => string,
): Intent {
  return { id, title, missingTool, slots, opening, describe };
}

const pending: OrderSlot = { only: ({ status }) => status === 'pending' };
const onItsWay = ({ status }: Order) => status === 'pending' || status === 'processed';
const name = (context: Context) => `order ${valueOf(context, 'order')}`;
const itemText = (context: Context) => {
  const found = itemIn(context, 'item');
  return found === undefined ? 'the item' : `the ${itemName(found)}`;
};

/** Requests that no tool of the store can serve. */
export const wishes: readonly Intent[] = [
  wish(
    'match_price',
    "Match a competitor's price",
    {
      name: 'match_competitor_price',
      description: 'Lowers the price of an ordered item to what another store asks.',
    },
    [orderSlot(), itemSlot('item')],
    [
      '[It is about {order}. ]I have seen {item} for less at another store. Please match that price.',
      'Do you do price matching? Another shop sells {item} cheaper.[ You will find my purchase under {order}.]',
      '[I am looking at {order}. ]A competitor is cheaper on {item}, and I want you to refund the difference.',
      'I paid too much for {item} compared with other stores. Can you match their price?[ I mean {order}.]',
      'Please give me the competitor price on {item}[; look under {order}].',
    ],
    (context) => `match another store's price for ${itemText(context)} in ${name(context)}`,
  ),
  wish(
    'split_payment',
    'Split a payment over two methods',
    {
      name: 'split_order_payment',
      description: 'Charges a part of an order to a second payment method.',
    },
    [
      orderSlot(pending),
      paymentSlot({
        question: ['Which payment method should pay the other part?'],
        vague: ['a second payment method'],
      }),
    ],
    [
      'I would like to split the payment for {order}: half as it is, half on {payment}.',
      'Can you put a part of {order} on {payment} and leave the rest where it is?',
      'Please charge only half of {order} to what I used, and the other half to {payment}.',
      'I cannot cover all of {order} with one payment method. Could {payment} take half of it?',
      'Is it possible to pay for {order} with two methods? The second one would be {payment}.',
    ],
    (context) => {
      const method = paymentIn(context);
      return `split the payment of ${name(context)} with ${method === undefined ? 'another method' : paymentName(method)}`;
    },
  ),
  wish(
    'cancel_one_item',
    'Cancel a single item of an order',
    {
      name: 'cancel_order_item',
      description: 'Takes one item out of a pending order and refunds it.',
    },
    [orderSlot({ only: ({ status, items }) => status === 'pending' && items.length > 1 }), itemSlot('item')],
    [
      '[It is about {order}. ]Please cancel only {item} and keep everything else.',
      'I want to drop {item}, but not the rest of the order.[ I mean {order}.]',
      'Can you take {item} out of the order and leave the other things in?[ Look under {order}.]',
      '[In {order}, ]I no longer want {item}. The other items should still come.',
      'Could you remove just {item}[ from {order}]? I still want everything else.',
    ],
    (context) => `cancel only ${itemText(context)} in ${name(context)}`,
  ),
  wish(
    'choose_delivery_day',
    'Choose the delivery day of an order',
    {
      name: 'set_delivery_day',
      description: 'Sets the day of the week on which an order is delivered.',
    },
    [
      orderSlot({ only: onItsWay }),
      choiceSlot({
        name: 'day',
        title: 'delivery day',
        question: ['Which day would suit you?'],
        choices: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
        vague: ['a certain day'],
      }),
    ],
    [
      'Please have {order} delivered on {day}.',
      'I am only home on certain days. Can {order} come on {day}?',
      'Could you move the delivery of {order} to {day}?',
      'I need {order} to arrive on {day}, not before and not after.',
      'Is there a way to pick the day for {order}? I would choose {day}.',
    ],
    (context) => `have ${name(context)} delivered on ${valueOf(context, 'day')}`,
  ),
  wish(
    'undo_cancellation',
    'Undo the cancellation of an order',
    {
      name: 'reinstate_order',
      description: 'Makes a cancelled order pending again.',
    },
    [orderSlot({ only: ({ status }) => status === 'cancelled' })],
    [
      'I cancelled {order} too soon. Please bring it back.',
      'Can you undo the cancellation of {order}?',
      'I want {order} after all. Could you reactivate it?',
      'Please reverse the cancellation of {order}, I still need everything in it.',
      'It was wrong to cancel {order}. Is there a way to put it through again?',
    ],
    (context) => `undo the cancellation of ${name(context)}`,
  ),
  wish(
    'apply_discount_code',
    'Apply a discount code to an order',
    {
      name: 'apply_discount_code',
      description: 'Takes a discount code off the total of an order that was already placed.',
    },
    [
      orderSlot(pending),
      choiceSlot({
        name: 'code',
        title: 'discount code',
        question: ['What is the code?'],
        choices: ['SAVE10', 'WELCOME15', 'THANKS20', 'FREESHIP'],
        vague: ['a discount code'],
      }),
    ],
    [
      'I forgot to enter {code} when I placed {order}. Please apply it now.',
      'Could you add {code} to {order}?',
      'I have a coupon, {code}, and I want to use it for {order}.',
      'Please take {code} off the price of {order}.',
      'Does {code} still work for {order}? If so, please apply it.',
    ],
    (context) => `apply the code ${valueOf(context, 'code')} to ${name(context)}`,
  ),
  wish(
    'speed_up_delivery',
    'Upgrade an order to express delivery',
    {
      name: 'upgrade_to_express',
      description: 'Ships an order by express for an extra charge.',
    },
    [orderSlot({ only: onItsWay })],
    [
      'Please upgrade {order} to express delivery. I will pay the extra charge.',
      'I need {order} sooner. Can you switch it to express?',
      'How do I get {order} faster? I want overnight shipping.',
      'Could you put {order} on express shipping, please?',
      'I am in a hurry for {order}. Please send it by the fastest service you have.',
    ],
    (context) => `upgrade ${name(context)} to express delivery`,
  ),
  wish(
    'add_gift_wrap',
    'Add gift wrapping to an order',
    {
      name: 'add_gift_wrap',
      description: 'Has all items of a pending order wrapped as gifts.',
    },
    [orderSlot(pending)],
    [
      'Could you gift-wrap everything in {order}?',
      'I am giving {order} to a friend, so please wrap it as a present.',
      'Please add gift wrapping to {order}.',
      'Is it too late to get {order} wrapped? It is a birthday present.',
      'I forgot to tick gift wrap for {order}. Can you add it?',
    ],
    (context) => `add gift wrapping to ${name(context)}`,
  ),
];
