import type { Random } from '#core/environment/index.ts';
import type { Customer } from '../schema.ts';
import { telecomSchema, type TelecomDb } from '../schema.ts';
import { drawBills } from './bills.ts';
import { plans } from './catalogue.ts';
import { Ids } from './ids.ts';
import { drawLines } from './lines.ts';
import { drawPerson } from './people.ts';

/** A carrier with `size` customers. The phone of the user's side is fresh from the shop and nobody's yet. */
export function seed(random: Random, size: number): TelecomDb {
  const ids = new Ids(random.fork('ids'));
  const customers: Record<string, Customer> = {};
  const lines: TelecomDb['lines'] = {};
  const devices: TelecomDb['devices'] = {};
  const bills: TelecomDb['bills'] = {};
  for (let n = 0; n < size; n += 1) {
    const own = random.fork(`customer ${n}`);
    const customer_id = ids.next('C', 6);
    const drawn = drawLines(own, ids);
    const owed = drawBills(
      customer_id,
      drawn.map(({ line }) => line),
      own,
      ids,
    );
    for (const { line, device } of drawn) {
      lines[line.line_id] = line;
      devices[device.device_id] = device;
    }
    for (const bill of owed) bills[bill.bill_id] = bill;
    const [first] = drawn;
    customers[customer_id] = {
      customer_id,
      ...drawPerson(own, ids),
      phone_number: first?.line.phone_number ?? '',
      line_ids: drawn.map(({ line }) => line.line_id),
      bill_ids: owed.map(({ bill_id }) => bill_id),
      last_extension_date: null,
      goodwill_credit_used_this_year: own.pick([0, 0, 0, 10, 25]),
    };
  }
  return telecomSchema.parse({ plans, customers, lines, bills, devices });
}
