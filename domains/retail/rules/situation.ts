import { isJsonArray, remember } from '#core/environment/index.ts';
import type {
  JsonObject,
  RuleContext,
  RuleSpec,
  RuleSubject,
  ToolCall,
  Violation,
} from '#core/environment/index.ts';
import type { Order, OrderItem, PaymentMethod, RetailDb, User, Variant } from '../schema.ts';
import { exchangeItems } from './tools.ts';

export type Context = RuleContext<RetailDb>;

/** A rule, with its check last so that a list of rules reads as a list of sentences. */
export const rule = (
  id: string,
  sentence: string,
  subject: RuleSubject,
  tools: readonly string[],
  check: (context: Context) => Violation | null,
): RuleSpec<RetailDb> => ({ id, sentence, subject, tools, check });

/** A rule about the order that a call names. It holds when there is none: `order.exists` speaks of that. */
export const orderRule = (
  id: string,
  sentence: string,
  subject: RuleSubject,
  tools: readonly string[],
  check: (order: Order, context: Context) => Violation | null,
): RuleSpec<RetailDb> =>
  rule(id, sentence, subject, tools, (context) => {
    const order = orderOf(context);
    return order === undefined ? null : check(order, context);
  });

export function text(call: ToolCall, name: string): string {
  const value = call.arguments[name];
  return typeof value === 'string' ? value : '';
}

export function list(call: ToolCall, name: string): string[] {
  const value = call.arguments[name];
  return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function orderOf({ db, call }: Context): Order | undefined {
  return db.get('orders', text(call, 'order_id'));
}

/** The user of the conversation. */
export function userOf({ db, userId }: Context): User | undefined {
  return userId === null ? undefined : db.get('users', userId);
}

/** The payment method that a call names, if the user of the conversation has it. */
export function paymentOf(context: Context): PaymentMethod | undefined {
  return userOf(context)?.payment_methods[text(context.call, 'payment_method_id')];
}

/** One item of a call that swaps items. */
export interface Swap {
  readonly position: number;
  readonly newId: string;
  /** Undefined when the order does not hold the old item. */
  readonly item: OrderItem | undefined;
  /** Undefined when the new item is not of the same product. */
  readonly variant: Variant | undefined;
}

/** The old and new items of a call on an order, pair by pair. */
export function swapsOf(order: Order, context: Context): readonly Swap[] {
  return swapsIn(context)(order);
}

// Most rules on items ask for them, with one context.
const swapsIn = remember((context: Context) => remember((order: Order) => listSwaps(order, context)));

function listSwaps(order: Order, { db, call }: Context): Swap[] {
  const newIds = list(call, 'new_item_ids');
  return list(call, 'item_ids').flatMap((itemId, position): Swap[] => {
    const newId = newIds[position];
    if (newId === undefined) return [];
    const item = order.items.find((other) => other.item_id === itemId);
    const product = item === undefined ? undefined : db.get('products', item.product_id);
    return [{ position, newId, item, variant: product?.variants[newId] }];
  });
}

/** What a swap of items costs, or undefined when a pair of it is not known. */
export function priceDifference(order: Order, context: Context): number | undefined {
  let sum = 0;
  for (const { item, variant } of swapsOf(order, context)) {
    if (item === undefined || variant === undefined) return undefined;
    sum += variant.price - item.price;
  }
  // As the tools compare it: an exchange is settled in whole cents, a modification is not rounded.
  return context.call.name === exchangeItems ? Math.round(sum * 100) / 100 : sum;
}

/** The payment that an order began with. */
export function firstPayment(order: Order): Order['payment_history'][number] | undefined {
  return order.payment_history[0];
}

export const orderRecord = (order: Order) => ({ table: 'orders', id: order.order_id });

/** The call's arguments with some of them different. */
export const argumentsWith = (call: ToolCall, changed: JsonObject): { arguments: JsonObject } => ({
  arguments: { ...call.arguments, ...changed },
});
