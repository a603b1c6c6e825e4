import type { Draft } from '#core/environment/index.ts';
import { PHONE, phoneRow } from './phone.ts';
import type { TelecomDb } from './schema.ts';
import { billsAwaitingPayment, getCustomerByPhone, getLineByPhone, getPlan } from './tools/lookup.ts';

/**
 * Lets the phone and the carrier know of each other: what the carrier decides about the line reaches the phone, a
 * payment made on the phone reaches the bill, and a request for payment reaches the phone. A phone that belongs to
 * nobody yet is left alone.
 */
export function sync(db: Draft<TelecomDb>): void {
  const around = phoneRow(db, 'surroundings');
  if (around.phone_number === null) return;
  const line = getLineByPhone(db, around.phone_number);
  const plan = getPlan(db, line.plan_id);
  const paid = around.payment_request?.paid === true ? around.payment_request.bill_id : undefined;
  if (paid !== undefined) db.update('bills', paid, (bill) => void (bill.status = 'Paid'));
  const request = paid === undefined ? around.payment_request : null;
  const next = {
    line_active: line.status === 'Active',
    roaming_allowed: line.roaming_enabled,
    mobile_data_usage_exceeded: line.data_used_gb >= plan.data_limit_gb + line.data_refueling_gb,
    payment_request: request ?? newRequest(db, around.phone_number),
  };
  const agrees =
    around.line_active === next.line_active &&
    around.roaming_allowed === next.roaming_allowed &&
    around.mobile_data_usage_exceeded === next.mobile_data_usage_exceeded &&
    (around.payment_request === next.payment_request ||
      (around.payment_request === null && next.payment_request === null));
  if (!agrees) db.put('surroundings', PHONE, { ...around, ...next });
}

function newRequest(db: Draft<TelecomDb>, phone: string) {
  const [bill] = billsAwaitingPayment(db, getCustomerByPhone(db, phone));
  return bill === undefined ? null : { bill_id: bill.bill_id, amount_due: bill.total_due, paid: false };
}
