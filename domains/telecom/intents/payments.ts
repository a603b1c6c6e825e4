import type { IntentSpec, ToolCall, View } from '#core/environment/index.ts';
import { billsOf, lineInHand, money, type Context } from '../lookup.ts';
import { phoneRow } from '../phone.ts';
import type { Bill, TelecomDb } from '../schema.ts';
import { billSlot, textOf } from './slots.ts';

const makePayment: ToolCall = { name: 'make_payment', arguments: {}, requestor: 'user' };

const request = (userId: string, bill: Bill): ToolCall => ({
  name: 'send_payment_request',
  arguments: { customer_id: userId, bill_id: bill.bill_id },
});

/** The bill that the phone has a request for. */
const requestedBill = ({ db, userId }: Context): Bill | undefined => {
  const id = phoneRow(db, 'surroundings').payment_request?.bill_id;
  return billsOf(db, userId).find((bill) => bill.bill_id === id);
};

/** What is still to be done until nothing is overdue: one request and one payment after the other. */
export function paymentCalls(context: Context): ToolCall[] {
  const { db, userId } = context;
  const requested = requestedBill(context);
  const overdue = billsOf(db, userId).filter(({ status }) => status === 'Overdue');
  return [
    ...(requested === undefined ? [] : [makePayment]),
    ...overdue.flatMap((bill) => [request(userId, bill), makePayment]),
  ];
}

/** What an agent says it will do when the call is a request for payment. */
export function paymentWords({ db }: Context, call: ToolCall): string | undefined {
  if (call.name !== 'send_payment_request') return undefined;
  const bill = db.get('bills', textOf(call.arguments.bill_id));
  return bill === undefined
    ? undefined
    : `send a payment request over ${money(bill.total_due)} for bill ${bill.bill_id} to your phone`;
}

const billIn = ({ db, values }: Context): Bill | undefined => db.get('bills', textOf(values.bill));

/** Paying takes both: the agent asks for the money, and the customer pays on their phone. */
export const payBill: IntentSpec<TelecomDb> = {
  id: 'pay_bill',
  title: 'Pay a bill',
  recall: 'pay {bill}',
  weight: 2,
  tool: 'send_payment_request',
  slots: [
    billSlot({
      only: ({ status }, { db, userId }) => status !== 'Paid' && lineInHand(db, userId) !== undefined,
    }),
  ],
  opening: [
    'I would like to pay {bill}.',
    'Can I settle {bill} with you right now?',
    'Please help me pay {bill}.',
    'I want to get {bill} out of the way. How do I pay it?',
    'Could we take care of {bill}? I want to pay it today.',
  ],
  describe: (context) => `have you pay bill ${billIn(context)?.bill_id ?? ''}`,
  describeCall: (context, call) => paymentWords(context, call) ?? 'ask you for the payment',
  calls(context) {
    const bill = billIn(context);
    if (bill === undefined || bill.status === 'Paid') return [];
    const requested = requestedBill(context)?.bill_id === bill.bill_id;
    return requested ? [makePayment] : [request(context.userId, bill), makePayment];
  },
  assertions: ({ values }) => [
    {
      call: { name: 'assert_no_overdue_bill', arguments: { overdue_bill_id: values.bill ?? null } },
      expected: true,
    },
  ],
  quotes(context) {
    const bill = billIn(context);
    return bill === undefined
      ? []
      : [
          {
            key: 'amount_due',
            title: 'the amount due',
            value: money(bill.total_due),
            amount: bill.total_due,
          },
        ];
  },
  parse(db: View<TelecomDb>, { arguments: args }) {
    const bill = db.get('bills', textOf(args.bill_id));
    if (bill === undefined || bill.customer_id !== args.customer_id) return undefined;
    return { userId: bill.customer_id, values: { bill: bill.bill_id } };
  },
};
