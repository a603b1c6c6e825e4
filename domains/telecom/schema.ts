import { z } from 'zod';
import { phoneTables, withPhoneTables } from './phone.ts';

const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date as YYYY-MM-DD');
const dateTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/,
    'expected a date and time as YYYY-MM-DDTHH:MM:SS',
  );

const plan = z.strictObject({
  plan_id: z.string(),
  name: z.string(),
  data_limit_gb: z.number(),
  price_per_month: z.number(),
  data_refueling_price_per_gb: z.number(),
});

const device = z.strictObject({
  device_id: z.string(),
  device_type: z.enum(['phone', 'router', 'tablet', 'watch', 'other']),
  model: z.string(),
  imei: z.string().nullable().default(null),
  is_esim_capable: z.boolean(),
  activated: z.boolean().default(false),
  activation_date: dateTime.nullable().default(null),
  last_esim_transfer_date: dateTime.nullable().default(null),
});

/** Where a line stands. Only an active one has service. */
export const lineStatuses = ['Active', 'Suspended', 'Pending Activation', 'Closed'] as const;

const line = z.strictObject({
  line_id: z.string(),
  phone_number: z.string(),
  status: z.enum(lineStatuses).default('Pending Activation'),
  plan_id: z.string(),
  device_id: z.string().nullable().default(null),
  data_used_gb: z.number().default(0),
  data_refueling_gb: z.number().default(0),
  roaming_enabled: z.boolean().default(false),
  contract_end_date: date.nullable().default(null),
  last_plan_change_date: date.nullable().default(null),
  last_sim_replacement_date: date.nullable().default(null),
  suspension_start_date: date.nullable().default(null),
});

const lineItem = z.strictObject({
  description: z.string(),
  amount: z.number(),
  date,
  item_type: z.string(),
});

/** Where a bill stands. */
export const billStatuses = ['Draft', 'Issued', 'Awaiting Payment', 'Paid', 'Overdue', 'Disputed'] as const;

const bill = z.strictObject({
  bill_id: z.string(),
  customer_id: z.string(),
  period_start: date,
  period_end: date,
  issue_date: date,
  total_due: z.number(),
  due_date: date,
  line_items: z.array(lineItem).default([]),
  status: z.enum(billStatuses).default('Draft'),
});

const paymentMethod = z.strictObject({
  method_type: z.enum(['Credit Card', 'Debit Card', 'PayPal']),
  account_number_last_4: z.string(),
  expiration_date: z.string(),
});

const customer = z.strictObject({
  customer_id: z.string(),
  full_name: z.string(),
  date_of_birth: z.string(),
  email: z.string(),
  phone_number: z.string(),
  address: z.strictObject({
    street: z.string(),
    city: z.string(),
    state: z.string(),
    zip_code: z.string(),
  }),
  account_status: z
    .enum(['Active', 'Suspended', 'Pending Verification', 'Closed'])
    .default('Pending Verification'),
  payment_methods: z.array(paymentMethod).default([]),
  line_ids: z.array(z.string()).default([]),
  bill_ids: z.array(z.string()).default([]),
  created_at: dateTime.default('2025-01-01'),
  last_extension_date: date.nullable().default(null),
  goodwill_credit_used_this_year: z.number().default(0),
});

/** A list of rows, as files hold it, becomes a table; what is a table already stays. */
function table<Row extends z.ZodType>(row: Row, id: string) {
  return z.preprocess(
    (value, context) => {
      if (!Array.isArray(value)) return value ?? {};
      const rows = value.map((item: unknown): [string, unknown] => {
        const key: unknown =
          typeof item === 'object' && item !== null && id in item ? Reflect.get(item, id) : '';
        return [String(key), item];
      });
      const byId = Object.fromEntries(rows);
      if (Object.keys(byId).length < rows.length)
        context.addIssue({ code: 'custom', message: `two rows have the same ${id}` });
      return byId;
    },
    z.record(z.string(), row),
  );
}

/**
 * The carrier's plans, customers, lines, bills and devices, and the one phone that the user of a task has in their
 * hands. Reads the reference's files as well: lists instead of tables, the phone as `device` and `surroundings`.
 * Amounts in dollars, data in gigabytes.
 */
export const telecomSchema = z.preprocess(
  withPhoneTables,
  z.strictObject({
    plans: table(plan, 'plan_id'),
    customers: table(customer, 'customer_id'),
    lines: table(line, 'line_id'),
    bills: table(bill, 'bill_id'),
    devices: table(device, 'device_id'),
    ...phoneTables,
  }),
);

export type TelecomDb = z.infer<typeof telecomSchema>;
export type Plan = z.infer<typeof plan>;
export type Customer = z.infer<typeof customer>;
export type Line = z.infer<typeof line>;
export type Bill = z.infer<typeof bill>;
