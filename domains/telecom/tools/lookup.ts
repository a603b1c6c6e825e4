import { rowsBy, ToolError, type View } from '#core/environment/index.ts';
import { referenceTools } from '../../tau2/index.ts';
import type { Bill, Customer, Line, Plan, TelecomDb } from '../schema.ts';

/** `defineTool` for the agent's side. */
export const tool = referenceTools<TelecomDb>('TelecomTools');

type Db = View<TelecomDb>;

export function getCustomer(db: Db, id: string): Customer {
  const customer = db.get('customers', id);
  if (customer === undefined) throw new ToolError(`Customer with ID ${id} not found`);
  return customer;
}

export function getLine(db: Db, id: string): Line {
  const line = db.get('lines', id);
  if (line === undefined) throw new ToolError(`Line with ID ${id} not found`);
  return line;
}

export function getPlan(db: Db, id: string): Plan {
  const plan = db.get('plans', id);
  if (plan === undefined) throw new ToolError(`Plan with ID ${id} not found`);
  return plan;
}

export function getBill(db: Db, id: string): Bill {
  const bill = db.get('bills', id);
  if (bill === undefined) throw new ToolError(`Bill with ID ${id} not found`);
  return bill;
}

/** The lines with a phone number: one, unless a database is odd. */
export const linesByNumber = rowsBy<TelecomDb, 'lines'>('lines', (line) => [line.phone_number]);
/** The lines in a device: one, unless a database is odd. */
export const linesByDevice = rowsBy<TelecomDb, 'lines'>('lines', ({ device_id }) =>
  device_id === null ? [] : [device_id],
);
/** The customers who have a line. */
export const customersByLine = rowsBy<TelecomDb, 'customers'>('customers', (customer) => customer.line_ids);
const customersByNumber = rowsBy<TelecomDb, 'customers'>('customers', (customer) => [customer.phone_number]);

export function getLineByPhone(db: Db, phone: string): Line {
  const [line] = linesByNumber(db, phone);
  if (line === undefined) throw new ToolError(`Line with phone number ${phone} not found`);
  return line;
}

/** The customer whose contact number this is, or who has a line with it; the first in the table if several. */
export function getCustomerByPhone(db: Db, phone: string): Customer {
  const lines = linesByNumber(db, phone);
  const found = new Set(
    [...customersByNumber(db, phone), ...lines.flatMap(({ line_id }) => customersByLine(db, line_id))].map(
      ({ customer_id }) => customer_id,
    ),
  );
  const id = found.size > 1 ? db.ids('customers').find((other) => found.has(other)) : [...found][0];
  if (id === undefined) throw new ToolError(`Customer with phone number ${phone} not found`);
  return getCustomer(db, id);
}

/** A line of a given customer. */
export function getTargetLine(db: Db, customerId: string, lineId: string): Line {
  if (!getCustomer(db, customerId).line_ids.includes(lineId))
    throw new ToolError(`Line ${lineId} not found for customer ${customerId}`);
  return getLine(db, lineId);
}

/** The bills of a customer that a payment request was sent for and that are not paid yet. */
export function billsAwaitingPayment(db: Db, customer: Customer): Bill[] {
  return customer.bill_ids.map((id) => getBill(db, id)).filter((bill) => bill.status === 'Awaiting Payment');
}
