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
  description: 'Members renew loans and place holds at the branches of a small library.',
  policy,
  schema: librarySchema,
  seed: seedLibrary,
  defaultSize: 40,
  identity: {
    table: 'members',
    facts: (db, id) => {
      const member = db.get('members', id);
      return member === undefined ? {} : { card: id, name: member.name, born: member.born };
    },
    ways: [
      {
        tool: 'find_member',
        arguments: { card: 'card', name: 'name', born: 'born' },
        phrase: ['My card number is {card}.', 'I am {name}, born in {born}, card {card}.'],
      },
    ],
  },
  tools: libraryTools,
  rules: libraryRules,
  intents: libraryIntents,
  owner: (db, { table, id }) =>
    table === 'members' ? id : table === 'loans' ? (db.get('loans', id)?.card ?? null) : null,
  responses: { capability: 'transfer', rule: 'refuse' },
  columns: {
    members: ['name', 'holds'],
    books: ['title', 'branches', 'waiting'],
    loans: ['title', 'due', 'renewed'],
  },
});
