import { z } from 'zod';
import { pythonJson, remember, ToolError } from '#core/environment/index.ts';
import type { Product } from '../schema.ts';
import { calculatorOf, entry, withMethod } from '../../tau2/index.ts';
import { getOrder, getProduct, getUser, tool, TOOLKIT } from './lookup.ts';

const noDecimals: ReadonlySet<string> = new Set();

// The rows of a table that nothing has written to are one list, whoever asks.
const productList = remember((products: Iterable<Product>) => {
  const ids: Record<string, string> = {};
  for (const product of products) ids[product.name] = product.product_id;
  const sorted = Object.entries(ids).sort(([a], [b]) => (a < b ? -1 : 1));
  return pythonJson(Object.fromEntries(sorted), noDecimals);
});

/** Tools that change nothing. */
export const reads = [
  tool({
    name: 'find_user_id_by_email',
    description:
      'Looks a customer up by email address and returns the user id. Try this before looking up by name and zip code.',
    kind: 'read',
    parameters: z.strictObject({
      email: z.string().describe("The customer's email address, for example 'jo.park@example.com'."),
    }),
    execute(db, { email }) {
      const wanted = withMethod(email, 'lower').toLowerCase();
      for (const user of db.rows('users')) if (user.email.toLowerCase() === wanted) return user.user_id;
      throw new ToolError('User not found');
    },
  }),
  tool({
    name: 'find_user_id_by_name_zip',
    description:
      'Looks a customer up by first name, last name and zip code and returns the user id. Use it when the email is unknown or finds nobody.',
    kind: 'read',
    parameters: z.strictObject({
      first_name: z.string().describe("The customer's first name, for example 'Jo'."),
      last_name: z.string().describe("The customer's last name, for example 'Park'."),
      zip: z.string().describe("The zip code of the customer's default address, for example '60614'."),
    }),
    execute(db, { first_name, last_name, zip }) {
      const first = withMethod(first_name, 'lower').toLowerCase();
      for (const user of db.rows('users'))
        if (
          user.name.first_name.toLowerCase() === first &&
          user.name.last_name.toLowerCase() === withMethod(last_name, 'lower').toLowerCase() &&
          user.address.zip === zip
        )
          return user.user_id;
      throw new ToolError('User not found');
    },
  }),
  tool({
    name: 'get_user_details',
    description:
      "Returns a customer's profile: name, email, default address, payment methods and the ids of their orders.",
    kind: 'read',
    parameters: z.strictObject({ user_id: z.string().describe("The user id, for example 'jo_park_4821'.") }),
    execute: (db, { user_id }) => getUser(db, user_id),
    shows: (_db, { user_id }) => [{ table: 'users', id: user_id }],
  }),
  tool({
    name: 'get_order_details',
    description:
      'Returns an order: status, items, shipping address, deliveries, payments, and what was cancelled, returned or exchanged.',
    kind: 'read',
    parameters: z.strictObject({
      order_id: z.string().describe("The order id including its number sign, for example '#W0000000'."),
    }),
    execute: (db, { order_id }) => getOrder(db, order_id),
    shows: (_db, { order_id }) => [{ table: 'orders', id: order_id }],
  }),
  tool({
    name: 'get_product_details',
    description: 'Returns a product type with all its variants: item ids, options, availability and price.',
    kind: 'read',
    parameters: z.strictObject({
      product_id: z.string().describe("The product id (not an item id), for example '6086499569'."),
    }),
    execute: (db, { product_id }) => getProduct(db, product_id),
    shows: (_db, { product_id }) => [{ table: 'products', id: product_id }],
  }),
  tool({
    name: 'get_item_details',
    description: 'Returns one variant of a product: options, availability and price.',
    kind: 'read',
    parameters: z.strictObject({
      item_id: z.string().describe("The item id (not a product id), for example '1008292230'."),
    }),
    execute(db, { item_id }) {
      for (const product of db.rows('products')) {
        const variant = entry(product.variants, item_id);
        if (variant !== undefined) return variant;
      }
      throw new ToolError('Item not found');
    },
    shows(db, { item_id }) {
      for (const product of db.rows('products'))
        if (Object.hasOwn(product.variants, item_id)) return [{ table: 'products', id: product.product_id }];
      return [];
    },
  }),
  tool({
    name: 'list_all_product_types',
    description: 'Returns the names of all product types with their product ids, sorted by name.',
    kind: 'read',
    parameters: z.strictObject({}),
    execute: (db) => productList(db.rows('products')),
  }),
  calculatorOf(TOOLKIT),
  tool({
    name: 'transfer_to_human_agents',
    description:
      'Hands the customer over to a human agent. Only when the request cannot be handled with the other tools.',
    kind: 'transfer',
    freeText: ['summary'],
    parameters: z.strictObject({
      summary: z.string().describe('What the customer wants and why it could not be handled.'),
    }),
    execute: () => 'Transfer successful',
  }),
];
