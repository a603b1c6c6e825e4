/** Rows as they would be if one fact were different. A fact takes the fields along that only it explains. */
import type { ChangedRows } from '#core/environment/index.ts';
import type { Order, Product, User } from '../schema.ts';
import { firstPayment } from './situation.ts';

const unchanged = {
  cancel_reason: null,
  exchange_items: null,
  exchange_new_items: null,
  exchange_payment_method_id: null,
  exchange_price_difference: null,
  return_items: null,
  return_payment_method_id: null,
} as const;

/** The order in another status: nothing was cancelled, modified, returned or exchanged. */
export function withStatus(order: Order, status: 'pending' | 'delivered'): { rows: ChangedRows } {
  const payment = firstPayment(order);
  const modified = order.status === 'pending (item modified)';
  const total = Math.round(order.items.reduce((sum, item) => sum + item.price, 0) * 100) / 100;
  const paid = payment === undefined ? [] : [modified ? { ...payment, amount: total } : payment];
  const untouched =
    order.status === 'pending' || order.status === 'processed' || order.status === 'delivered';
  const payment_history = untouched ? order.payment_history : paid;
  return orderRow({ ...order, ...unchanged, status, payment_history });
}

/** The order paid once, with one method. */
export function paidOnceWith(order: Order, paymentMethodId: string): { rows: ChangedRows } {
  const payment = firstPayment(order);
  const paid = payment === undefined ? [] : [{ ...payment, payment_method_id: paymentMethodId }];
  return orderRow({ ...order, payment_history: paid });
}

/** The order as one of `user`'s own: on their list, and paid with a method of theirs. */
export function ownedBy(
  order: Order,
  user: User,
  owner: User | undefined,
  paymentMethodId: string,
): { rows: ChangedRows } {
  const payment_history = order.payment_history.map((payment) => ({
    ...payment,
    payment_method_id: paymentMethodId,
  }));
  const users: Record<string, User> = {
    [user.user_id]: { ...user, orders: [...user.orders, order.order_id] },
  };
  if (owner !== undefined)
    users[owner.user_id] = { ...owner, orders: owner.orders.filter((id) => id !== order.order_id) };
  return { rows: { ...orderRow({ ...order, user_id: user.user_id, payment_history }).rows, users } };
}

/** The product with the given items available. */
export function withAvailable(product: Product, itemIds: readonly string[]): Product {
  const variants = Object.entries(product.variants).map(([id, variant]) => [
    id,
    itemIds.includes(id) ? { ...variant, available: true } : variant,
  ]);
  return { ...product, variants: Object.fromEntries(variants) as Product['variants'] };
}

/** The user with one gift card that holds at least an amount. */
export function withBalance(user: User, giftCardId: string, amount: number): { rows: ChangedRows } {
  const card = user.payment_methods[giftCardId];
  if (card?.source !== 'gift_card') return { rows: {} };
  // Whole dollars: the sums compared are not rounded, and a balance that looks equal may fall short.
  const balance = Math.ceil(amount);
  const payment_methods = { ...user.payment_methods, [giftCardId]: { ...card, balance } };
  return { rows: { users: { [user.user_id]: { ...user, payment_methods } } } };
}

const orderRow = (order: Order): { rows: ChangedRows } => ({ rows: { orders: { [order.order_id]: order } } });
