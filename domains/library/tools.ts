import { z } from 'zod';
import { ToolError, toolsFor } from '#core/environment/index.ts';
import type { LibraryDb } from './schema.ts';

const tool = toolsFor<LibraryDb>();
const card = z.string().describe("The library card number, for example 'C10000'.");

export const libraryTools = [
  tool({
    name: 'find_member',
    description:
      "Finds a member by name and birth year, or checks a card number. Returns the card number. Leave unknown fields empty ('').",
    kind: 'read',
    parameters: z.strictObject({
      card,
      name: z.string().describe('Full name.'),
      born: z.string().describe('Birth year, four digits.'),
    }),
    execute(db, args) {
      for (const member of db.rows('members'))
        if (member.card === args.card || (member.name === args.name && member.born === args.born))
          return member.card;
      throw new ToolError('No such member');
    },
  }),
  tool({
    name: 'get_member',
    description: 'Shows a member with all loans and holds.',
    kind: 'read',
    parameters: z.strictObject({ card }),
    execute(db, args) {
      const member = db.get('members', args.card);
      if (member === undefined) throw new ToolError('No such member');
      return { ...member, loans: member.loans.flatMap((id) => db.get('loans', id) ?? []) };
    },
    shows: (db, args) => [
      { table: 'members', id: args.card },
      ...(db.get('members', args.card)?.loans ?? []).map((id) => ({ table: 'loans', id })),
    ],
  }),
  tool({
    name: 'find_book',
    description: 'Shows a book by its exact title: id, branches that own it, members waiting.',
    kind: 'read',
    parameters: z.strictObject({ title: z.string().describe('The exact title.') }),
    execute(db, args) {
      for (const book of db.rows('books')) if (book.title === args.title) return book;
      throw new ToolError('No such book');
    },
    shows(db, args) {
      for (const book of db.rows('books'))
        if (book.title === args.title) return [{ table: 'books', id: book.id }];
      return [];
    },
  }),
  tool({
    name: 'renew_loan',
    description: 'Renews a loan until the end of July. Works once per loan.',
    kind: 'write',
    parameters: z.strictObject({ loan: z.string().describe("The loan id, for example 'L20000'.") }),
    execute(db, args) {
      const loan = db.get('loans', args.loan);
      if (loan === undefined) throw new ToolError('No such loan');
      if (loan.renewed) throw new ToolError('Already renewed');
      return db.update('loans', args.loan, (row) => Object.assign(row, { due: '2026-07-31', renewed: true }));
    },
    shows: (_db, args) => [{ table: 'loans', id: args.loan }],
  }),
  tool({
    name: 'place_hold',
    description: 'Reserves a book for pick-up at a branch.',
    kind: 'write',
    parameters: z.strictObject({
      card,
      book: z.string().describe("The book id, for example 'B100'."),
      branch: z.string().describe('The branch name.'),
    }),
    execute(db, args) {
      if (db.get('members', args.card) === undefined) throw new ToolError('No such member');
      if (!db.get('books', args.book)?.branches.includes(args.branch))
        throw new ToolError('Not at this branch');
      return db.update(
        'members',
        args.card,
        (row) => void row.holds.push({ book: args.book, branch: args.branch }),
      );
    },
    shows: (_db, args) => [{ table: 'members', id: args.card }],
  }),
  tool({
    name: 'call_librarian',
    description: 'Hands the member to a librarian. Only for what the other tools cannot do.',
    kind: 'transfer',
    freeText: ['summary'],
    parameters: z.strictObject({ summary: z.string().describe('What the member wants.') }),
    execute: () => 'A librarian takes over',
  }),
];
