import type { RuleSpec } from '#core/environment/index.ts';
import { billsOf } from '../lookup.ts';
import type { TelecomDb } from '../schema.ts';
import { billRecord, billsWith, text } from './context.ts';

const tools = ['send_payment_request'];

/** What holds for bills that a customer is asked to pay. */
export const paymentRules: readonly RuleSpec<TelecomDb>[] = [
  {
    id: 'payment.overdue',
    sentence: 'Send a payment request only for a bill that is overdue.',
    subject: 'state',
    tools,
    check(context) {
      const bill = context.db.get('bills', text(context, 'bill_id'));
      if (bill === undefined || bill.status === 'Overdue') return null;
      return {
        reason: `Bill ${bill.bill_id} is ${bill.status.toLowerCase()}, not overdue.`,
        record: billRecord(bill),
        flip: billsWith([bill], 'Overdue'),
      };
    },
  },
  {
    id: 'payment.one',
    sentence: 'Only one bill of a customer can await payment at a time.',
    subject: 'state',
    tools,
    check(context) {
      const { db, userId } = context;
      const id = text(context, 'bill_id');
      const other =
        userId === null ? undefined : billsOf(db, userId).find(({ status }) => status === 'Awaiting Payment');
      // Of the bill itself that it was asked for already, the rule on overdue bills speaks.
      if (other === undefined || other.bill_id === id) return null;
      return {
        reason: `Bill ${other.bill_id} awaits payment.`,
        record: billRecord(other),
        flip: billsWith([other], 'Paid'),
      };
    },
  },
];
