import type { Random } from '#core/environment/index.ts';
import type { Bill, Line } from '../schema.ts';
import { plans } from './catalogue.ts';
import type { Ids } from './ids.ts';

type Status = Bill['status'];
type LineItem = Bill['line_items'][number];

/** The last four cycles: the next bill is a draft, the one before it is due or will be. */
const cycles = [
  { from: '2024-12-01', to: '2024-12-31', issued: '2024-12-05', due: '2024-12-19' },
  { from: '2025-01-01', to: '2025-01-31', issued: '2025-01-05', due: '2025-01-19' },
  { from: '2025-02-01', to: '2025-02-28', issued: '2025-02-05', due: '2025-02-19' },
  { from: '2025-03-01', to: '2025-03-31', issued: '2025-03-05', due: '2025-03-19' },
] as const;

const settled: readonly Status[] = ['Paid', 'Paid', 'Paid', 'Paid', 'Paid', 'Disputed'];
const histories: readonly (readonly Status[])[] = [
  ['Paid', 'Paid', 'Paid', 'Draft'],
  ['Paid', 'Paid', 'Overdue', 'Draft'],
  ['Paid', 'Paid', 'Overdue', 'Draft'],
  ['Paid', 'Overdue', 'Overdue', 'Draft'],
  ['Paid', 'Overdue', 'Paid', 'Draft'],
  ['Paid', 'Paid', 'Issued', 'Draft'],
  ['Paid', 'Paid', 'Issued', 'Draft'],
  ['Paid', 'Paid', 'Awaiting Payment', 'Draft'],
];

/** The bills of one customer, for the lines they have. */
export function drawBills(customer_id: string, lines: readonly Line[], random: Random, ids: Ids): Bill[] {
  const history = random.pick(histories);
  const first = random.int(0, 1);
  return cycles.slice(first).map((cycle, i) => {
    const drawn = history[first + i] ?? 'Paid';
    const status = drawn === 'Paid' ? random.pick(settled) : drawn;
    const line_items = status === 'Draft' ? [] : chargesFor(lines, cycle.issued, random);
    return {
      bill_id: ids.next('B', 7),
      customer_id,
      period_start: cycle.from,
      period_end: cycle.to,
      issue_date: cycle.issued,
      total_due: cents(line_items.reduce((sum, { amount }) => sum + amount, 0)),
      // Who was issued a bill late may also pay late.
      due_date: status === 'Issued' || status === 'Awaiting Payment' ? '2025-03-05' : cycle.due,
      line_items,
      status,
    };
  });
}

function chargesFor(lines: readonly Line[], date: string, random: Random): LineItem[] {
  return lines
    .filter(({ status }) => status !== 'Closed' && status !== 'Pending Activation')
    .flatMap(({ phone_number, plan_id, status }): LineItem[] => {
      const plan = plans[plan_id];
      const charge = {
        description: `${plan?.name ?? plan_id} - Line ${phone_number}`,
        amount: plan?.price_per_month ?? 0,
        date,
        item_type: 'Plan Charge',
      };
      const holding = {
        description: `Holding fee - Line ${phone_number}`,
        amount: 5,
        date,
        item_type: 'Fee',
      };
      const calls = {
        description: `Calls abroad - Line ${phone_number}`,
        amount: random.int(150, 1900) / 100,
        date,
        item_type: 'Usage',
      };
      return [charge, ...(status === 'Suspended' ? [holding] : []), ...(random.chance(0.25) ? [calls] : [])];
    });
}

const cents = (amount: number) => Math.round(amount * 100) / 100;
