import type { RuleSpec } from '#core/environment/index.ts';
import type { LibraryDb } from './schema.ts';

const writes = ['renew_loan', 'place_hold'];
const text = (value: unknown) => (typeof value === 'string' ? value : '');

export const libraryRules: readonly RuleSpec<LibraryDb>[] = [
  {
    id: 'identify',
    subject: 'conversation',
    tools: writes,
    sentence: 'Find the member by card number, or by name and birth year, before anything else.',
    check: ({ userId }) => (userId === null ? { reason: 'Nobody was identified.' } : null),
  },
  {
    id: 'confirm',
    subject: 'conversation',
    tools: writes,
    sentence: 'Say what you are about to do and get a clear yes before every change.',
    check: ({ confirmed }) => (confirmed ? null : { reason: 'The member did not say yes.' }),
  },
  {
    id: 'own-records',
    subject: 'ownership',
    tools: writes,
    sentence: 'Only change records of the member you identified.',
    check({ db, call, userId }) {
      const id = text(call.arguments.loan);
      const loan = db.get('loans', id);
      const owner = loan?.card ?? text(call.arguments.card);
      if (userId === null || owner === userId) return null;
      const reason = `It belongs to ${owner}, not to ${userId}.`;
      return loan === undefined
        ? { reason }
        : {
            reason,
            record: { table: 'loans', id },
            flip: { rows: { loans: { [id]: { ...loan, card: userId } } } },
          };
    },
  },
  {
    id: 'renew-once',
    subject: 'state',
    tools: ['renew_loan'],
    sentence: 'A loan can be renewed only once.',
    check({ db, call }) {
      const id = text(call.arguments.loan);
      const loan = db.get('loans', id);
      if (!loan?.renewed) return null;
      return {
        reason: `The loan of ${loan.title} was renewed before.`,
        record: { table: 'loans', id },
        flip: { rows: { loans: { [id]: { ...loan, renewed: false } } } },
      };
    },
  },
  {
    id: 'renew-not-waited-for',
    subject: 'state',
    tools: ['renew_loan'],
    sentence: 'A loan cannot be renewed while another member waits for the book.',
    check({ db, call }) {
      const book = db.get('books', db.get('loans', text(call.arguments.loan))?.book ?? '');
      if (book === undefined || book.waiting === 0) return null;
      return {
        reason: `${book.waiting} members wait for ${book.title}.`,
        record: { table: 'books', id: book.id },
        flip: { rows: { books: { [book.id]: { ...book, waiting: 0 } } } },
      };
    },
  },
  {
    id: 'hold-at-owner',
    subject: 'choice',
    tools: ['place_hold'],
    sentence: 'A hold is placed only at a branch that owns the book.',
    check({ db, call }) {
      const book = db.get('books', text(call.arguments.book));
      const branch = text(call.arguments.branch);
      if (book === undefined || book.branches.includes(branch)) return null;
      return {
        reason: `${branch} has no copy of ${book.title}.`,
        record: { table: 'books', id: book.id },
        flip: { rows: { books: { [book.id]: { ...book, branches: [...book.branches, branch] } } } },
      };
    },
  },
  {
    id: 'three-holds',
    subject: 'state',
    tools: ['place_hold'],
    sentence: 'A member may have at most three holds.',
    check({ db, call }) {
      const id = text(call.arguments.card);
      const member = db.get('members', id);
      if (member === undefined || member.holds.length < 3) return null;
      return {
        reason: `${member.name} already has ${member.holds.length} holds.`,
        record: { table: 'members', id },
        flip: { rows: { members: { [id]: { ...member, holds: [] } } } },
      };
    },
  },
];
