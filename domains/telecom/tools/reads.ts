import { z } from 'zod';
import { rowsBy, pythonFloat, ToolError, type Json, type View } from '#core/environment/index.ts';
import { asNumber, withMethod } from '../../tau2/index.ts';
import { CYCLE_END } from '../clock.ts';
import type { Customer, TelecomDb } from '../schema.ts';
import { getBill, getCustomer, getCustomerByPhone, getLine, getPlan, getTargetLine, tool } from './lookup.ts';

const customerId = z.string().describe("The customer's id, for example 'C1001'.");
const lineId = z.string().describe("The line's id, for example 'L1001'.");

const showsCustomers = (customers: readonly Customer[]) =>
  customers.map(({ customer_id }) => ({ table: 'customers', id: customer_id }));

/** Tools that change nothing. */
export const reads = [
  tool({
    name: 'get_customer_by_phone',
    description:
      'Finds a customer by a phone number: the contact number of the account, or the number of one of its lines. Returns the customer with the ids of their lines and bills.',
    kind: 'read',
    parameters: z.strictObject({
      phone_number: z.string().describe("The phone number, for example '555-123-2002'."),
    }),
    execute: (db, { phone_number }) => printedCustomer(getCustomerByPhone(db, phone_number)),
    shows: (db, { phone_number }) => showsCustomers([getCustomerByPhone(db, phone_number)]),
  }),
  tool({
    name: 'get_customer_by_id',
    description: 'Returns a customer with the ids of their lines and bills.',
    kind: 'read',
    parameters: z.strictObject({ customer_id: customerId }),
    execute: (db, { customer_id }) => printedCustomer(getCustomer(db, customer_id)),
    shows: (_db, { customer_id }) => [{ table: 'customers', id: customer_id }],
  }),
  tool({
    name: 'get_customer_by_name',
    description:
      'Finds customers by full name and date of birth, which is needed for verification. Returns a list, which is empty when nobody fits.',
    kind: 'read',
    parameters: z.strictObject({
      full_name: z.string().describe('First and last name.'),
      dob: z.string().describe("Date of birth as YYYY-MM-DD, for example '1985-06-15'."),
    }),
    execute: (db, { full_name, dob }) => named(db, full_name, dob).map(printedCustomer),
    shows: (db, { full_name, dob }) => showsCustomers(named(db, full_name, dob)),
  }),
  tool({
    name: 'get_details_by_id',
    description:
      'Returns a record by its id: a customer (C...), a line (L...), a device (D...), a bill (B...) or a plan (P...).',
    kind: 'read',
    parameters: z.strictObject({ id: z.string().describe("The record's id, for example 'L1001'.") }),
    execute: (db, { id }) => detailsOf(db, id),
    shows: (_db, { id }) => [{ table: tableOf(id), id }],
  }),
  tool({
    name: 'get_bills_for_customer',
    description: "Returns a customer's bills, the most recently issued first.",
    kind: 'read',
    parameters: z.strictObject({
      customer_id: customerId,
      limit: z.int().default(12).describe('How many bills to return at most; 12 when absent.'),
    }),
    execute: (db, { customer_id, limit }) => billsOf(db, customer_id, limit),
    loosely: (db, { customer_id, limit }) => billsOf(db, customer_id, limit),
    shows: (db, { customer_id, limit }) =>
      billsOf(db, customer_id, limit).map(({ bill_id }) => ({ table: 'bills', id: bill_id })),
  }),
  tool({
    name: 'get_data_usage',
    description:
      'Returns how much data a line has used in this billing cycle, the limit of its plan, what was refueled, and when the cycle ends.',
    kind: 'read',
    parameters: z.strictObject({ customer_id: customerId, line_id: lineId }),
    execute(db, { customer_id, line_id }) {
      const line = getTargetLine(db, customer_id, line_id);
      const plan = getPlan(db, line.plan_id);
      // The reference writes the numbers of this answer as text.
      return {
        line_id,
        data_used_gb: pythonFloat(line.data_used_gb),
        data_limit_gb: pythonFloat(plan.data_limit_gb),
        data_refueling_gb: pythonFloat(line.data_refueling_gb),
        cycle_end_date: CYCLE_END,
      };
    },
    shows: (db, { line_id }) => [
      { table: 'lines', id: line_id },
      { table: 'plans', id: getLine(db, line_id).plan_id },
    ],
  }),
  tool({
    name: 'transfer_to_human_agents',
    description:
      'Hands the customer over to a human agent, with a summary. Only when they ask for a person, or when policy and tools leave no way to help.',
    kind: 'transfer',
    freeText: ['summary'],
    parameters: z.strictObject({
      summary: z.string().describe("The customer's issue and what was tried."),
    }),
    execute: () => 'Transfer successful',
  }),
];

function named(db: View<TelecomDb>, fullName: string, dob: string): Customer[] {
  const wanted = withMethod(fullName, 'lower').toLowerCase();
  return bornOn(db, dob).filter((customer) => customer.full_name.toLowerCase() === wanted);
}

const bornOn = rowsBy<TelecomDb, 'customers'>('customers', (customer) => [customer.date_of_birth]);

/** The newest bills of a customer. As in the reference, a negative limit leaves out so many of the oldest. */
function billsOf(db: View<TelecomDb>, id: string, limit: Json) {
  return getCustomer(db, id)
    .bill_ids.map((bill) => getBill(db, bill))
    .sort((a, b) => (a.issue_date === b.issue_date ? 0 : a.issue_date < b.issue_date ? 1 : -1))
    .slice(0, endOfSlice(limit));
}

function endOfSlice(limit: Json): number | undefined {
  if (limit === null) return undefined;
  const end = asNumber(limit);
  if (end === undefined || !Number.isInteger(end))
    throw new ToolError('slice indices must be integers or None or have an __index__ method');
  return end;
}

const tables = { L: 'lines', D: 'devices', B: 'bills', C: 'customers', P: 'plans' } as const;

function tableOf(id: string): (typeof tables)[keyof typeof tables] {
  const letter = withMethod(id, 'startswith').charAt(0);
  if (letter in tables) return tables[letter as keyof typeof tables];
  throw new ToolError(`Unknown ID format or type: ${id}`);
}

function detailsOf(db: View<TelecomDb>, id: string): Json {
  switch (tableOf(id)) {
    case 'lines':
      return getLine(db, id);
    case 'bills':
      return getBill(db, id);
    case 'customers':
      return printedCustomer(getCustomer(db, id));
    case 'plans':
      return getPlan(db, id);
    case 'devices': {
      const device = db.get('devices', id);
      if (device === undefined) throw new ToolError(`Device with ID ${id} not found`);
      return {
        ...device,
        activation_date: printedTime(device.activation_date),
        last_esim_transfer_date: printedTime(device.last_esim_transfer_date),
      };
    }
  }
}

const printedCustomer = (customer: Customer): Customer => ({
  ...customer,
  created_at: printedTime(customer.created_at),
});

/** A time as Python prints it: "2025-01-20T14:30:00" becomes "2025-01-20 14:30:00". */
function printedTime<T extends string | null>(time: T): T {
  if (time === null) return time;
  const [, day = '', clock = '', zone = ''] =
    /^(\S{10})(?:[T ](\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?))?(.*)$/.exec(time) ?? [];
  if (clock === '') return time;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  return `${day} ${seconds}${zone === 'Z' ? '+00:00' : zone}` as T;
}
