import type { RuleContext, RuleSpec } from '#core/environment/index.ts';
import type { LibraryDb, Loan } from './schema.ts';

const tools = ['renew_loan', 'change_branch'];
const loanOf = ({ db, call }: RuleContext<LibraryDb>) => db.get('loans', call.arguments.loan as string);
/** The record that decides, and the fields with which the rule would hold. */
const unless = (loan: Loan, fields: Partial<Loan>) => ({
  record: { table: 'loans', id: loan.id },
  flip: { rows: { loans: { [loan.id]: { ...loan, ...fields } } } },
});

export const libraryRules: readonly RuleSpec<LibraryDb>[] = [
  {
    id: 'confirm',
    subject: 'conversation',
    tools,
    sentence: 'Find the member, say what you are about to do and get a clear yes before every change.',
    check: ({ userId, confirmed }) =>
      userId !== null && confirmed ? null : { reason: 'Nobody was found, or nobody said yes.' },
  },
  {
    id: 'own-loans',
    subject: 'ownership',
    tools,
    sentence: 'Only change loans of the member you found.',
    check(context) {
      const [loan, card] = [loanOf(context), context.userId];
      if (loan === undefined || card === null || loan.card === card) return null;
      return { reason: `Loan ${loan.id} does not belong to ${card}.`, ...unless(loan, { card }) };
    },
  },
  {
    id: 'renew-once',
    subject: 'state',
    tools: ['renew_loan'],
    sentence: 'A loan can be renewed only once.',
    check(context) {
      const loan = loanOf(context);
      if (!loan?.renewed) return null;
      return { reason: `The loan of ${loan.title} was renewed before.`, ...unless(loan, { renewed: false }) };
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
];
