import type { IntentSpec, ToolCall, View } from '#core/environment/index.ts';
import { gigabytes, lineInHand, money, overdueOf, ownerOfLine, planOf, type Context } from '../lookup.ts';
import type { Line, TelecomDb } from '../schema.ts';
import { paymentCalls, paymentWords } from './payments.ts';
import { amountSlot, lineSlot, textOf } from './slots.ts';

type Intent = IntentSpec<TelecomDb>;

export const lineIn = ({ db, values }: Context): Line | undefined => db.get('lines', textOf(values.line));
const named = (context: Context) => {
  const line = lineIn(context);
  return line === undefined ? 'the line' : `line ${line.phone_number}`;
};

/** The call of a tool that takes a line of the customer. */
const onLine = (name: string, { userId, values }: Context, more: ToolCall['arguments'] = {}): ToolCall => ({
  name,
  arguments: { customer_id: userId, line_id: values.line ?? null, ...more },
});

/** Reads a call on a line back into slot values. */
const parseLine =
  (...slots: readonly (readonly [slot: string, argument: string])[]): NonNullable<Intent['parse']> =>
  (db: View<TelecomDb>, { arguments: args }) => {
    const line = textOf(args.line_id);
    const userId = ownerOfLine(db, line);
    if (userId === undefined || userId !== args.customer_id) return undefined;
    const more = slots.map(([slot, argument]) => [slot, args[argument] ?? null] as const);
    return { userId, values: { line, ...Object.fromEntries(more) } };
  };

export const refuelPrice = (context: Context, gb: unknown): number => {
  const line = lineIn(context);
  const plan = line === undefined ? undefined : planOf(context.db, line);
  return (typeof gb === 'number' ? gb : 0) * (plan?.data_refueling_price_per_gb ?? 0);
};

/** What an agent tells about a refuel before it happens. */
export const refuelQuote = (context: Context, gb: unknown) => {
  const price = refuelPrice(context, gb);
  return [{ key: 'price', title: 'the price of the extra data', value: money(price), amount: price }];
};

/** Changes of a line. */
export const lineIntents: readonly Intent[] = [
  {
    id: 'suspend_line',
    title: 'Suspend a line',
    recall: 'suspend {line}',
    tool: 'suspend_line',
    slots: [lineSlot({ foreign: true })],
    opening: [
      'Please suspend {line} for a while.',
      'I will not need {line} for some months. Can you suspend it?',
      'Could you put {line} on hold?',
      'I would like to pause {line} until further notice.',
      'I have mislaid the device, so please suspend {line}.',
    ],
    describe: (context) => `suspend ${named(context)}`,
    call: (context) => onLine('suspend_line', context, { reason: 'The customer asked for it.' }),
    quotes: () => [{ key: 'holding_fee', title: 'the monthly holding fee', value: '$5.00', amount: 5 }],
    parse: parseLine(),
  },
  {
    id: 'resume_line',
    title: 'Reactivate a suspended line',
    recall: 'reactivate {line}',
    weight: 2,
    tool: 'resume_line',
    slots: [lineSlot({ only: canBeResumed, hide: ['status'] })],
    opening: [
      'Please reactivate {line}.',
      'I want to use {line} again. Can you lift the suspension? I will pay what I owe.',
      'Could you bring {line} back into service?',
      'It is time to get {line} running again. I am ready to pay any open bill.',
      'Please make {line} active again.',
    ],
    describe: (context) => `reactivate ${named(context)}`,
    describeCall: (context, call) => paymentWords(context, call) ?? `reactivate ${named(context)}`,
    reads: ({ userId }) => [{ name: 'get_bills_for_customer', arguments: { customer_id: userId } }],
    calls(context) {
      const line = lineIn(context);
      if (line === undefined) return [];
      if (line.status === 'Active' || line.status === 'Closed') return [];
      return [...paymentCalls(context), onLine('resume_line', context)];
    },
    assertions: ({ userId, values }) => [
      {
        call: {
          name: 'assert_line_status',
          arguments: { customer_id: userId, line_id: values.line ?? null, expected_status: 'Active' },
        },
        expected: true,
      },
    ],
    parse: parseLine(),
  },
  {
    id: 'enable_roaming',
    title: 'Turn on roaming for a line',
    recall: 'turn on roaming for {line}',
    tool: 'enable_roaming',
    slots: [lineSlot({ only: (line) => !line.roaming_enabled, foreign: true })],
    opening: [
      'I am about to travel abroad. Please turn on roaming for {line}.',
      'Could you enable international roaming on {line}?',
      'We leave for a trip overseas tomorrow, and {line} has to work there. Please enable roaming.',
      'Please allow roaming on {line}.',
      'I need data outside the country on {line}. Can you switch roaming on for it?',
    ],
    describe: (context) => `turn on roaming for ${named(context)}, at no cost`,
    call: (context) => onLine('enable_roaming', context),
    parse: parseLine(),
  },
  {
    id: 'disable_roaming',
    title: 'Turn off roaming for a line',
    recall: 'turn off roaming for {line}',
    tool: 'disable_roaming',
    slots: [lineSlot({ only: (line) => line.roaming_enabled, foreign: true })],
    opening: [
      'I am back home. Please turn off roaming for {line}.',
      'Could you disable international roaming on {line}?',
      'To be safe, please switch roaming off for {line}.',
      'Please stop {line} from roaming.',
      'I do not want {line} to use data abroad. Can you turn roaming off?',
    ],
    describe: (context) => `turn off roaming for ${named(context)}`,
    call: (context) => onLine('disable_roaming', context),
    parse: parseLine(),
  },
  {
    id: 'refuel_data',
    title: 'Add data to a line',
    recall: 'add data to {line}',
    tool: 'refuel_data',
    slots: [
      lineSlot({ only: (line) => line.status === 'Active', foreign: true }),
      amountSlot('amount', () => [0.5, 1, 1.5, 2, 3, 5]),
    ],
    opening: [
      'Please add [{amount} of ]data to {line}.',
      'I am running out of data on {line}. Can you refuel it[ with {amount}]?',
      'Could you top up the data of {line}[ by {amount}]?',
      'I need more data this month on {line}.[ Make it {amount}, please.]',
      'Please refuel {line}[, {amount} of it].',
    ],
    describe: (context) => `add ${gigabytes(Number(context.values.amount))} of data to ${named(context)}`,
    call: (context) => onLine('refuel_data', context, { gb_amount: context.values.amount ?? null }),
    quotes: (context) => refuelQuote(context, context.values.amount),
    reads: (context) => [
      {
        name: 'get_data_usage',
        arguments: { customer_id: context.userId, line_id: context.values.line ?? null },
      },
      { name: 'get_details_by_id', arguments: { id: lineIn(context)?.plan_id ?? null } },
    ],
    parse: parseLine(['amount', 'gb_amount']),
  },
];

/** Lines that wait to be active, where what is owed can be paid: that takes the phone of one of the lines. */
function canBeResumed({ status }: Line, { db, userId }: Context): boolean {
  if (status !== 'Suspended' && status !== 'Pending Activation') return false;
  return overdueOf(db, userId).length === 0 || lineInHand(db, userId) !== undefined;
}
