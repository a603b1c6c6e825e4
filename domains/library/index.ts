import { defineDomain } from '#core/environment/index.ts';
import { libraryIntents } from './intents.ts';
import policy from './policy.md?raw';
import { libraryRules } from './rules.ts';
import { librarySchema, type LibraryDb } from './schema.ts';
import { seedLibrary } from './seed.ts';
import { libraryTools } from './tools.ts';

/** A lending library: the smallest domain that shows every part of the contract. */
export const library = defineDomain<LibraryDb>({
  id: 'library',
  title: 'Lending library',
  description: 'Members of a small library renew loans and choose where to hand them back.',
  policy,
  schema: librarySchema,
  seed: seedLibrary,
  defaultSize: 40,
  identity: {
    table: 'members',
    facts: (db, card) => ({ card, name: db.get('members', card)?.name ?? '' }),
    ways: [
      {
        tool: 'find_member',
        arguments: { card: 'card', name: 'name' },
        phrase: ['I am {name}, card number {card}.', 'My card is {card}, in the name of {name}.'],
      },
    ],
  },
  tools: libraryTools,
  rules: libraryRules,
  intents: libraryIntents,
  owner: (db, { table, id }) => (table === 'members' ? id : (db.get('loans', id)?.card ?? null)),
  responses: { capability: 'transfer', rule: 'refuse' },
  columns: { members: ['name', 'loans'], loans: ['title', 'due', 'renewed', 'branch'] },
});
