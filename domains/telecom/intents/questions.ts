import type { Fact, IntentSpec, SlotSpec, ToolCall } from '#core/environment/index.ts';
import { gigabytes, money, overdueOf, planOf, type Context } from '../lookup.ts';
import type { Bill, Line, Plan, TelecomDb } from '../schema.ts';
import { lineIn } from './lines.ts';
import { billSlot, details, lineSlot, textOf } from './slots.ts';

type Intent = IntentSpec<TelecomDb>;

const fact = (key: string, title: string, value: string): Fact => ({ key, title, value });

interface Question {
  readonly id: string;
  readonly title: string;
  readonly slot: SlotSpec<TelecomDb>;
  readonly opening: readonly string[];
}

const describing = (title: string) => `${title.charAt(0).toLowerCase()}${title.slice(1)} for you`;

/** A question about a line and its plan. What it asks for must not be how the line is referred to. */
function lineQuestion(
  { id, title, slot, opening }: Question,
  reads: (line: Line, context: Context) => readonly ToolCall[],
  answer: (line: Line, plan: Plan) => readonly Fact[],
): Intent {
  return {
    id,
    title,
    slots: [slot],
    opening,
    describe: () => describing(title),
    reads(context) {
      const line = lineIn(context);
      return line === undefined ? [] : reads(line, context);
    },
    answer(context) {
      const line = lineIn(context);
      const plan = line === undefined ? undefined : planOf(context.db, line);
      return line === undefined || plan === undefined ? [] : answer(line, plan);
    },
  };
}

const usage = ({ line_id }: Line, { userId }: Context): ToolCall[] => [
  { name: 'get_data_usage', arguments: { customer_id: userId, line_id } },
];
const plan = ({ plan_id }: Line): ToolCall[] => [details(plan_id)];
const nothingMore = () => [];

const billIn = ({ db, values }: Context): Bill | undefined => db.get('bills', textOf(values.bill));

/** A question about a bill. */
function billQuestion(question: Question, answer: (bill: Bill) => readonly Fact[]): Intent {
  const { id, title, slot, opening } = question;
  return {
    id,
    title,
    slots: [slot],
    opening,
    describe: () => describing(title),
    answer(context) {
      const bill = billIn(context);
      return bill === undefined ? [] : answer(bill);
    },
  };
}

/** What customers want to know. Each answer can be found word for word in what the agent says. */
export const questions: readonly Intent[] = [
  lineQuestion(
    {
      id: 'data_used',
      title: 'Check the data used on a line',
      slot: lineSlot({ only: (line) => line.data_used_gb > 0 }),
      opening: [
        'How much data has {line} used this month?',
        'Could you check the data usage of {line}?',
        'I would like to know how many gigabytes {line} has used so far.',
        'What is the data usage on {line} in this billing cycle?',
        'Can you tell me how much data went through {line} this month?',
      ],
    },
    usage,
    (line) => [fact('data_used', 'the data used', gigabytes(line.data_used_gb))],
  ),
  lineQuestion(
    {
      id: 'data_limit',
      title: 'Check how much data the plan of a line includes',
      slot: lineSlot({ hide: ['plan'] }),
      opening: [
        'How much data is included with {line}?',
        'What is the monthly data limit of {line}?',
        'How many gigabytes does the plan of {line} come with?',
        'I cannot remember the data allowance of {line}. What is it?',
        'Please tell me how much data I get every month on {line}.',
      ],
    },
    plan,
    (_, { data_limit_gb }) => [fact('data_limit', 'the data limit', gigabytes(data_limit_gb))],
  ),
  lineQuestion(
    {
      id: 'plan_price',
      title: 'Check what the plan of a line costs',
      slot: lineSlot({ hide: ['plan'] }),
      opening: [
        'What do I pay per month for {line}?',
        'How much does the plan of {line} cost?',
        'Could you tell me the monthly price of {line}?',
        'I am going through my expenses. What is the monthly charge for {line}?',
        'What is the price of the plan that {line} is on?',
      ],
    },
    plan,
    (_, { price_per_month }) => [fact('plan_price', 'the monthly price', money(price_per_month))],
  ),
  lineQuestion(
    {
      id: 'plan_name',
      title: 'Check which plan a line is on',
      slot: lineSlot({ hide: ['plan'] }),
      opening: [
        'Which plan is {line} on?',
        'What is the name of the plan for {line}?',
        'Could you check which plan we have for {line}?',
        'I forgot which plan I chose for {line}. Can you look it up?',
        'Please tell me the plan of {line}.',
      ],
    },
    plan,
    (_, { name }) => [fact('plan_name', 'the plan', name)],
  ),
  lineQuestion(
    {
      id: 'refuel_price',
      title: 'Check what extra data costs on a line',
      slot: lineSlot(),
      opening: [
        'What would another gigabyte cost on {line}?',
        'How much is extra data for {line}, per gigabyte?',
        'Before I add any data: what is the price per gigabyte on {line}?',
        'Could you tell me what refueling data costs for {line}?',
        'What do you charge for each extra gigabyte on {line}?',
      ],
    },
    plan,
    (_, { data_refueling_price_per_gb }) => [
      fact('refuel_price', 'the price per gigabyte', money(data_refueling_price_per_gb)),
    ],
  ),
  lineQuestion(
    {
      id: 'line_status',
      title: 'Check the status of a line',
      slot: lineSlot({ hide: ['status'] }),
      opening: [
        'What is the status of {line}?',
        'Could you check what state {line} is in?',
        'Is {line} in order, as far as you can see? I would like to know its status.',
        'I am not sure whether {line} is in service. What does your system say?',
        'Please look up the status of {line}.',
      ],
    },
    nothingMore,
    ({ status }) => [fact('status', 'the status', status.toLowerCase())],
  ),
  lineQuestion(
    {
      id: 'contract_end',
      title: 'Check when the contract of a line ends',
      slot: lineSlot({ only: (line) => line.contract_end_date !== null }),
      opening: [
        'When does the contract of {line} end?',
        'Until when am I bound with {line}?',
        'Could you look up the end of the contract for {line}?',
        'What is the contract end date of {line}?',
        'How long does the contract for {line} run? I need the date.',
      ],
    },
    nothingMore,
    ({ contract_end_date }) => [fact('contract_end', 'the end of the contract', contract_end_date ?? '')],
  ),
  billQuestion(
    {
      id: 'bill_total',
      title: 'Check the total of a bill',
      slot: billSlot({ only: ({ status }) => status !== 'Draft', hide: ['total'] }),
      opening: [
        'How much is {bill}?',
        'What does {bill} come to?',
        'Could you tell me the total of {bill}?',
        'I need the amount of {bill} for my records.',
        'What is the total due on {bill}?',
      ],
    },
    ({ total_due }) => [fact('total', 'the total', money(total_due))],
  ),
  billQuestion(
    {
      id: 'bill_due',
      title: 'Check when a bill is due',
      slot: billSlot({ only: ({ status }) => status !== 'Draft' && status !== 'Paid' }),
      opening: [
        'When is {bill} due?',
        'What is the due date of {bill}?',
        'By when do I have to pay {bill}?',
        'Could you look up the due date for {bill}?',
        'Until when can I pay {bill}?',
      ],
    },
    ({ due_date }) => [fact('due_date', 'the due date', due_date)],
  ),
  {
    id: 'amount_overdue',
    title: 'Check how much is overdue',
    slots: [],
    opening: [
      'How much do I owe you in overdue bills?',
      'Do I have any overdue bills, and what do they add up to?',
      'What is the sum of everything that is overdue on my account?',
      'I got a reminder. How much is overdue in total?',
      'Please tell me the total of my overdue bills.',
    ],
    describe: () => 'look up what is overdue',
    reads: ({ userId }) => [{ name: 'get_bills_for_customer', arguments: { customer_id: userId } }],
    answer({ db, userId }) {
      const total = overdueOf(db, userId).reduce((sum, bill) => sum + bill.total_due, 0);
      return [fact('overdue', 'the overdue amount', money(total))];
    },
  },
];
