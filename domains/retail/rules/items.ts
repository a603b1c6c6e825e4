import type { Json, RuleSpec } from '#core/environment/index.ts';
import { sameJson } from '#core/environment/index.ts';
import type { Order, OrderItem, Product, RetailDb, Variant } from '../schema.ts';
import { withAvailable, withBalance } from './asIf.ts';
import {
  argumentsWith,
  list,
  orderRule,
  paymentOf,
  priceDifference,
  swapsOf,
  userOf,
  type Context,
  type Swap,
} from './situation.ts';
import { modifyItems, exchangeItems, returnItems, swaps } from './tools.ts';

/** What holds for the items of a modification, a return or an exchange. */
export const itemRules: readonly RuleSpec<RetailDb>[] = [
  orderRule(
    'items.of-order',
    'Name at least one item, use only items that are part of the order, and none more often than it was ordered.',
    'choice',
    [modifyItems, exchangeItems, returnItems],
    (order, { call }) => {
      const named = list(call, 'item_ids');
      if (named.length === 0) return { reason: 'No item is named.' };
      const held = order.items.map((item) => item.item_id);
      const count = (ids: readonly string[], id: string) => ids.filter((other) => other === id).length;
      const wrong = named.find((id) => count(named, id) > count(held, id));
      if (wrong === undefined) return null;
      return { reason: `Order ${order.order_id} has item ${wrong} only ${count(held, wrong)} times.` };
    },
  ),
  orderRule(
    'items.paired',
    'Every item that is modified or exchanged gets exactly one new item in its place.',
    'choice',
    swaps,
    (_, { call }) => {
      const [old, fresh] = [list(call, 'item_ids').length, list(call, 'new_item_ids').length];
      return old === fresh ? null : { reason: `There are ${fresh} new items for ${old} old ones.` };
    },
  ),
  orderRule(
    'items.same-product',
    'The new item must be of the same product as the old one.',
    'choice',
    swaps,
    (order, context) => {
      const wrong = swapsOf(order, context).filter(
        ({ item, variant }) => item !== undefined && variant === undefined,
      );
      const [first] = wrong;
      if (first?.item === undefined) return null;
      return {
        reason: `Item ${first.newId} is not an item of the product ${first.item.name}.`,
        record: productRecord(first.item),
        ...otherChoice(wrong, order, context),
      };
    },
  ),
  orderRule(
    'items.different-option',
    'The new item must differ from the old one in at least one option.',
    'choice',
    swaps,
    (order, context) => {
      const same = swapsOf(order, context).filter(
        ({ item, variant }) => variant !== undefined && sameJson(item?.options, variant.options),
      );
      const [first] = same;
      if (first?.item === undefined) return null;
      return {
        reason: `The new ${first.item.name} ${first.newId} has the same options as the old one.`,
        record: productRecord(first.item),
        ...otherChoice(same, order, context),
      };
    },
  ),
  orderRule('items.available', 'The new item must be available.', 'state', swaps, (order, context) => {
    const missing = swapsOf(order, context).filter(({ variant }) => variant?.available === false);
    const [first] = missing;
    if (first?.item === undefined) return null;
    const products = missing.reduce<Record<string, Product>>((changed, { item, newId }) => {
      const id = item?.product_id ?? '';
      const product = changed[id] ?? context.db.get('products', id);
      return product === undefined ? changed : { ...changed, [id]: withAvailable(product, [newId]) };
    }, {});
    return {
      reason: `Item ${first.newId} (${first.item.name}) is not available.`,
      record: productRecord(first.item),
      flip: { rows: { products } },
    };
  }),
  orderRule(
    'items.balance',
    'If the new items cost more and it is a gift card, its balance must cover the difference.',
    'state',
    swaps,
    (order, context) => {
      const user = userOf(context);
      const card = paymentOf(context);
      const difference = uncovered(order, context);
      if (user === undefined || card?.source !== 'gift_card' || difference === undefined) return null;
      return {
        reason: `Gift card ${card.id} holds $${card.balance.toFixed(2)}, and the price difference is $${difference.toFixed(2)}.`,
        record: { table: 'users', id: user.user_id },
        flip: withBalance(user, card.id, difference),
      };
    },
  ),
];

/** The call with the cheapest items that may be chosen, unless there are none or the payment cannot cover them. */
function otherChoice(wrong: readonly Swap[], order: Order, context: Context) {
  const { db, call } = context;
  const ids = list(call, 'new_item_ids');
  for (const { position, item } of wrong) {
    const variants: Variant[] = Object.values(db.get('products', item?.product_id ?? '')?.variants ?? {});
    const [other] = variants
      .filter(({ available, options }) => available && !sameJson(options, item?.options))
      .sort((a, b) => a.price - b.price);
    if (other === undefined) return {};
    ids[position] = other.item_id;
  }
  const new_item_ids: Json = ids;
  const flip = argumentsWith(call, { new_item_ids });
  return uncovered(order, { ...context, call: { ...call, ...flip } }) === undefined ? { flip } : {};
}

/** The price difference that the gift card of a call does not cover, if that is how it stands. */
function uncovered(order: Order, context: Context): number | undefined {
  const card = paymentOf(context);
  const difference = priceDifference(order, context);
  if (card?.source !== 'gift_card' || difference === undefined) return undefined;
  return card.balance < difference ? difference : undefined;
}

const productRecord = (item: OrderItem) => ({ table: 'products', id: item.product_id });
