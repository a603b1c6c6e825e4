import { isJsonObject } from '#core/environment/index.ts';
import type { Json, SlotContext, ToolCall } from '#core/environment/index.ts';
import type {
  Address,
  Order,
  OrderItem,
  PaymentMethod,
  Product,
  RetailDb,
  User,
  Variant,
} from '../schema.ts';

export type Context = SlotContext<RetailDb>;

/** A slot's value as text; empty while it is not filled. */
export function valueOf({ values }: Context, slot: string): string {
  return textOf(values[slot]);
}

/** A value that should be text; empty when it is not. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function orderIn(context: Context): Order | undefined {
  return context.db.get('orders', valueOf(context, 'order'));
}

export function userIn({ db, userId }: Context): User | undefined {
  return db.get('users', userId);
}

/** The orders of the user that are on record. */
export function ordersOf(context: Context): Order[] {
  const ids = userIn(context)?.orders ?? [];
  return ids.flatMap((id) => context.db.get('orders', id) ?? []);
}

export function itemIn(context: Context, slot: string): OrderItem | undefined {
  const id = valueOf(context, slot);
  return orderIn(context)?.items.find((item) => item.item_id === id);
}

export function productIn(context: Context, slot: string): Product | undefined {
  return context.db.get('products', valueOf(context, slot));
}

/** The variant that a slot names, of the product of the item that another slot names. */
export function replacementIn(context: Context, itemSlot: string, slot: string): Variant | undefined {
  const item = itemIn(context, itemSlot);
  const product = item === undefined ? undefined : context.db.get('products', item.product_id);
  return product?.variants[valueOf(context, slot)];
}

export function paymentIn(context: Context): PaymentMethod | undefined {
  return userIn(context)?.payment_methods[valueOf(context, 'payment')];
}

export function totalOf(order: Order): number {
  return cents(order.items.reduce((sum, item) => sum + item.price, 0));
}

export const cents = (amount: number): number => Math.round(amount * 100) / 100;

export const read = (name: string, args: Record<string, Json>): ToolCall => ({ name, arguments: args });
export const readUser = ({ userId }: Context) => read('get_user_details', { user_id: userId });
export const readOrder = (order_id: string) => read('get_order_details', { order_id });
export const readProduct = (product_id: string) => read('get_product_details', { product_id });

/** The profile and all orders of the user: what shows which order somebody means. */
export function readOrders(context: Context): ToolCall[] {
  return [readUser(context), ...(userIn(context)?.orders ?? []).map(readOrder)];
}

/** "Visa ending in 4412", "PayPal", "gift card". */
export function paymentName(method: PaymentMethod): string {
  switch (method.source) {
    case 'credit_card':
      return `${brandName(method.brand)} ending in ${method.last_four}`;
    case 'paypal':
      return 'PayPal';
    case 'gift_card':
      return 'gift card';
  }
}

export function brandName(brand: string): string {
  return brand === 'amex' ? 'American Express' : brand.charAt(0).toUpperCase() + brand.slice(1);
}

/** "12 Oak Street, Apt 3, Denver, CO 80203" */
export function addressLine({ address1, address2, city, state, zip }: Address): string {
  return [address1, address2, city, `${state} ${zip}`].filter((part) => part !== '').join(', ');
}

/** A slot's value as an address. */
export function addressOf(value: Json | undefined): Address | undefined {
  if (!isJsonObject(value)) return undefined;
  const part = (name: keyof Address) => textOf(value[name]);
  return {
    address1: part('address1'),
    address2: part('address2'),
    city: part('city'),
    country: part('country'),
    state: part('state'),
    zip: part('zip'),
  };
}

/** "Floor Lamp (black, 55-inch, warm)", "Headphones (navy, no noise cancelling)" */
export function itemName(item: { name: string; options: Readonly<Record<string, string>> }): string {
  const options = optionValues(item.options);
  return options.length === 0 ? item.name : `${item.name} (${options.join(', ')})`;
}

/** The values of options, each clear without its name. */
export function optionValues(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, value]) =>
    value === 'yes' ? name : value === 'no' || value === 'none' ? `no ${name}` : value,
  );
}
