/** What rules, intents and situations look up. */
import type { SlotContext, View } from '#core/environment/index.ts';
import { phoneRow } from './phone.ts';
import type { Bill, Line, Plan, TelecomDb } from './schema.ts';
import { customersByLine } from './tools/lookup.ts';

export type Db = View<TelecomDb>;
export type Context = SlotContext<TelecomDb>;

/** The lines of a customer; ids that lead nowhere are left out. */
export const linesOf = (db: Db, customerId: string): Line[] =>
  (db.get('customers', customerId)?.line_ids ?? []).flatMap((id) => db.get('lines', id) ?? []);

/** The bills of a customer, as the account lists them. */
export const billsOf = (db: Db, customerId: string): Bill[] =>
  (db.get('customers', customerId)?.bill_ids ?? []).flatMap((id) => db.get('bills', id) ?? []);

export const overdueOf = (db: Db, customerId: string): Bill[] =>
  billsOf(db, customerId).filter(({ status }) => status === 'Overdue');

/** The line of the phone in the user's hands, if it is one of theirs. */
export function lineInHand(db: Db, customerId: string): Line | undefined {
  const number = phoneRow(db, 'surroundings').phone_number;
  return number === null ? undefined : linesOf(db, customerId).find((line) => line.phone_number === number);
}

export const planOf = (db: Db, line: Line): Plan | undefined => db.get('plans', line.plan_id);

export const deviceOf = (db: Db, line: Line) =>
  line.device_id === null ? undefined : db.get('devices', line.device_id);

/** Whose line it is. */
export const ownerOfLine = (db: Db, lineId: string): string | undefined =>
  customersByLine(db, lineId)[0]?.customer_id;

/** The gigabytes of a line for this cycle are used up. */
export function isUsedUp(db: Db, line: Line): boolean {
  const plan = planOf(db, line);
  return plan !== undefined && line.data_used_gb >= plan.data_limit_gb + line.data_refueling_gb;
}

/** "$12.50". */
export const money = (amount: number): string => `$${amount.toFixed(2)}`;

/** "12.5 GB"; a whole number stays whole. */
export const gigabytes = (amount: number): string => `${Math.round(amount * 10) / 10} GB`;
