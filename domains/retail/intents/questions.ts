import type { Fact, IntentSpec, SlotSpec } from '#core/environment/index.ts';
import type { Order, RetailDb } from '../schema.ts';
import {
  cents,
  itemIn,
  orderIn,
  paymentIn,
  productIn,
  replacementIn,
  totalOf,
  valueOf,
  type Context,
} from './lookup.ts';
import { money } from './nouns.ts';
import { itemSlot } from './slots/item.ts';
import { orderSlot } from './slots/order.ts';
import { paymentSlot } from './slots/payment.ts';
import { productSlot } from './slots/product.ts';
import { replacementSlot, variantSlot } from './slots/variant.ts';

type Intent = IntentSpec<RetailDb>;

/** A question about one order. What it asks for must not be how the order is referred to. */
function orderQuestion(
  id: string,
  title: string,
  slot: Parameters<typeof orderSlot>[0],
  opening: readonly string[],
  answer: (order: Order, context: Context) => readonly Fact[],
): Intent {
  const lower = title.charAt(0).toLowerCase() + title.slice(1);
  return {
    id,
    title,
    slots: [orderSlot(slot)],
    opening,
    describe: (context) => `${lower} (order ${valueOf(context, 'order')})`,
    answer(context) {
      const order = orderIn(context);
      return order === undefined ? [] : answer(order, context);
    },
  };
}

const fact = (key: string, title: string, value: string): Fact => ({ key, title, value });
const tracking = (order: Order) => order.fulfillments.flatMap((shipment) => shipment.tracking_id);
const refunded = (order: Order) =>
  order.payment_history.filter((payment) => payment.transaction_type === 'refund');

const giftCard: SlotSpec<RetailDb> = paymentSlot({
  question: ['Which gift card do you mean?', 'Which of your gift cards is it about?'],
  vague: ['one of my gift cards'],
  only: (method) => method.source === 'gift_card',
});

/** What users want to know. Each answer can be found word for word in what the agent says. */
export const questions: readonly Intent[] = [
  orderQuestion(
    'order_status',
    "Check an order's status",
    { hide: ['status'] },
    [
      'What is the status of {order}?',
      'Could you check the status of {order} for me?',
      'Where do things stand with {order}?',
      'I have not heard anything about {order}. What is its status?',
      'Can you look up {order} and tell me its status?',
    ],
    (order) => [
      fact('status', 'the status', order.status === 'pending (item modified)' ? 'pending' : order.status),
    ],
  ),
  orderQuestion(
    'order_total',
    "Check an order's total",
    { hide: ['total'] },
    [
      'How much did {order} come to in total?',
      'I need the total of {order} for my records.',
      'Could you tell me the full price of {order}?',
      'What is the total for {order}, all items together?',
      'I am going through my budget. How much was {order} altogether?',
    ],
    (order) => [fact('total', 'the total', money(totalOf(order)))],
  ),
  orderQuestion(
    'shipping_address',
    "Check an order's shipping address",
    { hide: ['city'] },
    [
      'Which address does {order} go to?',
      'Could you read me the shipping address of {order}?',
      'I am not sure which address I used for {order}. What does it say?',
      'Where is {order} being sent?',
      'Please tell me the address that is on {order}.',
    ],
    // The street alone: people name the city of another order, or their zip code, in the same breath.
    ({ address }) => [fact('street', 'the street address', address.address1)],
  ),
  orderQuestion(
    'tracking_number',
    "Get an order's tracking number",
    { only: (order) => tracking(order).length > 0 },
    [
      'I need the tracking number of {order}.',
      'Can you give me the tracking number for {order}?',
      'What is the tracking number of {order}? I cannot find it in my emails.',
      'How can I track {order}? Please give me the number.',
      'Could you look up the tracking number that belongs to {order}?',
    ],
    (order) => tracking(order).map((id, i) => fact(`tracking_${i + 1}`, 'the tracking number', id)),
  ),
  orderQuestion(
    'refund_made',
    'Check how much was refunded',
    { only: (order) => order.status === 'cancelled' && refunded(order).length > 0, hide: ['total'] },
    [
      'How much was I refunded for {order}?',
      'What did I get back for {order}?',
      'Could you check the refund for {order}? I need the amount.',
      'I am trying to match my bank statement. How much was the refund for {order}?',
      'Please tell me how much money came back for {order}.',
    ],
    (order) => [
      fact(
        'refund',
        'the refund',
        money(cents(refunded(order).reduce((sum, { amount }) => sum + amount, 0))),
      ),
    ],
  ),
  {
    id: 'item_price',
    title: 'Check what an item cost',
    slots: [orderSlot({ hide: ['total'] }), itemSlot('item', [], ['price'])],
    opening: [
      '[It is about {order}. ]How much did I pay for {item}?',
      'What was the price of {item}?[ I mean {order}.]',
      'I need to know what {item} cost me.[ You will find the purchase under {order}.]',
      '[In {order}, ]how much of the total was for {item}?',
      'Can you look up how much I was charged for {item}?[ Look under {order}.]',
    ],
    describe: () => 'check what the item cost',
    answer(context) {
      const item = itemIn(context, 'item');
      return item === undefined ? [] : [fact('price', 'the price', money(item.price))];
    },
  },
  {
    id: 'gift_card_balance',
    title: 'Check a gift card balance',
    slots: [giftCard],
    opening: [
      'How much is left on {payment}?',
      'Could you check the balance of {payment}?',
      'What is the balance on {payment} right now?',
      'I want to know how much money {payment} still has.',
      'Before I order anything: how much is on {payment}?',
    ],
    describe: () => 'tell you the balance of your gift card',
    answer(context) {
      const card = paymentIn(context);
      return card?.source === 'gift_card' ? [fact('balance', 'the balance', money(card.balance))] : [];
    },
  },
  {
    id: 'available_options',
    title: 'Count the available versions of a product',
    slots: [productSlot],
    opening: [
      'How many kinds of {product} do you have in stock right now?',
      'I am shopping for {product}. How many versions are available at the moment?',
      'Could you count the versions of {product} that I could order today?',
      'How big is your choice of {product}? I mean the number of versions in stock.',
      'For {product}, how many different versions are available?',
    ],
    describe: (context) => `count the available versions of ${productIn(context, 'product')?.name ?? 'it'}`,
    answer(context) {
      const product = productIn(context, 'product');
      if (product === undefined) return [];
      const count = Object.values(product.variants).filter((variant) => variant.available).length;
      return [fact('available', 'the number of available versions', String(count))];
    },
  },
  {
    id: 'lowest_price',
    title: 'Find the lowest price of a product',
    slots: [productSlot],
    opening: [
      'I am looking for {product}. What is the lowest price for anything in stock?',
      'What is the cheapest you have in {product}, counting only what is available?',
      'What is the least that I would have to spend on {product} that you can ship?',
      'For {product}, what does the cheapest available version cost?',
      'My budget is small. What is the lowest price at which I can get {product} right now?',
    ],
    describe: (context) => `look up the lowest price for ${productIn(context, 'product')?.name ?? 'it'}`,
    answer(context) {
      const variants = Object.values(productIn(context, 'product')?.variants ?? {});
      const prices = variants.filter((variant) => variant.available).map((variant) => variant.price);
      return prices.length === 0 ? [] : [fact('price', 'the lowest price', money(Math.min(...prices)))];
    },
  },
  {
    id: 'version_price',
    title: 'Check the price of a version',
    slots: [productSlot, variantSlot],
    opening: [
      'I am looking at {product}. How much is {variant}?',
      'What is the price of {variant}? It is about {product}.',
      'For {product}, what does {variant} cost?',
      'I am comparing prices for {product}, and I would like to know what {variant} costs.',
      'Could you look up {product} for me? I need the price of {variant}.',
    ],
    describe: (context) => `look up a price for ${productIn(context, 'product')?.name ?? 'it'}`,
    answer(context) {
      const variant = productIn(context, 'product')?.variants[valueOf(context, 'variant')];
      return variant === undefined ? [] : [fact('price', 'the price', money(variant.price))];
    },
  },
  {
    id: 'price_difference',
    title: 'Compare the price of another version',
    slots: [orderSlot(), itemSlot('item'), replacementSlot('replacement', 'item', { different: true })],
    opening: [
      '[It is about {order}. ]What would the price difference be between {item} and {replacement}?',
      '[I am looking at {order}. ]If I had taken {replacement} when I bought {item}, how much more or less would I have paid?',
      'How far apart are the prices of {item} and {replacement}?[ I mean {order}.]',
      'I would like to compare what I paid for {item} with the price of {replacement}.[ You will find the purchase under {order}.] What is the difference?',
      '[In {order}, ]I am thinking about {item}. How large is the price difference to {replacement}?',
    ],
    describe: () => 'compare the two prices',
    answer(context) {
      const item = itemIn(context, 'item');
      const variant = replacementIn(context, 'item', 'replacement');
      if (item === undefined || variant === undefined) return [];
      const amount = Math.abs(cents(variant.price - item.price));
      return [fact('price_difference', 'the price difference', money(amount))];
    },
  },
];
