import { defineDomain } from '#core/environment/index.ts';
import { intents } from './intents/index.ts';
import policy from './policy.md?raw';
import { rules } from './rules/index.ts';
import { retailSchema, type RetailDb } from './schema.ts';
import { seed } from './seed/index.ts';
import { retailTools } from './tools/index.ts';

/** Orders of an online store: cancel, modify, return, exchange, and questions about them. */
export const retail = defineDomain<RetailDb>({
  id: 'retail',
  title: 'Retail',
  description: 'Customers of an online store cancel, modify, return and exchange orders.',
  policy,
  schema: retailSchema,
  seed,
  defaultSize: 100,
  identity: {
    table: 'users',
    facts(db, userId) {
      const user = db.get('users', userId);
      if (user === undefined) return {};
      return {
        email: user.email,
        first_name: user.name.first_name,
        last_name: user.name.last_name,
        zip: user.address.zip,
      };
    },
    ways: [
      {
        tool: 'find_user_id_by_email',
        arguments: { email: 'email' },
        phrase: [
          'My email address is {email}.',
          'You can find me under {email}.',
          'The account is under {email}.',
          'I am registered with {email}.',
        ],
      },
      {
        tool: 'find_user_id_by_name_zip',
        arguments: { first_name: 'first_name', last_name: 'last_name', zip: 'zip' },
        phrase: [
          'I am {first_name} {last_name}, zip code {zip}.',
          'My name is {first_name} {last_name} and my zip code is {zip}.',
          'This is {first_name} {last_name}, and I live in the {zip} zip code.',
          'The name is {first_name} {last_name}, zip {zip}.',
        ],
      },
    ],
  },
  tools: retailTools,
  rules,
  intents,
  owner(db, { table, id }) {
    if (table === 'users') return id;
    return table === 'orders' ? (db.get('orders', id)?.user_id ?? null) : null;
  },
  responses: { capability: 'transfer', rule: 'refuse' },
  columns: {
    products: ['name', 'variants'],
    users: ['name', 'email', 'address'],
    orders: ['user_id', 'status', 'items'],
  },
  decimals: ['price', 'amount', 'balance', 'exchange_price_difference'],
});
