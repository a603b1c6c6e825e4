import type { RecordRef, RuleContext, RuleSpec, Violation } from '#core/environment/index.ts';
import type { Bill, Line, TelecomDb } from '../schema.ts';

type Context = RuleContext<TelecomDb>;

/** Tools that name a line, and all that change an account. */
export const lineTools = ['suspend_line', 'resume_line', 'enable_roaming', 'disable_roaming', 'refuel_data'];
export const allWrites = [...lineTools, 'send_payment_request'];

/** An argument that should be text; what is none names nothing. */
export function text({ call }: Context, name: string): string {
  const value = call.arguments[name];
  return typeof value === 'string' ? value : '';
}

export const lineRecord = ({ line_id }: Line): RecordRef => ({ table: 'lines', id: line_id });
export const billRecord = ({ bill_id }: Bill): RecordRef => ({ table: 'bills', id: bill_id });

/** A line with some fields different, as a change of rows. */
export const lineWith = (line: Line, fields: Partial<Line>) => ({
  rows: { lines: { [line.line_id]: { ...line, ...fields } } },
});

/** Bills with another status, as a change of rows. */
export const billsWith = (bills: readonly Bill[], status: Bill['status']) => ({
  rows: { bills: Object.fromEntries(bills.map((bill) => [bill.bill_id, { ...bill, status }])) },
});

/** A rule about the line that a call names; of a line that does not exist another rule speaks. */
export function lineRule(
  spec: Omit<RuleSpec<TelecomDb>, 'check'>,
  check: (line: Line, context: Context) => Violation | null,
): RuleSpec<TelecomDb> {
  return {
    ...spec,
    check(context) {
      const line = context.db.get('lines', text(context, 'line_id'));
      return line === undefined ? null : check(line, context);
    },
  };
}
