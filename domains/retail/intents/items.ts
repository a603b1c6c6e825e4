/** Returns, exchanges and modifications of one, two or three items. A slot holds one value, so each is an intent. */
import { isJsonArray } from '#core/environment/index.ts';
import type { Fact, IntentSpec, Json, SlotSpec, ToolCall } from '#core/environment/index.ts';
import type { Order, RetailDb } from '../schema.ts';
import {
  cents,
  itemIn,
  itemName,
  optionValues,
  orderIn,
  paymentIn,
  paymentName,
  replacementIn,
  textOf,
  valueOf,
  type Context,
} from './lookup.ts';
import { listed, money } from './nouns.ts';
import { itemSlot } from './slots/item.ts';
import { orderSlot } from './slots/order.ts';
import { paymentSlot } from './slots/payment.ts';
import { replacementSlot } from './slots/variant.ts';

type Intent = IntentSpec<RetailDb>;

/** What tells returns, exchanges and modifications apart. */
export interface ItemAction {
  readonly tool: string;
  /** True when every item gets a new one in its place. */
  readonly swaps: boolean;
  /** The statuses in which the request makes sense. */
  readonly status: Order['status'];
  /** "exchange", in "exchange the Floor Lamp (...) for ...". */
  readonly verb: string;
  /** "for", in "exchange the Floor Lamp (...) for ...". */
  readonly into: string;
  /** The tool that does the same for orders of another status; none for returns. */
  readonly otherTool?: string;
  readonly payment: SlotSpec<RetailDb>;
}

export interface ItemIntent {
  readonly id: string;
  readonly title: string;
  readonly recall: string;
  readonly opening: readonly string[];
}

export const settlePayment = paymentSlot({
  question: [
    'Which payment method should I use for the price difference?',
    'How would you like to settle the price difference?',
    'Where should the price difference go?',
  ],
  vague: ['one of my payment methods'],
  original: true,
});

export const refundPayment = paymentSlot({
  question: [
    'Which payment method should receive the refund?',
    'Where would you like the refund to go?',
    'How should I refund you?',
  ],
  vague: ['one of my payment methods'],
  original: true,
});

const slotName = (base: string, position: number) => (position === 0 ? base : `${base}_${position + 1}`);

/** The intent for a number of items. */
export function itemIntent(action: ItemAction, count: number, spec: ItemIntent): Intent {
  const items = Array.from({ length: count }, (_, i) => slotName('item', i));
  const news = action.swaps ? items.map((_, i) => slotName('replacement', i)) : [];
  const values = (context: Context, slots: readonly string[]) => slots.map((slot) => valueOf(context, slot));
  const callFor = (context: Context, order: readonly number[]): ToolCall => {
    const inOrder = (slots: readonly string[]) => order.map((i) => valueOf(context, slots[i] ?? ''));
    return {
      name: action.tool,
      arguments: {
        order_id: valueOf(context, 'order'),
        item_ids: inOrder(items),
        ...(action.swaps ? { new_item_ids: inOrder(news) } : {}),
        payment_method_id: valueOf(context, 'payment'),
      },
    };
  };
  const [inSequence = [], ...otherOrders] = permutations(count);
  return {
    ...spec,
    tool: action.tool,
    slots: [
      orderSlot({ foreign: [action.status] }),
      ...items.flatMap((item, i) => [
        itemSlot(item, [...items.slice(0, i), ...news.slice(0, i)]),
        ...(action.swaps ? [replacementSlot(news[i] ?? '', item, { replaced: items.slice(0, i) })] : []),
      ]),
      action.payment,
    ],
    describe: (context) => describeItems(action, context, items, news),
    call: (context) => callFor(context, inSequence),
    equivalentCalls: (context) => otherOrders.map((order) => callFor(context, order)),
    insteadCalls: (context) =>
      action.otherTool === undefined
        ? cancellation(context, items)
        : [{ ...callFor(context, inSequence), name: action.otherTool }],
    quotes: (context) => (action.swaps ? difference(context, items, news) : refund(context, items)),
    parse(db, { arguments: args }) {
      const order = db.get('orders', textOf(args.order_id));
      const old = texts(args.item_ids);
      const fresh = action.swaps ? texts(args.new_item_ids) : old;
      const payment = args.payment_method_id;
      const fits = old?.length === count && new Set(old).size === count && fresh?.length === count;
      if (!fits || order === undefined || typeof payment !== 'string') return undefined;
      const parsed: Record<string, Json> = { order: order.order_id };
      items.forEach((item, i) => {
        parsed[item] = old[i] ?? '';
        if (action.swaps) parsed[news[i] ?? ''] = fresh[i] ?? '';
      });
      parsed.payment = payment;
      return { userId: order.user_id, values: parsed };
    },
  };

  function describeItems(
    { verb, into, swaps }: ItemAction,
    context: Context,
    itemSlots: readonly string[],
    newSlots: readonly string[],
  ): string {
    const parts = values(context, itemSlots).map((itemId, i) => {
      const item = itemIn(context, itemSlots[i] ?? '');
      const old = item === undefined ? `item ${itemId}` : `the ${itemName(item)}`;
      if (!swaps) return old;
      const variant = replacementIn(context, itemSlots[i] ?? '', newSlots[i] ?? '');
      const options = variant === undefined ? '' : ` (${optionValues(variant.options).join(', ')})`;
      return `${old} ${into} item ${valueOf(context, newSlots[i] ?? '')}${options}`;
    });
    const method = paymentIn(context);
    const name = method === undefined ? valueOf(context, 'payment') : paymentName(method);
    const settled = swaps ? `with any price difference on ${name}` : `with the refund to ${name}`;
    return `${verb} ${listed(parts)} in order ${valueOf(context, 'order')}, ${settled}`;
  }
}

/** Whoever wants to send everything back before it was sent wants the order cancelled. */
function cancellation(context: Context, items: readonly string[]): ToolCall[] {
  const order = orderIn(context);
  const named = new Set(items.map((slot) => valueOf(context, slot)));
  if (order === undefined || !order.items.every((item) => named.has(item.item_id))) return [];
  return [
    {
      name: 'cancel_pending_order',
      arguments: { order_id: order.order_id, reason: 'no longer needed' },
    },
  ];
}

function difference(context: Context, items: readonly string[], news: readonly string[]): Fact[] {
  const amounts = items.map((item, i) => {
    const variant = replacementIn(context, item, news[i] ?? '');
    return (variant?.price ?? 0) - (itemIn(context, item)?.price ?? 0);
  });
  const amount = cents(amounts.reduce((sum, one) => sum + one, 0));
  return [{ key: 'price_difference', title: 'the price difference', value: money(amount), amount }];
}

// No amount: nobody makes a return depend on the refund being small enough.
function refund(context: Context, items: readonly string[]): Fact[] {
  if (orderIn(context) === undefined) return [];
  const amount = cents(items.reduce((sum, item) => sum + (itemIn(context, item)?.price ?? 0), 0));
  return [{ key: 'refund', title: 'the refund', value: money(amount) }];
}

function texts(value: Json | undefined): string[] | undefined {
  if (!isJsonArray(value)) return undefined;
  const found = value.filter((one) => typeof one === 'string');
  return found.length === value.length ? found : undefined;
}

/** Every order of the numbers below `count`, the natural one first. */
function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  const shorter = permutations(count - 1);
  const positions = Array.from({ length: count }, (_, i) => count - 1 - i);
  return positions.flatMap((at) => shorter.map((one) => one.toSpliced(at, 0, count - 1)));
}
