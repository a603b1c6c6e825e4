import { confirmedRule, defineDomain, identifiedRule, ownRule } from '#core/environment/index.ts';
import { libraryIntents } from './intents.ts';
import policy from './policy.md?raw';
import { librarySchema, seedLibrary, type LibraryDb } from './schema.ts';
import { libraryTools } from './tools.ts';

const writes = ['renew_loan', 'change_branch'];
/** A lending library: the smallest domain that shows every part of the contract. */
export const library = defineDomain<LibraryDb>({
  id: 'library',
  title: 'Lending library',
  description: 'Members of a small library renew loans and choose where to hand them back.',
  policy,
  schema: librarySchema,
  seed: seedLibrary,
  defaultSize: 40,
  columns: { members: ['name', 'loans'], loans: ['title', 'due', 'renewed', 'branch'] },
  owner: (db, { table, id }) => (table === 'members' ? id : (db.get('loans', id)?.card ?? null)),
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
  intents: libraryIntents,
  responses: { capability: 'transfer', rule: 'refuse' },
  rules: [
    identifiedRule('Find the member before every change.', writes),
    confirmedRule('Say what you are about to do and get a clear yes before every change.', writes),
    ownRule({
      id: 'own-loans',
      tools: writes,
      sentence: 'Only change loans of the member you found.',
      table: 'loans',
      argument: 'loan',
      column: 'card',
    }),
    {
      id: 'renew-once',
      subject: 'state',
      tools: ['renew_loan'],
      sentence: 'A loan can be renewed only once.',
      check({ db, call }) {
        const loan = db.get('loans', call.arguments.loan as string);
        if (!loan?.renewed) return null;
        const rows = { loans: { [loan.id]: { ...loan, renewed: false } } };
        const record = { table: 'loans', id: loan.id };
        return { reason: `The loan of ${loan.title} was renewed before.`, record, flip: { rows } };
      },
    },
    {
      id: 'open-branch',
      subject: 'choice',
      tools: ['change_branch'],
      sentence: 'Nothing can be handed back at Hilltop, which is closed for repairs.',
      check: ({ call }) =>
        call.arguments.branch === 'Hilltop'
          ? { reason: 'Hilltop is closed.', flip: { arguments: { branch: 'Central' } } }
          : null,
    },
  ],
});
