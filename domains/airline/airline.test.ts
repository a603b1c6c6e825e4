/**
 * The airline's seed, intents and rules. Long because the rules are many, and each is seen to hold and to break.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyCall,
  createRandom,
  sameJson,
  seedState,
  type Database,
  type Intent,
  type Json,
  type SlotContext,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import { callOf, sampleIntents } from '../../src/testing/sampleIntents.ts';
import { airline } from './index.ts';
import { isFlown, journeysBetween, partsOf, statusOf } from './journeys.ts';
import { hopsOf } from './pricing.ts';
import type { AirlineDb, Reservation } from './schema.ts';
import { paidBags, totalPrice } from './terms.ts';

const state = seedState(airline, 'tests', 100);
const users = state.ids('users');
const db = state.toDatabase() as unknown as AirlineDb;
const view = state as unknown as SlotContext<AirlineDb>['db'];
const writes = airline.tools.filter((tool) => tool.kind === 'write').map((tool) => tool.name);

const samples = (count: number, seed: string, wanted?: (intent: Intent) => boolean) =>
  sampleIntents(airline, state, count, seed, wanted);

function broken(
  from: State,
  call: ToolCall,
  userId: string,
  said: SlotContext<Database>['values'] | undefined,
) {
  return airline.rules
    .filter((rule) => rule.tools.includes(call.name))
    .flatMap((rule) => {
      const violation = rule.check({ db: from, call, userId, confirmed: true, earlier: [], said });
      return violation === null ? [] : [{ rule, violation }];
    });
}

describe('seed', () => {
  const reservations = Object.values(db.reservations);

  test('is the same for the same source, another for another, and leaves flights alone when users are added', () => {
    const again = airline.seed(createRandom('airline/tests'), 100) as unknown as Json;
    expect(sameJson(again, db as unknown as Json)).toBe(true);
    const fewer = airline.seed(createRandom('airline/tests'), 5) as unknown as AirlineDb;
    expect(fewer.flights).toEqual(db.flights);
    expect(Object.keys(fewer.users)).toHaveLength(5);
  });

  test('keeps trips, users, payments and bags consistent', () => {
    for (const one of reservations) {
      const user = db.users[one.user_id];
      expect(user?.reservations).toContain(one.reservation_id);
      const hops = hopsOf(view, one.flights) ?? [];
      expect(hops).toHaveLength(one.flights.length);
      const { outbound, return: back } = partsOf(one);
      expect([outbound[0]?.origin, outbound.at(-1)?.destination]).toEqual([one.origin, one.destination]);
      if (one.flight_type === 'round_trip')
        expect([back[0]?.origin, back.at(-1)?.destination]).toEqual([one.destination, one.origin]);
      for (const { payment_id } of one.payment_history)
        expect(user?.payment_methods[payment_id]).toBeDefined();
      const people = one.passengers.length;
      expect(one.nonfree_baggages).toBe(
        paidBags(user?.membership ?? 'gold', one.cabin, people, one.total_baggages),
      );
      const fares = one.flights.reduce((sum, { price }) => sum + price, 0);
      const due = one.status === null ? totalPrice(fares, people, one.insurance, one.nonfree_baggages) : 0;
      expect(one.payment_history.reduce((sum, { amount }) => sum + amount, 0)).toBe(due);
      expect(one.created_at.slice(0, 10) <= (one.flights[0]?.date ?? '')).toBe(true);
    }
    expect(Object.values(db.users).flatMap((user) => user.reservations)).toHaveLength(reservations.length);
  });

  test('agrees with the clock: what is past has landed or was cancelled, what is ahead can be booked', () => {
    for (const flight of Object.values(db.flights))
      for (const [date, day] of Object.entries(flight.dates)) {
        if (date < '2024-05-15') expect(['landed', 'cancelled']).toContain(day.status);
        else if (date > '2024-05-15') expect(['available', 'cancelled']).toContain(day.status);
        else if (day.status === 'landed')
          expect(day.actual_arrival_time_est <= '2024-05-15T15:00:00').toBe(true);
        else if (day.status === 'flying')
          expect(day.actual_departure_time_est <= '2024-05-15T15:00:00').toBe(true);
        else expect(['on time', 'delayed', 'cancelled']).toContain(day.status);
      }
  });

  test('has trips in every state, in every cabin, and people with something to choose', () => {
    const statuses = (one: Reservation) => one.flights.map((segment) => statusOf(view, segment));
    const count = (wanted: (one: Reservation) => boolean) => reservations.filter(wanted).length;
    expect(count((one) => statuses(one).every((status) => status === 'available'))).toBeGreaterThan(100);
    expect(count((one) => statuses(one).includes('cancelled'))).toBeGreaterThan(20);
    expect(count((one) => statuses(one).includes('delayed'))).toBeGreaterThan(5);
    expect(count((one) => one.flights.some((segment) => isFlown(view, segment)))).toBeGreaterThan(30);
    expect(count((one) => one.status === 'cancelled')).toBeGreaterThan(5);
    expect(count((one) => one.created_at > '2024-05-14T15:00:00')).toBeGreaterThan(15);
    expect(new Set(reservations.map(({ cabin }) => cabin)).size).toBe(3);
    const repeats = Object.values(db.users).filter(({ reservations: ids }) => {
      const places = ids.map((id) => db.reservations[id]?.destination);
      return new Set(places).size < places.length;
    });
    expect(repeats.length).toBeGreaterThan(40);
    expect(Object.values(db.users).some(({ saved_passengers }) => saved_passengers.length >= 5)).toBe(true);
  });

  test('finds the connections that the search tool finds', () => {
    const random = createRandom('connections');
    for (let i = 0; i < 200; i += 1) {
      const [from, to] = [
        random.pick(['BOS', 'SEA', 'JFK', 'ORD']),
        random.pick(['DEN', 'ATL', 'MIA', 'PHX']),
      ];
      const date = `2024-05-${random.int(16, 27)}`;
      const ours = journeysBetween(view, from, to, date, 'bookable');
      const found = (name: string) => {
        const outcome = applyCall(airline, state, {
          name,
          arguments: { origin: from, destination: to, date },
        });
        return outcome.ok ? (outcome.result as unknown[]).length : -1;
      };
      expect(ours.filter((journey) => journey.length === 1)).toHaveLength(found('search_direct_flight'));
      expect(ours.filter((journey) => journey.length === 2)).toHaveLength(found('search_onestop_flight'));
    }
  });
});

describe('intents', () => {
  test('have calls that their tools can read, and that parse back to the same call', () => {
    for (const one of samples(
      500,
      'calls',
      (intent) => intent.call !== undefined && intent.missingTool === undefined,
    )) {
      const { intent, context } = one;
      const call = callOf(one);
      for (const other of [call, ...(intent.equivalentCalls?.(context) ?? [])])
        expect(airline.tool(other.name)?.parameters.safeParse(other.arguments).success, intent.id).toBe(true);
      const parsed = intent.parse?.(state, call);
      // A call tells neither the reason for a cancellation nor which trip a certificate is for.
      if (intent.id === 'cancel_trip') expect(parsed?.values.reservation).toEqual(context.values.reservation);
      else if (intent.id === 'compensation') {
        if (parsed !== undefined) expect(intent.call?.({ ...context, values: parsed.values })).toEqual(call);
      } else if (!sameRows(call)) expect(parsed?.values, intent.id).toEqual(context.values);
      const others = airline.intentsFor(call.name).filter((other) => other !== intent);
      expect(others.filter((other) => other.parse?.(state, call) !== undefined).map(({ id }) => id)).toEqual(
        [],
      );
    }
  });

  test('label every candidate differently, and describe what would be done', () => {
    for (const { intent, context } of samples(300, 'labels')) {
      let values: Record<string, Json> = {};
      for (const slot of intent.slots) {
        const labels = slot.candidates({ ...context, values }).map(({ label }) => label);
        expect(new Set(labels).size, `${intent.id}.${slot.name}: ${labels.join(' | ')}`).toBe(labels.length);
        values = { ...values, [slot.name]: context.values[slot.name] ?? null };
      }
      expect(intent.describe(context)).not.toMatch(/undefined|\[object|NaN|Infinity| {2}/);
    }
  });

  test('answer questions with facts that can be recognised', () => {
    for (const { intent, context } of samples(300, 'answers', (one) => one.answer !== undefined)) {
      const facts = intent.answer?.(context) ?? [];
      expect(facts.length, intent.id).toBeGreaterThan(0);
      for (const { value } of facts) expect(value).toMatch(/^\d+$|.{2}/);
    }
  });

  test('read what shows each candidate', () => {
    for (const { intent, context } of samples(300, 'reads')) {
      const reads = intent.slots.flatMap((slot) => slot.reads(context, {}));
      for (const read of [...reads, ...(intent.reads?.(context) ?? [])])
        expect(applyCall(airline, state, read).ok, `${intent.id}: ${read.name}`).toBe(true);
    }
  });

  test('open in at least five ways that name only their own slots', () => {
    const words = /\b(ambiguous|changing|infeasible|undefined)\b/;
    for (const intent of airline.intents) {
      expect(intent.opening.length).toBeGreaterThanOrEqual(5);
      const slots = intent.slots.map((slot) => slot.name);
      for (const template of intent.opening) {
        for (const [, name = ''] of template.matchAll(/\{(\w+)\}/g)) expect(slots).toContain(name);
        expect(template.replace(/\[[^[\]]*\]/g, '')).not.toMatch(/[[\]]/);
        expect(template).not.toMatch(words);
        // A name at the beginning would lose its capital in the middle of a message.
        expect(template).not.toMatch(/^\{|\] ?\{/);
      }
      expect(intent.opening.every((template) => slots.every((slot) => template.includes(`{${slot}}`)))).toBe(
        true,
      );
    }
  });
});

/** Corrections and replacements that leave everything as it is have nothing to parse. */
function sameRows(call: ToolCall): boolean {
  const outcome = applyCall(airline, state, call);
  return (
    outcome.ok &&
    call.name === 'update_reservation_passengers' &&
    sameJson(
      state.get('reservations', call.arguments.reservation_id as string),
      outcome.state.get('reservations', call.arguments.reservation_id as string),
    )
  );
}

describe('rules and tools', () => {
  const all = samples(6000, 'rules', (intent) => intent.tool !== undefined);

  test('a tool rejects only what a rule forbids', () => {
    for (const one of all) {
      const call = callOf(one);
      const outcome = applyCall(airline, state, call);
      if (!outcome.ok)
        expect(broken(state, call, one.context.userId, one.context.values), outcome.message).not.toEqual([]);
    }
  });

  test('each flip makes its rule hold; alone, it makes the tool accept', () => {
    const flipped = new Set<string>();
    for (const one of all) {
      const call = callOf(one);
      const { userId, values } = one.context;
      const violations = broken(state, call, userId, values);
      for (const { rule, violation } of violations) {
        const { flip, reason, record } = violation;
        expect(reason).toMatch(/^["$A-Za-z0-9].*\.$/);
        expect(reason).not.toMatch(/undefined|NaN/);
        if (record !== undefined) expect(state.get(record.table, record.id)).toBeDefined();
        if (flip === undefined || violations.length > 1) continue;
        const next = 'rows' in flip ? state.with(flip.rows) : state;
        const rows = { flights: {}, users: {}, reservations: {}, ...('rows' in flip ? flip.rows : {}) };
        expect(airline.schema.safeParse(rows).success).toBe(true);
        const changed = 'arguments' in flip ? flip.arguments : undefined;
        const again = changed === undefined ? call : { name: call.name, arguments: changed };
        const said = 'said' in flip ? { ...values, ...flip.said } : values;
        const left = broken(next, again, userId, said).map((other) => other.rule.id);
        expect(left, reason).not.toContain(rule.id);
        if (left.length === 0 && applyCall(airline, next, again).ok) flipped.add(rule.id);
      }
    }
    expect([...flipped].sort()).toEqual([
      'bags.add-only',
      'book.passengers',
      'cabin.departed',
      'cancel.departed',
      'cancel.grounds',
      'change.balance',
      'change.payment',
      'compensation.after-change',
      'compensation.entitled',
      'compensation.facts',
      'compensation.reason',
      'flights.available',
      'flights.basic-economy',
      'flights.route',
      'flights.seats',
      'passengers.number',
      'payment.balance',
      'payment.cards',
      'payment.certificates',
      'payment.gift-cards',
      'reservation.own',
      'reservation.standing',
    ]);
  }, 60_000);

  test('the policy forbids what the tools would run', () => {
    const only = new Set(
      all.flatMap((one) => {
        const call = callOf(one);
        const accepted = applyCall(airline, state, call).ok;
        const { userId, values } = one.context;
        return accepted ? broken(state, call, userId, values).map(({ rule }) => rule.id) : [];
      }),
    );
    for (const id of [
      'cancel.grounds',
      'cancel.departed',
      'flights.basic-economy',
      'bags.add-only',
      'book.passengers',
    ])
      expect([...only]).toContain(id);
  });

  test('rules speak of what no candidate offers', () => {
    const one = all.find(({ intent }) => intent.id === 'book_one_way');
    if (one === undefined) throw new Error('no booking');
    const call = callOf(one);
    const { userId, values } = one.context;
    const stranger = users.find((id) => id !== userId) ?? '';
    const ids = (changed: Record<string, Json>, name = call.name, args = call.arguments) =>
      broken(state, { name, arguments: { ...args, ...changed } }, userId, values).map(({ rule }) => rule.id);
    expect(ids({ user_id: stranger })).toContain('profile.own');
    expect(ids({ passengers: [] })).toContain('book.passengers');
    expect(ids({ passengers: [{ first_name: 'A', last_name: '', dob: '1990-01-01' }] })).toContain(
      'passengers.details',
    );
    expect(ids({ destination: 'XXX' })).toContain('book.route');
    expect(ids({ nonfree_baggages: 9 })).toEqual(expect.arrayContaining(['bags.fee', 'payment.total']));
    expect(ids({ payment_methods: [{ payment_id: 'x', amount: 1 }] })).toContain('payment.own');
    expect(ids({ reservation_id: 'R' }, 'cancel_reservation', {})).toEqual(['reservation.exists']);
    const unasked = { name: 'send_certificate', arguments: { user_id: userId, amount: 7 } };
    const check = (said: SlotContext<Database>['values'] | undefined) =>
      broken(state, unasked, userId, said).map(({ rule }) => rule.id);
    expect(check({})).toContain('compensation.asked');
    expect(check(undefined)).not.toContain('compensation.asked');
    expect(check(undefined)).toEqual(
      expect.arrayContaining(['compensation.cancelled', 'compensation.delayed']),
    );
    const late = airline.rules.filter((rule) => {
      const silent = { db: state, call, userId: null, confirmed: false, earlier: [] };
      return rule.subject === 'conversation' && rule.check(silent) !== null;
    });
    expect(late.map((rule) => rule.id)).toEqual(['conversation.identified', 'conversation.confirmed']);
  });

  test('rules never throw, whatever the arguments', () => {
    const value = fc.oneof(
      fc.constantFrom(...state.ids('reservations').slice(0, 20), ...users.slice(0, 5)),
      fc.array(
        fc.record({
          flight_number: fc.constantFrom(...state.ids('flights').slice(0, 9), 'x'),
          date: fc.constantFrom('2024-05-15', '2024-05-20', 'x'),
        }),
      ),
      fc.jsonValue(),
    );
    const names = airline.tools.flatMap((tool) => Object.keys(tool.parameters.shape));
    const args = fc.dictionary(fc.constantFrom(...new Set(names)), value);
    fc.assert(
      fc.property(
        fc.constantFrom(...writes),
        args,
        fc.constantFrom(null, ...users.slice(0, 5)),
        fc.option(fc.dictionary(fc.constantFrom('reason', 'complaint', 'reservation'), value), {
          nil: undefined,
        }),
        (name, some, userId, said) => {
          const call = { name, arguments: some as ToolCall['arguments'] };
          for (const rule of airline.rules)
            rule.check({
              db: state,
              call,
              userId,
              confirmed: true,
              earlier: [],
              said: said as SlotContext<Database>['values'] | undefined,
            });
        },
      ),
    );
  });
});

describe('what depends on the conversation', () => {
  const find = (wanted: (one: Reservation) => boolean): Reservation => {
    const found = Object.values(db.reservations).find(wanted);
    if (found === undefined) throw new Error('no such reservation');
    return found;
  };
  const ids = (from: State, call: ToolCall, userId: string, said: SlotContext<Database>['values']) =>
    broken(from, call, userId, said).map(({ rule }) => rule.id);

  test('insurance covers health and weather, and no other reason', () => {
    const one = find(
      ({ cabin, insurance, created_at, flights, status }) =>
        cabin === 'economy' &&
        insurance === 'yes' &&
        status === null &&
        created_at < '2024-05-14' &&
        flights.every((segment) => statusOf(view, segment) === 'available'),
    );
    const call = { name: 'cancel_reservation', arguments: { reservation_id: one.reservation_id } };
    expect(ids(state, call, one.user_id, { reason: 'health' })).toEqual([]);
    expect(ids(state, call, one.user_id, { reason: 'work' })).toEqual(['cancel.grounds']);
  });

  test('a delay is compensated once the trip was cancelled in this conversation', () => {
    const one = find(
      ({ cabin, flights, status }) =>
        cabin === 'business' &&
        status === null &&
        flights.some((segment) => statusOf(view, segment) === 'delayed') &&
        !flights.some((segment) => isFlown(view, segment)),
    );
    const said = { reservation: one.reservation_id, complaint: 'a delayed flight' };
    const call = {
      name: 'send_certificate',
      arguments: { user_id: one.user_id, amount: 50 * one.passengers.length },
    };
    expect(ids(state, call, one.user_id, said)).toEqual(['compensation.after-change']);
    const cancelled = applyCall(airline, state, {
      name: 'cancel_reservation',
      arguments: { reservation_id: one.reservation_id },
    });
    expect(ids(cancelled.state, call, one.user_id, said)).toEqual([]);
    const wrong = { name: call.name, arguments: { user_id: one.user_id, amount: 1000 } };
    expect(ids(cancelled.state, wrong, one.user_id, said)).toEqual(['compensation.delayed']);
  });
});
