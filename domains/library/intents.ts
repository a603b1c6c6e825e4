import { choiceSlot } from '#core/environment/index.ts';
import type { IntentSpec, SlotContext, SlotSpec, ToolCall, View } from '#core/environment/index.ts';
import { branches, type LibraryDb } from './schema.ts';
import { loansOf } from './tools.ts';

const loanIn = ({ db, values }: SlotContext<LibraryDb>) => db.get('loans', values.loan as string);
const loan: SlotSpec<LibraryDb> = {
  name: 'loan',
  title: 'loan',
  subject: true,
  question: ['Which loan do you mean?'],
  vague: ['one of my loans', 'a book I borrowed'],
  candidates: ({ db, userId }) =>
    loansOf(db, userId).map(({ id, title, due }) => ({
      value: id,
      attributes: { title, due, id },
      label: title,
    })),
  // By its id alone: the member may have another copy of the same book.
  foreign({ db, userId }, random) {
    const other = random.shuffle([...db.rows('loans')]).find(({ card }) => card !== userId);
    return other && { value: other.id, attributes: { id: other.id }, label: `loan ${other.id}` };
  },
  referBy: [['title'], ['due'], ['id']],
  phrase({ title, due, id }) {
    if (typeof title === 'string') return `"${title}"`;
    return typeof due === 'string' ? `the book due on ${due}` : `loan ${id as string}`;
  },
  reads: ({ userId }) => [{ name: 'get_loans', arguments: { card: userId } }],
};
const branch = choiceSlot<LibraryDb>({
  name: 'branch',
  title: 'branch',
  question: ['At which branch would you like to hand it back?'],
  choices: branches,
  phrase: (name) => `the ${name} branch`,
});

// The parameters of both writes have the names of the slots, so a call's arguments are its slot values.
function parse(db: View<LibraryDb>, { arguments: values }: ToolCall) {
  const found = db.get('loans', values.loan as string);
  return found && { userId: found.card, values };
}

export const libraryIntents: readonly IntentSpec<LibraryDb>[] = [
  {
    id: 'renew',
    title: 'Renew a loan',
    recall: 'renew {loan}',
    tool: 'renew_loan',
    slots: [loan],
    opening: ['I would like to renew {loan}.', 'Can I keep {loan} a little longer?', 'Please renew {loan}.'],
    describe: (context) => `renew the loan of ${loanIn(context)?.title}`,
    call: ({ values }) => ({ name: 'renew_loan', arguments: values }),
    parse,
  },
  {
    id: 'change-branch',
    title: 'Hand a book back elsewhere',
    recall: 'hand back {loan} elsewhere',
    tool: 'change_branch',
    slots: [loan, branch],
    opening: ['I want to hand back {loan} elsewhere[, at {branch}].', 'Can I return {loan}[ at {branch}]?'],
    describe: (context) => `hand back ${loanIn(context)?.title} at ${context.values.branch as string}`,
    call: ({ values }) => ({ name: 'change_branch', arguments: values }),
    parse,
  },
  {
    id: 'due',
    title: 'Ask when a book is due',
    slots: [loan],
    opening: ['When do I have to bring back {loan}?', 'What is the due date of {loan}?'],
    describe: (context) => `tell when ${loanIn(context)?.title} is due`,
    answer: (context) => [{ key: 'due', title: 'the due date', value: loanIn(context)?.due ?? '' }],
  },
  {
    id: 'waive-fee',
    title: 'Waive a late fee',
    slots: [loan],
    opening: ['Please cancel the late fee for {loan}.', 'Can you remove the fee for {loan}?'],
    missingTool: { name: 'waive_fee', description: 'Waives a late fee.' },
    describe: (context) => `waive the fee for ${loanIn(context)?.title}`,
  },
];
