import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyCall,
  createRandom,
  sameJson,
  seedState,
  type Intent,
  type Json,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import { callOf, sampleIntents, type Sample } from '../../src/testing/sampleIntents.ts';
import { retail } from './index.ts';
import type { RetailDb } from './schema.ts';

const state = seedState(retail, 'tests', 100);
const users = state.ids('users');
const writes = retail.tools.filter((tool) => tool.kind === 'write').map((tool) => tool.name);

const samples = (count: number, seed: string, wanted?: (intent: Intent) => boolean) =>
  sampleIntents(retail, state, count, seed, wanted);

function broken(db: State, call: ToolCall, userId: string) {
  return retail.rules
    .filter((rule) => rule.tools.includes(call.name))
    .flatMap((rule) => {
      const violation = rule.check({ db, call, userId, confirmed: true, earlier: [] });
      return violation === null ? [] : [{ rule, violation }];
    });
}

const served = (intent: Intent) => intent.tool !== undefined;

describe('seed', () => {
  const db = retail.seed(createRandom('tests'), 150) as unknown as RetailDb;
  const orders = Object.values(db.orders);
  const people = Object.values(db.users);

  test('is the same for the same source, another for another, and valid', () => {
    expect(sameJson(retail.seed(createRandom('tests'), 150), db as unknown as Json)).toBe(true);
    expect(sameJson(retail.seed(createRandom('others'), 150), db as unknown as Json)).toBe(false);
    expect(sameJson(retail.schema.parse(db), db as unknown as Json)).toBe(true);
  });

  test('identifies every user by email and by name and zip code', () => {
    expect(people).toHaveLength(150);
    expect(new Set(people.map((user) => user.email)).size).toBe(150);
    const names = people.map(({ name, address }) => `${name.first_name} ${name.last_name} ${address.zip}`);
    expect(new Set(names).size).toBe(150);
    const seeded = seedState(retail, 'tests', 150);
    for (const userId of seeded.ids('users')) {
      const facts = retail.identity.facts(seeded, userId);
      for (const way of retail.identity.ways) {
        const args = Object.fromEntries(
          Object.entries(way.arguments).map(([parameter, fact]) => [parameter, facts[fact] ?? '']),
        );
        expect(applyCall(retail, seeded, { name: way.tool, arguments: args })).toMatchObject({
          result: userId,
        });
      }
    }
  });

  test('keeps orders, users, products and payments consistent', () => {
    for (const order of orders) {
      const user = db.users[order.user_id];
      expect(user?.orders).toContain(order.order_id);
      for (const item of order.items)
        expect(db.products[item.product_id]?.variants[item.item_id]).toMatchObject({ options: item.options });
      const balance = order.payment_history.reduce(
        (sum, { transaction_type, amount }) => sum + (transaction_type === 'payment' ? amount : -amount),
        0,
      );
      const worth = order.items.reduce((sum, item) => sum + item.price, 0);
      expect(balance).toBeCloseTo(order.status === 'cancelled' ? 0 : worth, 2);
      for (const { payment_method_id } of order.payment_history)
        expect(user?.payment_methods[payment_method_id]).toBeDefined();
    }
    expect(people.flatMap((user) => user.orders)).toHaveLength(orders.length);
  });

  test('has every status, enough to confuse, and 5 to 12 variants of 50 products', () => {
    expect(new Set(orders.map((order) => order.status)).size).toBe(7);
    const repeats = people.filter(({ orders: ids }) => {
      const names = ids.flatMap((id) => [...new Set(db.orders[id]?.items.map((item) => item.name))]);
      return new Set(names).size < names.length;
    });
    expect(repeats.length).toBeGreaterThan(people.length / 3);
    const products = Object.values(db.products);
    expect(products).toHaveLength(50);
    for (const { variants } of products) {
      const options = Object.values(variants).map((variant) => JSON.stringify(variant.options));
      expect(options.length).toBeGreaterThanOrEqual(5);
      expect(options.length).toBeLessThanOrEqual(12);
      expect(new Set(options).size).toBe(options.length);
    }
  });
});

describe('intents', () => {
  test('have calls that their tools can read, and that parse back to the same values', () => {
    for (const one of samples(400, 'calls', (intent) => intent.call !== undefined)) {
      const { intent, context } = one;
      for (const call of [callOf(one), ...(intent.equivalentCalls?.(context) ?? [])]) {
        const parameters = retail.tool(call.name)?.parameters;
        if (intent.missingTool === undefined)
          expect(parameters?.safeParse(call.arguments).success, intent.id).toBe(true);
      }
      if (intent.missingTool !== undefined) continue;
      const parsed = intent.parse?.(state, callOf(one));
      expect(parsed?.values).toEqual(context.values);
      const others = retail.intentsFor(callOf(one).name).filter((other) => other !== intent);
      expect(others.filter((other) => other.parse?.(state, callOf(one)) !== undefined)).toEqual([]);
    }
  });

  test('label every candidate differently, and describe what would be done', () => {
    for (const { intent, context } of samples(300, 'labels')) {
      let values: Record<string, Json> = {};
      for (const slot of intent.slots) {
        const labels = slot.candidates({ ...context, values }).map(({ label }) => label);
        expect(new Set(labels).size, `${intent.id}.${slot.name}`).toBe(labels.length);
        values = { ...values, [slot.name]: context.values[slot.name] ?? null };
      }
      expect(intent.describe(context)).not.toMatch(/undefined|\[object|  /);
    }
  });

  test('answer questions with facts that can be recognised', () => {
    for (const { intent, context } of samples(200, 'answers', (one) => one.answer !== undefined)) {
      const facts = intent.answer?.(context) ?? [];
      expect(facts.length, intent.id).toBeGreaterThan(0);
      for (const { value } of facts) expect(value).toMatch(/^\d+$|.{3}/);
    }
  });

  test('read what shows each candidate', () => {
    for (const { intent, context } of samples(200, 'reads')) {
      const reads = intent.slots.flatMap((slot) => slot.reads(context, {}));
      for (const read of [...reads, ...(intent.reads?.(context) ?? [])])
        expect(applyCall(retail, state, read).ok, `${intent.id}: ${read.name}`).toBe(true);
    }
  });

  test('open in at least five ways that name only their own slots', () => {
    const words = /\b(ambiguous|changing|infeasible|undefined)\b/;
    for (const intent of retail.intents) {
      expect(intent.opening.length).toBeGreaterThanOrEqual(5);
      const slots = intent.slots.map((slot) => slot.name);
      for (const template of [...intent.opening, intent.recall ?? '']) {
        for (const [, name = ''] of template.matchAll(/\{(\w+)\}/g)) expect(slots).toContain(name);
        expect(template.replace(/\[[^[\]]*\]/g, '')).not.toMatch(/[[\]]/);
        expect(template).not.toMatch(words);
      }
      expect(intent.opening.some((template) => slots.every((slot) => template.includes(`{${slot}}`)))).toBe(
        true,
      );
    }
  });
});

describe('rules and tools', () => {
  const all = samples(5000, 'rules', served);

  test('a tool rejects only what a rule forbids', () => {
    for (const one of all) {
      const call = callOf(one);
      const outcome = applyCall(retail, state, call);
      if (!outcome.ok) expect(broken(state, call, one.context.userId), outcome.message).not.toEqual([]);
    }
  });

  test('each flip makes its rule hold; alone, it makes the tool accept', { timeout: 30_000 }, () => {
    const flipped = new Set<string>();
    for (const one of all) {
      const call = callOf(one);
      const { userId } = one.context;
      const violations = broken(state, call, userId);
      for (const { rule, violation } of violations) {
        const { flip, reason, record } = violation;
        expect(reason).toMatch(/^["A-Z].*\.$/);
        if (record !== undefined) expect(state.get(record.table, record.id)).toBeDefined();
        if (flip === undefined) continue;
        const next = 'rows' in flip ? state.with(flip.rows) : state;
        const rows = { products: {}, users: {}, orders: {}, ...('rows' in flip ? flip.rows : {}) };
        expect(retail.schema.safeParse(rows).success).toBe(true);
        const changed = 'arguments' in flip ? flip.arguments : undefined;
        const again = changed === undefined ? call : { name: call.name, arguments: changed };
        const left = broken(next, again, userId);
        expect(
          left.map((other) => other.rule.id),
          reason,
        ).not.toContain(rule.id);
        if (violations.length > 1) continue;
        expect(left, `${rule.id}: ${reason}`).toEqual([]);
        expect(applyCall(retail, next, again), `${rule.id}: ${reason}`).toMatchObject({ ok: true });
        flipped.add(rule.id);
      }
    }
    expect([...flipped].sort()).toEqual([
      'cancel.pending',
      'cancel.reason',
      'delivered.once',
      'exchange.delivered',
      'items.available',
      'items.balance',
      'items.different-option',
      'modify.items-once',
      'modify.pending',
      'order.own',
      'payment.balance',
      'payment.different',
      'return.delivered',
      'return.refund',
    ]);
  });

  test('the policy forbids what the tools would run', () => {
    const only = new Set(
      all.flatMap((one) => {
        const call = callOf(one);
        const accepted = applyCall(retail, state, call).ok;
        return accepted ? broken(state, call, one.context.userId).map(({ rule }) => rule.id) : [];
      }),
    );
    expect([...only].sort()).toEqual(['items.different-option', 'modify.items-once', 'order.own']);
  });

  test('rules speak of what no candidate offers', () => {
    const [return1, exchange1] = ['return_items', 'exchange_item'].map((id) => {
      const found = all.find(({ intent }) => intent.id === id);
      if (found === undefined) throw new Error(`no sample of ${id}`);
      return found;
    }) as [Sample, Sample];
    const ids = (one: Sample, changed: Record<string, Json>, userId = one.context.userId) => {
      const call = { name: callOf(one).name, arguments: { ...callOf(one).arguments, ...changed } };
      expect(applyCall(retail, state, call).ok && changed.item_ids === undefined).toBe(false);
      return broken(state, call, userId).map(({ rule }) => rule.id);
    };
    const stranger = users.find((id) => id !== return1.context.userId) ?? '';
    const theirs = Object.keys(state.get('users', stranger)?.payment_methods as object)[0] ?? '';
    expect(ids(return1, { order_id: '#W0' })).toContain('order.exists');
    expect(ids(return1, { payment_method_id: theirs })).toContain('payment.own');
    expect(ids(return1, { item_ids: [] })).toContain('items.of-order');
    expect(ids(return1, { item_ids: ['1', '1'] })).toContain('items.of-order');
    expect(ids(exchange1, { new_item_ids: [] })).toContain('items.paired');
    expect(ids(exchange1, { new_item_ids: ['1'] })).toContain('items.same-product');
    const address = { address1: '', address2: '', city: '', country: '', state: '', zip: '' };
    const move = { name: 'modify_user_address', arguments: { user_id: stranger, ...address } };
    expect(broken(state, move, return1.context.userId).map(({ rule }) => rule.id)).toEqual(['profile.own']);
    const late = retail.rules.filter((rule) => {
      const silent = { db: state, call: callOf(return1), userId: null, confirmed: false, earlier: [] };
      return rule.subject === 'conversation' && rule.check(silent) !== null;
    });
    expect(late.map((rule) => rule.id)).toEqual(['conversation.identified', 'conversation.confirmed']);
  });

  test('rules never throw, whatever the arguments', () => {
    const value = fc.oneof(
      fc.constantFrom(...state.ids('orders').slice(0, 20), ...users.slice(0, 5)),
      fc.array(fc.string()),
      fc.jsonValue(),
    );
    const args = fc.dictionary(
      fc.constantFrom('order_id', 'item_ids', 'new_item_ids', 'payment_method_id', 'reason', 'user_id'),
      value,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...writes),
        args,
        fc.constantFrom(null, ...users.slice(0, 5)),
        (name, some, userId) => {
          const call = { name, arguments: some as ToolCall['arguments'] };
          for (const rule of retail.rules)
            rule.check({ db: state, call, userId, confirmed: true, earlier: [] });
        },
      ),
    );
  });
});
