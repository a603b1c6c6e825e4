import type { Random } from '#core/environment/index.ts';
import type { Order, OrderItem, Product, User, Variant } from '../schema.ts';
import { cancelReasons } from '../schema.ts';
import { digitsOf, type Ids } from './ids.ts';
import { drawAddress } from './places.ts';

type Status = Order['status'];

const statuses: readonly (readonly [status: Status, share: number])[] = [
  ['pending', 0.36],
  ['delivered', 0.35],
  ['processed', 0.1],
  ['cancelled', 0.08],
  ['pending (item modified)', 0.05],
  ['exchange requested', 0.03],
  ['return requested', 0.03],
];
/** How often an item comes from the few products that a user keeps buying, so that references stay ambiguous. */
const HABIT = 0.6;

/** One to five orders of a user. */
export function drawOrders(user: User, products: readonly Product[], random: Random, ids: Ids): Order[] {
  const habit = [0, 1, 2].map(() => random.pick(products));
  const addresses = [user.address, drawAddress(random, random.chance(0.5) ? user.address.city : undefined)];
  const count = random.pick([1, 2, 3, 3, 3, 4, 4, 5]);
  return Array.from({ length: count }, () => {
    const items = drawItems(random, habit, products);
    const address = random.chance(0.75) ? addresses[0] : addresses[1];
    const order: Order = {
      order_id: ids.next('#W', 7),
      user_id: user.user_id,
      address: address ?? user.address,
      items: items.map(({ item }) => item),
      status: 'pending',
      fulfillments: [],
      payment_history: [
        {
          transaction_type: 'payment',
          amount: cents(items.reduce((sum, { item }) => sum + item.price, 0)),
          payment_method_id: random.pick(Object.keys(user.payment_methods)),
        },
      ],
      cancel_reason: null,
      exchange_items: null,
      exchange_new_items: null,
      exchange_payment_method_id: null,
      exchange_price_difference: null,
      return_items: null,
      return_payment_method_id: null,
    };
    return advance(order, drawStatus(random), items, random);
  });
}

interface Drawn {
  readonly item: OrderItem;
  readonly product: Product;
}

function drawItems(random: Random, habit: readonly Product[], products: readonly Product[]): Drawn[] {
  const count = random.pick([1, 2, 2, 3, 3, 4, 4, 5]);
  const drawn: Drawn[] = [];
  for (let tries = 0; drawn.length < count && tries < 20; tries += 1) {
    const product = random.pick(random.chance(HABIT) ? habit : products);
    const variant = random.pick(Object.values(product.variants));
    if (!drawn.some(({ item }) => item.item_id === variant.item_id))
      drawn.push({ item: itemOf(product, variant), product });
  }
  return drawn;
}

const itemOf = (product: Product, variant: Variant): OrderItem => ({
  name: product.name,
  product_id: product.product_id,
  item_id: variant.item_id,
  price: variant.price,
  options: variant.options,
});

function drawStatus(random: Random): Status {
  let left = random.next();
  return statuses.find(([, share]) => (left -= share) < 0)?.[0] ?? 'pending';
}

/** Takes a new order to a status, with the fields that come with it. */
function advance(order: Order, status: Status, drawn: readonly Drawn[], random: Random): Order {
  const paidWith = order.payment_history[0]?.payment_method_id ?? '';
  const delivered = { ...order, status, fulfillments: [shipment(order, random)] };
  switch (status) {
    case 'pending':
      return order;
    case 'processed':
    case 'delivered':
      return delivered;
    case 'cancelled': {
      const refunds = order.payment_history.map((payment) => ({
        ...payment,
        transaction_type: 'refund' as const,
      }));
      return {
        ...order,
        status,
        cancel_reason: random.pick(cancelReasons),
        payment_history: [...order.payment_history, ...refunds],
      };
    }
    case 'pending (item modified)': {
      const swap = drawSwap(drawn, random);
      if (swap === undefined) return order;
      const change = {
        transaction_type: swap.difference > 0 ? ('payment' as const) : ('refund' as const),
        amount: Math.abs(swap.difference),
        payment_method_id: paidWith,
      };
      const items = order.items.map((item) => (item === swap.from ? swap.to : item));
      return { ...order, status, items, payment_history: [...order.payment_history, change] };
    }
    case 'exchange requested': {
      const swap = drawSwap(drawn, random);
      if (swap === undefined) return { ...delivered, status: 'delivered' };
      return {
        ...delivered,
        exchange_items: [swap.from.item_id],
        exchange_new_items: [swap.to.item_id],
        exchange_payment_method_id: paidWith,
        exchange_price_difference: swap.difference,
      };
    }
    case 'return requested':
      return {
        ...delivered,
        return_items: [random.pick(order.items).item_id],
        return_payment_method_id: paidWith,
      };
  }
}

function shipment(order: Order, random: Random): Order['fulfillments'][number] {
  return { tracking_id: [digitsOf(random, 12)], item_ids: order.items.map((item) => item.item_id) };
}

function drawSwap(drawn: readonly Drawn[], random: Random) {
  const { item: from, product } = random.pick(drawn);
  const others = Object.values(product.variants).filter(
    (variant) => variant.available && drawn.every(({ item }) => item.item_id !== variant.item_id),
  );
  if (others.length === 0) return undefined;
  const to = itemOf(product, random.pick(others));
  return { from, to, difference: cents(to.price - from.price) };
}

const cents = (amount: number): number => Math.round(amount * 100) / 100;
