import { z } from 'zod';
import { pythonFloat, roundCents, ToolError, type Draft, type Json } from '#core/environment/index.ts';
import { asNumber, repr, typeName } from '../../tau2/index.ts';
import type { TelecomDb } from '../schema.ts';
import { TODAY } from '../clock.ts';
import { charge } from './charge.ts';
import { billsAwaitingPayment, getBill, getCustomer, getPlan, getTargetLine, tool } from './lookup.ts';

const customer_id = z.string().describe("The id of the customer who has the line, for example 'C1001'.");
const line_id = z.string().describe("The line's id, for example 'L1001'.");
const line = z.strictObject({ customer_id, line_id });
const showsLine = (_db: unknown, { line_id: id }: z.infer<typeof line>) => [{ table: 'lines', id }];

/** Tools that change lines and bills. */
export const writes = [
  tool({
    name: 'suspend_line',
    description:
      'Suspends an active line, for at most six months. It has no service until it is resumed, and costs a holding fee of $5 a month.',
    kind: 'write',
    freeText: ['reason'],
    parameters: line.extend({ reason: z.string().describe('Why the line is suspended.') }),
    execute(db, { customer_id: customer, line_id: id }) {
      if (getTargetLine(db, customer, id).status !== 'Active')
        throw new ToolError('Line must be active to suspend');
      const row = db.update('lines', id, (target) => {
        target.status = 'Suspended';
        target.suspension_start_date = TODAY;
      });
      return { message: 'Line suspended successfully. $5/month holding fee will apply.', line: row };
    },
    shows: showsLine,
  }),
  tool({
    name: 'resume_line',
    description:
      'Makes a suspended line, or one that waits for activation, active again. The phone has to be restarted afterwards.',
    kind: 'write',
    parameters: line,
    execute(db, { customer_id: customer, line_id: id }) {
      const { status } = getTargetLine(db, customer, id);
      if (status !== 'Suspended' && status !== 'Pending Activation')
        throw new ToolError('Line must be suspended to resume');
      const row = db.update('lines', id, (target) => {
        target.status = 'Active';
        target.suspension_start_date = null;
      });
      return { message: 'Line resumed successfully', line: row };
    },
    shows: showsLine,
  }),
  tool({
    name: 'enable_roaming',
    description: 'Lets a line use data outside the home network.',
    kind: 'write',
    parameters: line,
    execute(db, { customer_id: customer, line_id: id }) {
      if (getTargetLine(db, customer, id).roaming_enabled) return 'Roaming was already enabled';
      db.update('lines', id, (target) => void (target.roaming_enabled = true));
      return 'Roaming enabled successfully';
    },
  }),
  tool({
    name: 'disable_roaming',
    description: 'Stops a line from using data outside the home network.',
    kind: 'write',
    parameters: line,
    execute(db, { customer_id: customer, line_id: id }) {
      if (!getTargetLine(db, customer, id).roaming_enabled) return 'Roaming was already disabled';
      db.update('lines', id, (target) => void (target.roaming_enabled = false));
      return 'Roaming disabled successfully';
    },
  }),
  tool({
    name: 'refuel_data',
    description:
      "Adds data to a line for this billing cycle, and puts the price on the customer's next bill, at the rate of the line's plan.",
    kind: 'write',
    parameters: line.extend({ gb_amount: z.number().describe('How many gigabytes to add.') }),
    execute: refuel,
    loosely: refuel,
  }),
  tool({
    name: 'send_payment_request',
    description:
      'Asks a customer to pay a bill; they see the request on their phone. Only one bill can await payment at a time. Does not check whether the bill is overdue: look first.',
    kind: 'write',
    parameters: z.strictObject({
      customer_id,
      bill_id: z.string().describe("The bill's id, for example 'B1001'."),
    }),
    execute(db, { customer_id: id, bill_id }) {
      const customer = getCustomer(db, id);
      if (billsAwaitingPayment(db, customer).length > 0)
        throw new ToolError('A bill is already awaiting payment for this customer');
      if (!customer.bill_ids.includes(bill_id))
        throw new ToolError(`Bill ${bill_id} not found for customer ${id}`);
      getBill(db, bill_id);
      db.update('bills', bill_id, (bill) => void (bill.status = 'Awaiting Payment'));
      return `Payment request sent to the customer for bill ${bill_id}`;
    },
  }),
];

/** A truth value counts as one gigabyte or none, and is called what it is. */
function refuel(
  db: Draft<TelecomDb>,
  args: { readonly customer_id: string; readonly line_id: string; readonly gb_amount: Json },
): Json {
  const { customer_id: customer, line_id: id, gb_amount: given } = args;
  const target = getTargetLine(db, customer, id);
  const amount = asNumber(given);
  if (amount === undefined)
    throw new ToolError(`'<=' not supported between instances of '${typeName(given)}' and 'int'`);
  if (amount <= 0) throw new ToolError('Refuel amount must be positive');
  const rate = getPlan(db, target.plan_id).data_refueling_price_per_gb;
  const price = amount * rate;
  const said = typeof given === 'number' ? pythonFloat(amount) : repr(given);
  const row = db.update('lines', id, (edited) => void (edited.data_refueling_gb += amount));
  charge(db, customer, price, `Data refueling: ${said} GB at $${pythonFloat(rate)}/GB`);
  return {
    message: `Successfully added ${said} GB of data for line ${id} for $${roundCents(price).toFixed(2)}`,
    new_data_refueling_gb: pythonFloat(row.data_refueling_gb),
    charge: pythonFloat(price),
  };
}
