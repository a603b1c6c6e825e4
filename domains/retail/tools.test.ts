import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { applyCall, changedRows, createRandom, replay, State } from '#core/environment/index.ts';
import type { Json, JsonObject, ToolCall } from '#core/environment/index.ts';
import { retail } from './index.ts';

const address = {
  address1: '1 Elm St',
  address2: '',
  city: 'Austin',
  country: 'USA',
  state: 'TX',
  zip: '78701',
};
const newAddress = { ...address, address1: '2 Oak St' };
const lamp = (item_id: string, color: string, price: number, available = true) => ({
  item_id,
  options: { color },
  available,
  price,
});
const item = (item_id: string, color: string, price: number) => ({
  name: 'Lamp',
  product_id: 'P1',
  item_id,
  price,
  options: { color },
});
const order = (order_id: string, status: string, items: Json[], paid: [string, number]) => ({
  order_id,
  user_id: 'ann_1',
  address,
  items,
  status,
  fulfillments: [],
  payment_history: [{ transaction_type: 'payment', amount: paid[1], payment_method_id: paid[0] }],
});
const state = State.of(
  retail.schema.parse({
    products: {
      P1: {
        name: 'Lamp',
        product_id: 'P1',
        variants: {
          red: lamp('red', 'red', 10),
          blue: lamp('blue', 'blue', 12.5),
          gold: lamp('gold', 'gold', 99.99),
          grey: lamp('grey', 'grey', 10, false),
        },
      },
      P2: { name: 'Chair', product_id: 'P2', variants: {} },
    },
    users: {
      ann_1: {
        user_id: 'ann_1',
        name: { first_name: 'Ann', last_name: 'Lee' },
        address,
        email: 'ann@example.com',
        payment_methods: {
          card: { source: 'credit_card', id: 'card', brand: 'visa', last_four: '1111' },
          paypal: { source: 'paypal', id: 'paypal' },
          gift: { source: 'gift_card', id: 'gift', balance: 20.1 },
        },
        orders: ['#W1', '#W2', '#W3', '#W4', '#W5'],
      },
    },
    orders: {
      '#W1': order('#W1', 'pending', [item('red', 'red', 10.1), item('blue', 'blue', 12.2)], ['card', 22.3]),
      '#W2': order('#W2', 'delivered', [item('red', 'red', 10), item('red', 'red', 10)], ['paypal', 20]),
      '#W3': order('#W3', 'pending', [item('red', 'red', 10)], ['gift', 10]),
      '#W4': order('#W4', 'pending (item modified)', [item('red', 'red', 10)], ['card', 10]),
      '#W5': order('#W5', 'processed', [item('red', 'red', 10)], ['card', 500]),
    },
  }),
);

const call = (name: string, args: JsonObject): ToolCall => ({ name, arguments: args });
const run = (name: string, args: JsonObject) => applyCall(retail, state, call(name, args));
const result = (name: string, args: JsonObject) => {
  const outcome = run(name, args);
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.result;
};
const changed = (name: string, args: JsonObject) => changedRows(state, run(name, args).state);
const swap = (order_id: string, from: string[], to: string[], payment_method_id = 'card') => ({
  order_id,
  item_ids: from,
  new_item_ids: to,
  payment_method_id,
});

const MODIFY = 'modify_pending_order_items';
const EXCHANGE = 'exchange_delivered_order_items';
const RETURN = 'return_delivered_order_items';
const PAY = 'modify_pending_order_payment';

describe('what the tools refuse, in the reference words', () => {
  it.each<[string, JsonObject, string]>([
    ['find_user_id_by_email', { email: 'bob@example.com' }, 'User not found'],
    ['find_user_id_by_name_zip', { first_name: 'Ann', last_name: 'Lee', zip: '0' }, 'User not found'],
    ['get_user_details', { user_id: 'bob_2' }, 'User not found'],
    ['get_order_details', { order_id: 'W1' }, 'Order not found'],
    ['get_product_details', { product_id: 'red' }, 'Product not found'],
    ['get_item_details', { item_id: 'P1' }, 'Item not found'],
    ['cancel_pending_order', { order_id: '#W0', reason: 'x' }, 'Order not found'],
    ['cancel_pending_order', { order_id: '#W4', reason: 'x' }, 'Non-pending order cannot be cancelled'],
    ['cancel_pending_order', { order_id: '#W1', reason: 'x' }, 'Invalid reason'],
    ['modify_pending_order_address', { order_id: '#W5', ...address }, 'Non-pending order cannot be modified'],
    ['modify_user_address', { user_id: 'bob_2', ...address }, 'User not found'],
    [PAY, { order_id: '#W5', payment_method_id: 'gift' }, 'Non-pending order cannot be modified'],
    [PAY, { order_id: '#W1', payment_method_id: 'none' }, 'Payment method not found'],
    [
      PAY,
      { order_id: '#W1', payment_method_id: 'card' },
      'The new payment method should be different from the current one',
    ],
    [
      PAY,
      { order_id: '#W1', payment_method_id: 'gift' },
      'Insufficient gift card balance to pay for the order',
    ],
    [MODIFY, swap('#W4', ['red'], ['blue']), 'Non-pending order cannot be modified'],
    [MODIFY, swap('#W1', ['red', 'red'], ['blue', 'blue']), 'red not found'],
    [MODIFY, swap('#W1', ['red'], []), 'The number of items to be exchanged should match'],
    [MODIFY, swap('#W1', ['red'], ['red']), 'The new item id should be different from the old item id'],
    [MODIFY, swap('#W1', ['red'], ['none']), 'Variant not found'],
    [MODIFY, swap('#W1', ['red'], ['grey']), 'New item grey not found or available'],
    [MODIFY, swap('#W1', ['red'], ['blue'], 'none'), 'Payment method not found'],
    [
      MODIFY,
      swap('#W1', ['red'], ['gold'], 'gift'),
      'Insufficient gift card balance to pay for the new item',
    ],
    [EXCHANGE, swap('#W1', ['red'], ['blue']), 'Non-delivered order cannot be exchanged'],
    [EXCHANGE, swap('#W2', ['blue'], ['red']), 'Number of blue not found.'],
    [EXCHANGE, swap('#W2', ['red'], []), 'The number of items to be exchanged should match.'],
    [EXCHANGE, swap('#W2', ['red'], ['grey']), 'New item grey not found or available'],
    [
      EXCHANGE,
      swap('#W2', ['red'], ['gold'], 'gift'),
      'Insufficient gift card balance to pay for the price difference',
    ],
    [
      RETURN,
      { order_id: '#W1', item_ids: ['red'], payment_method_id: 'card' },
      'Non-delivered order cannot be returned',
    ],
    [
      RETURN,
      { order_id: '#W2', item_ids: ['red'], payment_method_id: 'card' },
      'Payment method should be the original payment method',
    ],
    [RETURN, { order_id: '#W2', item_ids: ['blue'], payment_method_id: 'paypal' }, 'Some item not found'],
  ])('%s %j: %s', (name, args, message) => {
    expect(run(name, args)).toEqual({ ok: false, state, failure: 'rejected', message });
  });

  it('refuses a second change of the payment: there is more than one payment then', () => {
    const change = call(PAY, { order_id: '#W1', payment_method_id: 'paypal' });
    const last = replay(retail, state, [change, change]).steps.at(-1)?.outcome;
    expect(last).toMatchObject({ message: 'There should be exactly one payment for a pending order' });
  });

  it.each<[string, JsonObject, string]>([
    ['get_order_details', { order: '#W1' }, "got an unexpected keyword argument 'order'"],
    ['get_order_details', {}, "missing 1 required positional argument: 'order_id'"],
    [PAY, {}, "missing 2 required positional arguments: 'order_id' and 'payment_method_id'"],
    [RETURN, {}, "missing 3 required positional arguments: 'order_id', 'item_ids', and 'payment_method_id'"],
  ])('%s %j: %s', (name, args, message) => {
    expect(run(name, args)).toEqual({
      ok: false,
      state,
      failure: 'invalid_arguments',
      message: `RetailTools.${name}() ${message}`,
    });
  });

  it.each<[string, JsonObject, string]>([
    ['get_order_details', { order_id: 1 }, 'Order not found'],
    ['get_order_details', { order_id: ['#W1'] }, "unhashable type: 'list'"],
    ['get_item_details', { item_id: null }, 'Item not found'],
    ['find_user_id_by_email', { email: 5 }, "'int' object has no attribute 'lower'"],
    [
      'find_user_id_by_name_zip',
      { first_name: 'ann', last_name: null, zip: '1' },
      "'NoneType' object has no attribute 'lower'",
    ],
    ['find_user_id_by_name_zip', { first_name: 'x', last_name: null, zip: '1' }, 'User not found'],
    ['cancel_pending_order', { order_id: '#W1', reason: {} }, "unhashable type: 'dict'"],
    [
      'modify_pending_order_address',
      { order_id: '#W2', ...newAddress, zip: 78701 },
      'Non-pending order cannot be modified',
    ],
    ['cancel_pending_order', { order_id: '#W2', reason: 5 }, 'Non-pending order cannot be cancelled'],
    ['cancel_pending_order', { order_id: '#W1', reason: false }, 'Invalid reason'],
    [RETURN, { order_id: '#W2', item_ids: [7], payment_method_id: 'paypal' }, 'Some item not found'],
    [
      EXCHANGE,
      { order_id: '#W2', item_ids: [true], new_item_ids: ['blue'], payment_method_id: 'paypal' },
      'Number of True not found.',
    ],
  ])('takes a value of a wrong type for one that nothing has: %s %j: %s', (name, args, message) => {
    expect(run(name, args)).toEqual({ ok: false, state, failure: 'invalid_arguments', message });
  });

  it('goes on with a wrong type only where the text is free', () => {
    expect(run('transfer_to_human_agents', { summary: 5 })).toMatchObject({ result: 'Transfer successful' });
    expect(run('modify_user_address', { user_id: 'ann_1', ...newAddress, zip: 78701 })).toEqual({
      ok: false,
      state,
      failure: 'invalid_arguments',
      message:
        '1 validation error for UserAddress\nzip\n' +
        '  Input should be a valid string [type=string_type, input_value=78701, input_type=int]\n' +
        '    For further information visit https://errors.pydantic.dev/2.12/v/string_type',
    });
  });
});

describe('what the tools do', () => {
  it('finds users whatever the case', () => {
    expect(result('find_user_id_by_email', { email: 'ANN@Example.com' })).toBe('ann_1');
    expect(result('find_user_id_by_name_zip', { first_name: 'ann', last_name: 'LEE', zip: '78701' })).toBe(
      'ann_1',
    );
  });

  it('lists product types by name, as text', () => {
    expect(result('list_all_product_types', {})).toBe('{"Chair": "P2", "Lamp": "P1"}');
  });

  it('shows the record that a result comes from', () => {
    const shown = retail.tool('get_item_details')?.shows(state, { item_id: 'blue' }, null);
    expect(shown).toEqual([{ table: 'products', id: 'P1' }]);
  });

  it('refunds a cancelled order, a gift card at once', () => {
    expect(changed('cancel_pending_order', { order_id: '#W3', reason: 'no longer needed' })).toMatchObject({
      orders: { '#W3': { status: 'cancelled', payment_history: [{}, { transaction_type: 'refund' }] } },
      users: { ann_1: { payment_methods: { gift: { balance: 30.1 } } } },
    });
  });

  it('moves a payment from a gift card', () => {
    expect(changed(PAY, { order_id: '#W3', payment_method_id: 'card' })).toMatchObject({
      users: { ann_1: { payment_methods: { gift: { balance: 30.1 } } } },
    });
  });

  it('still lets address and payment change once items were modified, although the policy does not', () => {
    expect(changed('modify_pending_order_address', { order_id: '#W4', ...newAddress })).toMatchObject({
      orders: { '#W4': { address: newAddress } },
    });
    expect(run(PAY, { order_id: '#W4', payment_method_id: 'paypal' }).ok).toBe(true);
  });

  it('gives every modified item the price and options of the last new variant', () => {
    expect(result(MODIFY, swap('#W1', ['red', 'blue'], ['gold', 'red']))).toMatchObject({
      status: 'pending (item modified)',
      items: [
        { item_id: 'gold', price: 10, options: { color: 'red' } },
        { item_id: 'red', price: 10, options: { color: 'red' } },
      ],
    });
  });

  it('records the price difference of a modification unrounded, and of an exchange rounded', () => {
    expect(result(MODIFY, swap('#W1', ['red'], ['blue']))).toMatchObject({
      payment_history: [{}, { transaction_type: 'payment', amount: 12.5 - 10.1 }],
    });
    expect(12.5 - 10.1).not.toBe(2.4);
    expect(result(EXCHANGE, swap('#W2', ['red', 'red'], ['gold', 'blue']))).toMatchObject({
      exchange_new_items: ['blue', 'gold'],
      exchange_price_difference: 92.49,
    });
  });

  it('exchanges an item for itself', () => {
    expect(result(EXCHANGE, swap('#W2', ['red'], ['red']))).toMatchObject({ exchange_price_difference: 0 });
  });

  it('returns to the original payment method or to a gift card', () => {
    for (const payment_method_id of ['paypal', 'gift'])
      expect(result(RETURN, { order_id: '#W2', item_ids: ['red'], payment_method_id })).toMatchObject({
        status: 'return requested',
        return_items: ['red'],
      });
  });
});

// Names and values that occur, mixed with ones that do not, so that calls both succeed and fail.
const some = <T>(...values: T[]) => fc.constantFrom(...values);
const orderIds = some('#W1', '#W2', '#W3', '#W4', '#W5', '#W0');
const itemIds = fc.array(some('red', 'blue', 'gold', 'grey', 'none'), { maxLength: 3 });
const methods = some('card', 'paypal', 'gift', 'none');
const swaps = fc.record({
  order_id: orderIds,
  item_ids: itemIds,
  new_item_ids: itemIds,
  payment_method_id: methods,
});
const writes: fc.Arbitrary<ToolCall> = fc.oneof(
  swaps.map((args) => call(MODIFY, args)),
  swaps.map((args) => call(EXCHANGE, args)),
  fc
    .record({ order_id: orderIds, item_ids: itemIds, payment_method_id: methods })
    .map((args) => call(RETURN, args)),
  fc.record({ order_id: orderIds, payment_method_id: methods }).map((args) => call(PAY, args)),
  fc
    .record({ order_id: orderIds, reason: some('no longer needed', 'because') })
    .map((args) => call('cancel_pending_order', args)),
  orderIds.map((order_id) => call('modify_pending_order_address', { order_id, ...newAddress })),
  some('ann_1', 'bob_2').map((user_id) => call('modify_user_address', { user_id, ...newAddress })),
);

describe('for any calls', () => {
  test.prop([fc.array(writes, { maxLength: 6 })])(
    'a refused call leaves the state, an accepted one leaves rows that the schema accepts as they are',
    (calls) => {
      let now = state;
      for (const { outcome } of replay(retail, state, calls).steps) {
        if (!outcome.ok) expect(outcome.state).toBe(now);
        now = outcome.state;
      }
      expect(retail.schema.parse(now.toDatabase())).toEqual(now.toDatabase());
    },
  );

  test.prop([fc.array(writes, { maxLength: 6 })])('a replay gives the same again', (calls) => {
    const [first, second] = [replay(retail, state, calls), replay(retail, state, calls)];
    expect(changedRows(first.state, second.state)).toEqual({});
    expect(first.steps.map(({ outcome }) => outcome.ok)).toEqual(
      second.steps.map(({ outcome }) => outcome.ok),
    );
  });

  test.prop([fc.integer()])('a read leaves no trace', (seed) => {
    const random = createRandom(String(seed));
    const values = ['ann_1', '#W1', 'P1', 'red', 'ann@example.com', 'Ann', 'Lee', '78701', '1 + 1', 'none'];
    for (const tool of retail.tools.filter(({ kind }) => kind !== 'write')) {
      const names = Object.keys(tool.parameters.shape);
      const args = Object.fromEntries(names.map((name) => [name, random.pick(values)]));
      expect(run(tool.name, args).state).toBe(state);
    }
  });
});

describe('the schema', () => {
  const database = state.toDatabase();

  it('refuses a table that it does not know', () => {
    expect(retail.schema.safeParse({ ...database, shops: {} }).success).toBe(false);
  });

  it('ignores unknown fields inside rows and writes the ones actions fill as null', () => {
    const parsed = retail.schema.parse({
      ...database,
      products: { P2: { ...database.products?.P2, note: 'x' } },
    });
    expect(parsed.products).toEqual({ P2: database.products?.P2 });
    expect(Object.keys(parsed.orders?.['#W1'] ?? {}).slice(7)).toEqual([
      'cancel_reason',
      'exchange_items',
      'exchange_new_items',
      'exchange_payment_method_id',
      'exchange_price_difference',
      'return_items',
      'return_payment_method_id',
    ]);
  });
});
