import { z } from 'zod';

const address = z.object({
  address1: z.string(),
  address2: z.string(),
  city: z.string(),
  country: z.string(),
  state: z.string(),
  zip: z.string(),
});

const paymentMethod = z.discriminatedUnion('source', [
  z.object({ source: z.literal('credit_card'), id: z.string(), brand: z.string(), last_four: z.string() }),
  z.object({ source: z.literal('paypal'), id: z.string() }),
  z.object({ source: z.literal('gift_card'), id: z.string(), balance: z.number() }),
]);

const user = z.object({
  user_id: z.string(),
  name: z.object({ first_name: z.string(), last_name: z.string() }),
  address,
  email: z.string(),
  payment_methods: z.record(z.string(), paymentMethod),
  orders: z.array(z.string()),
});

const options = z.record(z.string(), z.string());

const variant = z.object({ item_id: z.string(), options, available: z.boolean(), price: z.number() });

const product = z.object({
  name: z.string(),
  product_id: z.string(),
  variants: z.record(z.string(), variant),
});

const orderItem = z.object({
  name: z.string(),
  product_id: z.string(),
  item_id: z.string(),
  price: z.number(),
  options,
});

const orderPayment = z.object({
  transaction_type: z.enum(['payment', 'refund']),
  amount: z.number(),
  payment_method_id: z.string(),
});

/** Where an order stands. "pending (item modified)" is pending in name only: nothing may be changed any more. */
export const orderStatuses = [
  'pending',
  'processed',
  'delivered',
  'cancelled',
  'pending (item modified)',
  'exchange requested',
  'return requested',
] as const;

/** The only reasons that a cancellation accepts. */
export const cancelReasons = ['no longer needed', 'ordered by mistake'] as const;

// The fields that actions fill are null until then, so that a row from a file and one after an action agree.
const order = z.object({
  order_id: z.string(),
  user_id: z.string(),
  address,
  items: z.array(orderItem),
  status: z.enum(orderStatuses),
  fulfillments: z.array(z.object({ tracking_id: z.array(z.string()), item_ids: z.array(z.string()) })),
  payment_history: z.array(orderPayment),
  cancel_reason: z.enum(cancelReasons).nullable().default(null),
  exchange_items: z.array(z.string()).nullable().default(null),
  exchange_new_items: z.array(z.string()).nullable().default(null),
  exchange_payment_method_id: z.string().nullable().default(null),
  exchange_price_difference: z.number().nullable().default(null),
  return_items: z.array(z.string()).nullable().default(null),
  return_payment_method_id: z.string().nullable().default(null),
});

/** The retail database: products with their variants, users, orders. Amounts in dollars. */
export const retailSchema = z.strictObject({
  products: z.record(z.string(), product),
  users: z.record(z.string(), user),
  orders: z.record(z.string(), order),
});

export type RetailDb = z.infer<typeof retailSchema>;
export type Address = z.infer<typeof address>;
export type PaymentMethod = z.infer<typeof paymentMethod>;
export type User = z.infer<typeof user>;
export type Variant = z.infer<typeof variant>;
export type Product = z.infer<typeof product>;
export type OrderItem = z.infer<typeof orderItem>;
export type Order = z.infer<typeof order>;
