import { z } from 'zod';
import { ToolError, toolsFor, transferTool, type View } from '#core/environment/index.ts';
import { branches, type LibraryDb } from './schema.ts';

const tool = toolsFor<LibraryDb>();
const card = z.string().describe("The member's card number, for example 'C10000'.");
const loan = z.string().describe("The loan's id, for example 'L20000'.");

/** A member's loans; none when there is no such member. */
export const loansOf = (db: View<LibraryDb>, id: string) =>
  (db.get('members', id)?.loans ?? []).flatMap((own) => db.get('loans', own) ?? []);

export const libraryTools = [
  tool({
    name: 'find_member',
    description: 'Checks who a member is. Returns the card number if it belongs to that name.',
    kind: 'read',
    parameters: z.strictObject({ card, name: z.string().describe('First and last name.') }),
    execute(db, args) {
      if (db.get('members', args.card)?.name !== args.name) throw new ToolError('No such member');
      return args.card;
    },
  }),
  tool({
    name: 'get_loans',
    description: 'Returns all loans of a member: title, due date, whether renewed, where to hand it back.',
    kind: 'read',
    parameters: z.strictObject({ card }),
    execute: (db, args) => loansOf(db, args.card),
    shows: (db, args) => loansOf(db, args.card).map(({ id }) => ({ table: 'loans', id })),
  }),
  tool({
    name: 'renew_loan',
    description: 'Extends a loan to the end of July and returns it. Works once per loan.',
    kind: 'write',
    parameters: z.strictObject({ loan }),
    execute(db, args) {
      if (db.get('loans', args.loan)?.renewed !== false) throw new ToolError('This loan cannot be renewed');
      return db.update('loans', args.loan, (row) => Object.assign(row, { due: '2026-07-31', renewed: true }));
    },
  }),
  tool({
    name: 'change_branch',
    description: 'Changes the branch where a loan will be handed back, and returns the loan.',
    kind: 'write',
    parameters: z.strictObject({ loan, branch: z.enum(branches).describe('The new branch.') }),
    execute(db, args) {
      if (db.get('loans', args.loan) === undefined) throw new ToolError('No such loan');
      return db.update('loans', args.loan, (row) => Object.assign(row, { branch: args.branch }));
    },
  }),
  transferTool('call_librarian', 'Hands the member over. Only for what no other tool can do.', 'Transferred'),
];
