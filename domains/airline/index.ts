import { defineDomain } from '#core/environment/index.ts';
import { intents } from './intents/index.ts';
import policy from './policy.md?raw';
import { rules } from './rules/index.ts';
import { airlineSchema, NOW, type AirlineDb } from './schema.ts';
import { seed } from './seed/index.ts';
import { airlineTools } from './tools/index.ts';

/** Flight reservations: book, change, cancel, compensate, and questions about them. */
export const airline = defineDomain<AirlineDb>({
  id: 'airline',
  title: 'Airline',
  description: 'Passengers book, change and cancel flights, and ask for compensation.',
  policy,
  schema: airlineSchema,
  seed,
  defaultSize: 100,
  identity: {
    table: 'users',
    facts: (db, userId) => (db.get('users', userId) === undefined ? {} : { user_id: userId }),
    ways: [
      {
        tool: 'get_user_details',
        idField: 'user_id',
        arguments: { user_id: 'user_id' },
        phrase: [
          'My user id is {user_id}.',
          'You can find me under the user id {user_id}.',
          'I am {user_id} in your system.',
          'The user id is {user_id}.',
        ],
      },
    ],
  },
  tools: airlineTools,
  rules,
  intents,
  owner(db, { table, id }) {
    if (table === 'users') return id;
    return table === 'reservations' ? (db.get('reservations', id)?.user_id ?? null) : null;
  },
  responses: { capability: 'transfer', rule: 'refuse' },
  columns: {
    flights: ['origin', 'destination', 'scheduled_departure_time_est', 'scheduled_arrival_time_est'],
    users: ['name', 'membership', 'reservations'],
    reservations: ['user_id', 'origin', 'destination', 'cabin', 'flights', 'status'],
  },
  clock: NOW,
  pastFields: ['dob'],
  decimals: ['payment_methods.*.amount'],
});
