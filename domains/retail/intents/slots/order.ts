import type { Candidate, Json, Random, SlotSpec } from '#core/environment/index.ts';
import type { Order, RetailDb } from '../../schema.ts';
import { ordersOf, readOrder, readOrders, textOf, totalOf, type Context } from '../lookup.ts';
import { isPlural, listed, money, noun } from '../nouns.ts';

type Slot = SlotSpec<RetailDb>;

export interface OrderSlot {
  /** The orders that such a request can sensibly be about; all when absent. */
  readonly only?: (order: Order) => boolean;
  /** The statuses for which the request makes sense: somebody else's order is taken from these. */
  readonly foreign?: readonly Order['status'][];
  /** Attributes that would already tell what the request asks for. */
  readonly hide?: readonly string[];
}

const referBy = [
  ['product'],
  ['status', 'product'],
  ['order_id'],
  ['status'],
  ['total'],
  ['city'],
  ['product', 'city'],
];

/** Which of their orders the user means. */
export function orderSlot({ only, foreign, hide = [] }: OrderSlot = {}): Slot {
  return {
    name: 'order',
    title: 'order',
    subject: true,
    question: [
      'Which order is this about?',
      'Which of your orders do you mean?',
      'Could you tell me which order you have in mind?',
    ],
    candidates(context) {
      const own = ordersOf(context);
      return own.filter((order) => only?.(order) ?? true).map((order) => candidateOf(order, own));
    },
    ...(foreign === undefined
      ? {}
      : { foreign: (context: Context, random: Random) => foreignOrder(context, random, foreign) }),
    referBy: referBy.filter((names) => !names.some((name) => hide.includes(name))),
    phrase: phraseOrder,
    vague: ['one of my orders', 'an order of mine', 'one of the orders on my account'],
    reads(context, mentioned) {
      const id = mentioned.order_id;
      return typeof id === 'string' ? [readOrder(id)] : readOrders(context);
    },
  };
}

function candidateOf(order: Order, own: readonly Order[]): Candidate {
  const elsewhere = new Set(
    own.filter((other) => other !== order).flatMap((other) => other.items.map((item) => item.name)),
  );
  // What no other order has comes first: people name what tells an order apart.
  const names = [...new Set(order.items.map((item) => item.name))].sort(
    (a, b) => Number(elsewhere.has(a)) - Number(elsewhere.has(b)),
  );
  return {
    value: order.order_id,
    attributes: {
      order_id: order.order_id,
      status: stageOf(order),
      product: names,
      total: totalOf(order),
      city: order.address.city,
    },
    label: `order ${order.order_id} (${names.join(', ')}; ${order.status})`,
  };
}

function foreignOrder(
  { db, userId }: Context,
  random: Random,
  statuses: readonly Order['status'][],
): Candidate | undefined {
  const ids = db.ids('orders');
  for (let tries = 0; tries < 40 && ids.length > 0; tries += 1) {
    const order = db.get('orders', random.pick(ids));
    if (order === undefined || order.user_id === userId || !statuses.includes(order.status)) continue;
    // A stranger's order can only be known by its number.
    const { order_id } = order;
    return { value: order_id, attributes: { order_id }, label: `order ${order_id}` };
  }
  return undefined;
}

/** How far an order has come, as its owner sees it; a change that was asked for does not undo a delivery. */
function stageOf({ status }: Order): string {
  if (status === 'pending (item modified)') return 'pending';
  return status === 'return requested' || status === 'exchange requested' ? 'delivered' : status;
}

const clauses: Readonly<Record<string, string>> = {
  pending: 'that is still pending',
  processed: 'that has been processed',
  delivered: 'that was delivered',
  cancelled: 'that was cancelled',
};

function phraseOrder(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { order_id, product, status, total, city } = attributes;
  if (typeof order_id === 'string') return random.pick([`order ${order_id}`, `my order ${order_id}`]);
  const stage = textOf(status);
  const clause = clauses[stage] ?? '';
  const what = typeof product === 'string' ? [`with the ${noun(product)}`] : [];
  const where = typeof city === 'string' ? [`to ${city}`] : [];
  const amount = typeof total === 'number' ? [`that came to ${money(total)}`] : [];
  const tail = [...where, ...what, ...amount];
  const ways = [
    ['my order', ...tail, clause],
    ['the order', ...tail, clause],
  ];
  if (stage !== '') ways.push([`my ${stage} order`, ...tail]);
  if (typeof product === 'string' && tail.length === 1 && clause === '') {
    ways.push(['the order', ...tail, 'in it']);
    if (!isPlural(product)) ways.push([`my ${noun(product)} order`]);
  }
  return random
    .pick(ways)
    .filter((part) => part !== '')
    .join(' ');
}

/** "order #W1 (Floor Lamp and T-Shirt)", for confirmations. */
export function orderName(order: Order): string {
  return `order ${order.order_id} (${listed([...new Set(order.items.map((item) => item.name))])})`;
}
