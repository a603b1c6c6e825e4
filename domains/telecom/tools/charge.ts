import { digest, type Draft } from '#core/environment/index.ts';
import { nextCycle, TODAY } from '../clock.ts';
import type { Customer, TelecomDb } from '../schema.ts';
import { getBill, getCustomer } from './lookup.ts';

/** Puts an amount on a customer's draft bill; the first draft they have, or a new one for the next cycle. */
export function charge(db: Draft<TelecomDb>, customerId: string, amount: number, description: string): void {
  const customer = getCustomer(db, customerId);
  const draft = customer.bill_ids.find((id) => getBill(db, id).status === 'Draft') ?? openDraft(db, customer);
  db.update('bills', draft, (bill) => {
    bill.line_items.push({
      description,
      amount,
      date: TODAY,
      item_type: amount < 0 ? 'Credit' : 'Charge',
    });
    bill.total_due += amount;
  });
}

function openDraft(db: Draft<TelecomDb>, customer: Customer): string {
  const id = freeBillId(db, customer);
  db.put('bills', id, {
    bill_id: id,
    customer_id: customer.customer_id,
    period_start: nextCycle.start,
    period_end: nextCycle.end,
    issue_date: nextCycle.start,
    total_due: 0,
    due_date: nextCycle.due,
    line_items: [],
    status: 'Draft',
  });
  db.update('customers', customer.customer_id, (row) => void row.bill_ids.push(id));
  return id;
}

// The reference draws the id at random; here the same call has to give the same row.
function freeBillId(db: Draft<TelecomDb>, { customer_id, bill_ids }: Customer): string {
  for (let n = bill_ids.length; ; n += 1) {
    const id = `B${digest([customer_id, n]).slice(0, 8)}`;
    if (db.get('bills', id) === undefined) return id;
  }
}
