import type { Random } from '#core/environment/index.ts';
import type { RetailDb } from '../schema.ts';
import { Ids } from './ids.ts';
import { drawOrders } from './orders.ts';
import { drawProducts } from './products.ts';
import { drawUsers } from './users.ts';

/** A store with `size` users. Each part draws from its own source: more users do not change the products. */
export function seed(random: Random, size: number): RetailDb {
  const products = drawProducts(random.fork('products'), new Ids(random.fork('product ids')));
  const userIds = new Ids(random.fork('user ids'));
  const orderIds = new Ids(random.fork('order ids'));
  const orderRandom = random.fork('orders');
  const catalogue = Object.values(products);
  const users: Record<string, RetailDb['users'][string]> = {};
  const orders: Record<string, RetailDb['orders'][string]> = {};
  for (const user of drawUsers(random.fork('users'), userIds, size)) {
    const own = drawOrders(user, catalogue, orderRandom, orderIds);
    users[user.user_id] = { ...user, orders: own.map((order) => order.order_id) };
    for (const order of own) orders[order.order_id] = order;
  }
  return { products, users, orders };
}
