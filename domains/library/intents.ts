import { z } from 'zod';
import type { IntentSpec, SlotSpec } from '#core/environment/index.ts';
import type { LibraryDb } from './schema.ts';
import { branches } from './seed.ts';

type Slot = SlotSpec<LibraryDb>;
const text = (value: unknown) => (typeof value === 'string' ? value : '');
const profile = (userId: string) => ({ name: 'get_member', arguments: { card: userId } });
const candidate = (loan: LibraryDb['loans'][string]) => ({
  value: loan.id,
  attributes: { title: loan.title, due: loan.due, id: loan.id },
  label: `${loan.title} (${loan.id})`,
});

const loan: Slot = {
  name: 'loan',
  title: 'loan',
  question: ['Which loan do you mean?'],
  vague: ['one of my loans', 'a book I borrowed'],
  candidates: ({ db, userId }) =>
    (db.get('members', userId)?.loans ?? []).flatMap((id) => db.get('loans', id) ?? []).map(candidate),
  foreign({ db, userId }, random) {
    const others = [...db.rows('loans')].filter((other) => other.card !== userId);
    if (others.length === 0) return undefined;
    const other = random.pick(others);
    return { ...candidate(other), attributes: { id: other.id } };
  },
  referBy: [['title'], ['due'], ['id']],
  phrase: ({ title, due, id }) =>
    title !== undefined
      ? `"${text(title)}"`
      : due !== undefined
        ? `the book due on ${text(due)}`
        : `loan ${text(id)}`,
  reads: ({ userId }) => [profile(userId)],
};
const book: Slot = {
  name: 'book',
  title: 'book',
  question: ['Which book would you like?'],
  vague: ['a book'],
  candidates: ({ db }) =>
    [...db.rows('books')].map((row) => ({
      value: row.id,
      attributes: { title: row.title },
      label: row.title,
    })),
  referBy: [['title']],
  phrase: ({ title }) => `"${text(title)}"`,
  reads: (_context, { title }) => (title === undefined ? [] : [{ name: 'find_book', arguments: { title } }]),
};
const branch: Slot = {
  name: 'branch',
  title: 'branch',
  preference: true,
  question: ['At which branch would you like to pick it up?'],
  candidates: () => branches.map((name) => ({ value: name, attributes: { branch: name }, label: name })),
  referBy: [['branch']],
  phrase: (attributes) => `the ${text(attributes.branch)} branch`,
  reads: () => [],
};

export const libraryIntents: readonly IntentSpec<LibraryDb>[] = [
  {
    id: 'renew',
    title: 'Renew a loan',
    tool: 'renew_loan',
    slots: [loan],
    opening: [
      'I would like to renew {loan}.',
      'Can I keep {loan} a little longer?',
      'Please renew {loan} for me.',
    ],
    describe: ({ values }) => `renew loan ${text(values.loan)}`,
    call: ({ values }) => ({ name: 'renew_loan', arguments: { loan: values.loan ?? '' } }),
    parse(db, { arguments: args }) {
      const found = db.get('loans', text(args.loan));
      return found === undefined ? undefined : { userId: found.card, values: { loan: found.id } };
    },
  },
  {
    id: 'hold',
    title: 'Place a hold',
    tool: 'place_hold',
    slots: [book, branch],
    opening: [
      'Please reserve {book} for me[, to pick up at {branch}].',
      'I want to put a hold on {book}[ at {branch}].',
      'Could you set {book} aside[ at {branch}]?',
    ],
    describe: ({ values }) => `place a hold on ${text(values.book)} at ${text(values.branch)}`,
    call: ({ userId, values }) => ({
      name: 'place_hold',
      arguments: { card: userId, book: values.book ?? '', branch: values.branch ?? '' },
    }),
    parse: (db, { arguments: args }) =>
      db.get('members', text(args.card)) === undefined
        ? undefined
        : { userId: text(args.card), values: { book: args.book ?? '', branch: args.branch ?? '' } },
  },
  {
    id: 'due',
    title: 'Ask when a book is due',
    slots: [loan],
    opening: ['When do I have to bring back {loan}?', 'What is the due date of {loan}?'],
    describe: ({ values }) => `tell when loan ${text(values.loan)} is due`,
    answer: ({ db, values }) => [
      { key: 'due', title: 'the due date', value: db.get('loans', text(values.loan))?.due ?? '' },
    ],
    reads: ({ userId }) => [profile(userId)],
  },
  {
    id: 'waive-fee',
    title: 'Waive a late fee',
    slots: [loan],
    opening: [
      'Please cancel the late fee for {loan}.',
      'I should not have to pay a fee for {loan}, can you remove it?',
    ],
    missingTool: {
      name: 'waive_fee',
      description: 'Cancels the late fee of a loan.',
      parameters: z.strictObject({ loan: z.string() }),
    },
    describe: ({ values }) => `waive the fee of loan ${text(values.loan)}`,
    call: ({ values }) => ({ name: 'waive_fee', arguments: { loan: values.loan ?? '' } }),
  },
];
