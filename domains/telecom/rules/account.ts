import { confirmedRule, identifiedRule, type RuleSpec } from '#core/environment/index.ts';
import { ownerOfLine } from '../lookup.ts';
import type { TelecomDb } from '../schema.ts';
import { allWrites, billRecord, lineRecord, lineRule, lineTools, text } from './context.ts';

/** Who is talked to, and whose account it is. */
export const accountRules: readonly RuleSpec<TelecomDb>[] = [
  identifiedRule(
    'Identify the customer before you change anything: by a phone number, by their customer id, or by full name and date of birth.',
    allWrites,
  ),
  confirmedRule(
    "Before you change anything on an account, say what you are going to do and what it costs, and wait for the customer's yes.",
    allWrites,
  ),
  {
    id: 'account.own',
    sentence: 'Change only the account of the customer you talk to.',
    subject: 'ownership',
    tools: allWrites,
    check(context) {
      const { db, userId } = context;
      const id = text(context, 'customer_id');
      if (userId === null || id === userId) return null;
      const known = db.get('customers', id) !== undefined;
      return {
        reason: `The account ${id} is not the one of the customer, ${userId}.`,
        ...(known ? { record: { table: 'customers', id } } : {}),
        flip: { arguments: { customer_id: userId } },
      };
    },
  },
  lineRule(
    {
      id: 'line.own',
      sentence: 'A line can be changed only for the customer on whose account it is.',
      subject: 'ownership',
      tools: lineTools,
    },
    (line, { db, userId }) => {
      const user = userId === null ? undefined : db.get('customers', userId);
      if (user === undefined || user.line_ids.includes(line.line_id)) return null;
      const owner = db.get('customers', ownerOfLine(db, line.line_id) ?? '');
      const without = owner?.line_ids.filter((id) => id !== line.line_id) ?? [];
      return {
        reason: `Line ${line.line_id} is on somebody else's account.`,
        record: lineRecord(line),
        flip: {
          rows: {
            customers: {
              [user.customer_id]: { ...user, line_ids: [...user.line_ids, line.line_id] },
              ...(owner === undefined ? {} : { [owner.customer_id]: { ...owner, line_ids: without } }),
            },
          },
        },
      };
    },
  ),
  {
    id: 'record.exists',
    sentence: 'Use the ids of lines and bills as the account lists them.',
    subject: 'choice',
    tools: allWrites,
    check(context) {
      const { db, call } = context;
      const isLine = lineTools.includes(call.name);
      const id = text(context, isLine ? 'line_id' : 'bill_id');
      const known = isLine ? db.get('lines', id) : db.get('bills', id);
      return known === undefined ? { reason: `There is no ${isLine ? 'line' : 'bill'} ${id}.` } : null;
    },
  },
  {
    id: 'bill.own',
    sentence: 'Ask a customer to pay only bills of their own account.',
    subject: 'ownership',
    tools: ['send_payment_request'],
    check(context) {
      const { db, userId } = context;
      const bill = db.get('bills', text(context, 'bill_id'));
      const user = userId === null ? undefined : db.get('customers', userId);
      if (bill === undefined || user === undefined || user.bill_ids.includes(bill.bill_id)) return null;
      const owner = db.get('customers', bill.customer_id);
      const without = owner?.bill_ids.filter((id) => id !== bill.bill_id) ?? [];
      return {
        reason: `Bill ${bill.bill_id} is on somebody else's account.`,
        record: billRecord(bill),
        flip: {
          rows: {
            bills: { [bill.bill_id]: { ...bill, customer_id: user.customer_id } },
            customers: {
              [user.customer_id]: { ...user, bill_ids: [...user.bill_ids, bill.bill_id] },
              ...(owner === undefined ? {} : { [owner.customer_id]: { ...owner, bill_ids: without } }),
            },
          },
        },
      };
    },
  },
];
