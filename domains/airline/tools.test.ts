/**
 * The airline's tools: what they answer and change, the reference's oddities among it. Long because each has a case.
 */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { applyCall, changedRows, renderContent, replay, State } from '#core/environment/index.ts';
import type { Json, JsonObject, ToolCall } from '#core/environment/index.ts';
import { airline } from './index.ts';

const open = (seats: number, price: number) => ({
  status: 'available',
  available_seats: { basic_economy: seats, economy: seats, business: seats },
  prices: { basic_economy: price, economy: 2 * price, business: 5 * price },
});
const flight = (
  flight_number: string,
  origin: string,
  destination: string,
  times: [string, string],
  dates: JsonObject,
) => ({
  flight_number,
  origin,
  destination,
  scheduled_departure_time_est: times[0],
  scheduled_arrival_time_est: times[1],
  dates,
});
const ann = { first_name: 'Ann', last_name: 'Lee', dob: '1980-01-02' };
const bo = { first_name: 'Bo', last_name: 'Lee', dob: '2010-03-04' };
const segment = { flight_number: 'HAT1', origin: 'BOS', destination: 'DEN', date: '2024-05-20', price: 90 };
const state = State.of(
  airline.schema.parse({
    flights: {
      HAT1: flight('HAT1', 'BOS', 'DEN', ['09:00:00', '12:00:00'], {
        '2024-05-15': { status: 'cancelled' },
        '2024-05-20': open(5, 100),
        '2024-05-21': open(1, 80),
      }),
      HAT2: flight('HAT2', 'DEN', 'SEA', ['13:00:00', '15:00:00'], {
        '2024-05-20': open(9, 50),
        '2024-05-21': open(9, 60),
      }),
      HAT3: flight('HAT3', 'BOS', 'DEN', ['22:00:00', '01:00:00+1'], { '2024-05-20': open(9, 70) }),
    },
    users: {
      ann_1: {
        user_id: 'ann_1',
        name: { first_name: 'Ann', last_name: 'Lee' },
        address: { address1: '1 Elm', city: 'Boston', country: 'USA', state: 'MA', zip: '02101' },
        email: 'ann@example.com',
        dob: '1980-01-02',
        payment_methods: {
          card: { source: 'credit_card', id: 'card', brand: 'visa', last_four: '1234' },
          gift: { source: 'gift_card', id: 'gift', amount: 150 },
          cert: { source: 'certificate', id: 'cert', amount: 200 },
        },
        saved_passengers: [bo],
        membership: 'silver',
        reservations: ['R1'],
      },
    },
    reservations: {
      R1: {
        reservation_id: 'R1',
        user_id: 'ann_1',
        origin: 'BOS',
        destination: 'DEN',
        flight_type: 'one_way',
        cabin: 'basic_economy',
        flights: [segment],
        passengers: [ann, bo],
        payment_history: [{ payment_id: 'gift', amount: 180 }],
        created_at: '2024-05-10T10:00:00',
        total_baggages: 1,
        nonfree_baggages: 0,
        insurance: 'no',
      },
    },
  }),
);

const call = (name: string, args: JsonObject): ToolCall => ({ name, arguments: args });
const run = (name: string, args: JsonObject, from = state) => applyCall(airline, from, call(name, args));
const content = (name: string, args: JsonObject, from = state) =>
  renderContent(airline, run(name, args, from));
const changed = (name: string, args: JsonObject) => changedRows(state, run(name, args).state);

const booking = (more: JsonObject = {}) => ({
  user_id: 'ann_1',
  origin: 'BOS',
  destination: 'SEA',
  flight_type: 'one_way',
  cabin: 'economy',
  flights: [
    { flight_number: 'HAT1', date: '2024-05-20' },
    { flight_number: 'HAT2', date: '2024-05-20' },
  ],
  passengers: [ann, bo],
  payment_methods: [
    { payment_id: 'cert', amount: 200 },
    { payment_id: 'gift', amount: 100 },
    { payment_id: 'card', amount: 410 },
  ],
  total_baggages: 5,
  nonfree_baggages: 1,
  insurance: 'yes',
  ...more,
});
const update = (more: JsonObject = {}) => ({
  reservation_id: 'R1',
  cabin: 'basic_economy',
  flights: [{ flight_number: 'HAT3', date: '2024-05-20' }],
  payment_id: 'gift',
  ...more,
});
const bags = { reservation_id: 'R1', total_baggages: 3, nonfree_baggages: 1, payment_id: 'gift' };

describe('booking', () => {
  it('takes seats, uses a certificate up, and charges the rest', () => {
    const rows = changed('book_reservation', booking());
    expect(rows.users?.ann_1).toMatchObject({
      reservations: ['R1', 'HATHAT'],
      payment_methods: { gift: { amount: 50 }, card: { last_four: '1234' } },
    });
    expect(Object.keys(rows.users?.ann_1?.payment_methods as object)).toEqual(['card', 'gift']);
    expect(rows.reservations?.HATHAT).toMatchObject({ created_at: '2024-05-15T15:00:00', status: null });
    const seats = (number: string) => JSON.stringify(rows.flights?.[number]).match(/"economy":(\d+)/)?.[1];
    expect([seats('HAT1'), seats('HAT2')]).toEqual(['3', '7']);
  });

  it('answers with the reservation, its fields in the order of the reference', () => {
    expect(content('book_reservation', booking())).toMatch(
      /^\{"reservation_id": "HATHAT", "user_id": "ann_1", "origin": "BOS".*"status": null\}$/,
    );
  });

  it('has three ids to give', () => {
    let now = state;
    const cheap = booking({
      payment_methods: [{ payment_id: 'card', amount: 355 }],
      passengers: [ann],
      nonfree_baggages: 0,
      insurance: 'no',
    });
    const dear = { ...cheap, payment_methods: [{ payment_id: 'card', amount: 300 }] };
    for (const id of ['HATHAT', 'HATHAU', 'HATHAV']) {
      const outcome = run('book_reservation', dear, now);
      expect(outcome).toMatchObject({ ok: true, result: { reservation_id: id } });
      now = outcome.state;
    }
    expect(content('book_reservation', dear, now)).toBe('Error: Too many reservations');
  });

  it.each<[string, JsonObject]>([
    ['User bob not found', { user_id: 'bob' }],
    ['Flight HAT9 not found', { flights: [{ flight_number: 'HAT9', date: '2024-05-20' }] }],
    [
      'Flight HAT1 not found on date 2024-06-01',
      { flights: [{ flight_number: 'HAT1', date: '2024-06-01' }] },
    ],
    [
      'Flight HAT1 not available on date 2024-05-15',
      { flights: [{ flight_number: 'HAT1', date: '2024-05-15' }] },
    ],
    ['Not enough seats on flight HAT1', { flights: [{ flight_number: 'HAT1', date: '2024-05-21' }] }],
    ['Payment method paypal not found', { payment_methods: [{ payment_id: 'paypal', amount: 710 }] }],
    ['Not enough balance in payment method cert', { payment_methods: [{ payment_id: 'cert', amount: 710 }] }],
    [
      'Payment amount does not add up, total price is 710, but paid 700',
      { payment_methods: [{ payment_id: 'card', amount: 700 }] },
    ],
    ['Payment amount does not add up, total price is 660, but paid 710', { nonfree_baggages: 0 }],
  ])('%s', (message, more) => {
    expect(run('book_reservation', booking(more))).toEqual({
      ok: false,
      state,
      failure: 'rejected',
      message,
    });
  });
});

describe('changes', () => {
  it('settle the difference and keep what was paid for flights that stay', () => {
    const rows = changed('update_reservation_flights', update());
    expect(rows.reservations?.R1).toMatchObject({
      flights: [{ flight_number: 'HAT3', price: 70 }],
      payment_history: [
        { payment_id: 'gift', amount: 180 },
        { payment_id: 'gift', amount: -40 },
      ],
    });
    expect(rows.users?.ann_1?.payment_methods).toMatchObject({ gift: { amount: 190 } });
    const both = [
      { flight_number: 'HAT1', date: '2024-05-20' },
      { flight_number: 'HAT2', date: '2024-05-20' },
    ];
    const longer = changed('update_reservation_flights', update({ flights: both, payment_id: 'card' }));
    expect(longer.reservations?.R1).toMatchObject({ flights: [{ price: 90 }, { price: 50 }] });
  });

  it('price all flights again in another cabin, and set the cabin', () => {
    const kept = [{ flight_number: 'HAT1', date: '2024-05-20' }];
    const rows = changed(
      'update_reservation_flights',
      update({ cabin: 'economy', flights: kept, payment_id: 'card' }),
    );
    expect(rows).toEqual({
      reservations: {
        R1: expect.objectContaining({
          cabin: 'economy',
          flights: [{ ...segment, price: 200 }],
          payment_history: [
            { payment_id: 'gift', amount: 180 },
            { payment_id: 'card', amount: 220 },
          ],
        }) as JsonObject,
      },
    });
  });

  it('charge bags that are not free, and nothing for others', () => {
    expect(changed('update_reservation_baggages', bags).users?.ann_1?.payment_methods).toMatchObject({
      gift: { amount: 100 },
    });
    const free = changed('update_reservation_baggages', { ...bags, nonfree_baggages: 0 });
    expect(Object.keys(free)).toEqual(['reservations']);
    expect(free.reservations?.R1?.payment_history).toHaveLength(1);
  });

  it('replace passengers, and drop what a passenger has beyond name and birthday', () => {
    const passengers = [{ ...bo, seat: '1A' }, ann];
    expect(changed('update_reservation_passengers', { reservation_id: 'R1', passengers })).toMatchObject({
      reservations: { R1: { passengers: [bo, ann] } },
    });
  });

  it('cancel with a refund for every payment, as often as they are asked to', () => {
    const once = run('cancel_reservation', { reservation_id: 'R1' });
    expect(once).toMatchObject({
      result: { status: 'cancelled', payment_history: [{ amount: 180 }, { amount: -180 }] },
    });
    expect(run('cancel_reservation', { reservation_id: 'R1' }, once.state)).toMatchObject({
      result: { payment_history: [{ amount: 180 }, { amount: -180 }, { amount: -180 }, { amount: 180 }] },
    });
    // The reference does not pay gift cards back, nor frees the seats.
    expect(Object.keys(changedRows(state, once.state))).toEqual(['reservations']);
  });

  it('send certificates under three ids', () => {
    let now = state;
    for (const id of ['certificate_3221322', 'certificate_3221323', 'certificate_3221324']) {
      expect(content('send_certificate', { user_id: 'ann_1', amount: 100 }, now)).toBe(
        `Certificate ${id} added to user ann_1 with amount 100.`,
      );
      now = run('send_certificate', { user_id: 'ann_1', amount: 100 }, now).state;
    }
    expect(content('send_certificate', { user_id: 'ann_1', amount: 100 }, now)).toBe(
      'Error: Too many certificates',
    );
  });

  it.each<[string, string, JsonObject]>([
    ['Reservation R9 not found', 'cancel_reservation', { reservation_id: 'R9' }],
    ['Reservation R9 not found', 'update_reservation_flights', update({ reservation_id: 'R9' })],
    ['Payment method not found', 'update_reservation_flights', update({ payment_id: 'paypal' })],
    [
      'Certificate cannot be used to update reservation',
      'update_reservation_flights',
      update({ payment_id: 'cert' }),
    ],
    ['Gift card balance is not enough', 'update_reservation_flights', update({ cabin: 'business' })],
    [
      'Flight HAT1 not available on date 2024-05-15',
      'update_reservation_flights',
      update({ flights: [{ flight_number: 'HAT1', date: '2024-05-15' }] }),
    ],
    [
      'Not enough seats on flight HAT1',
      'update_reservation_flights',
      update({ flights: [{ flight_number: 'HAT1', date: '2024-05-21' }] }),
    ],
    [
      'Certificate cannot be used to update reservation',
      'update_reservation_baggages',
      { ...bags, nonfree_baggages: 0, payment_id: 'cert' },
    ],
    ['Gift card balance is not enough', 'update_reservation_baggages', { ...bags, nonfree_baggages: 4 }],
    [
      'Number of passengers does not match',
      'update_reservation_passengers',
      { reservation_id: 'R1', passengers: [ann] },
    ],
    ['User bob not found', 'send_certificate', { user_id: 'bob', amount: 50 }],
  ])('%s (%s)', (message, name, args) => {
    expect(run(name, args)).toEqual({ ok: false, state, failure: 'rejected', message });
  });
});

describe('searches', () => {
  it('show what can be booked, with a date only for connections', () => {
    const direct = JSON.parse(
      content('search_direct_flight', { origin: 'BOS', destination: 'DEN', date: '2024-05-20' }),
    ) as JsonObject[];
    expect(direct.map(({ flight_number, date }) => [flight_number, date])).toEqual([
      ['HAT1', null],
      ['HAT3', null],
    ]);
    expect(Object.keys(direct[0] ?? {})).toEqual([
      'flight_number',
      'origin',
      'destination',
      'status',
      'scheduled_departure_time_est',
      'scheduled_arrival_time_est',
      'date',
      'available_seats',
      'prices',
    ]);
    expect(content('search_direct_flight', { origin: 'BOS', destination: 'DEN', date: '2024-05-15' })).toBe(
      '[]',
    );
  });

  it('connect on the day, and on the next one after midnight, when the hour as text is late enough', () => {
    const pairs = JSON.parse(
      content('search_onestop_flight', { origin: 'BOS', destination: 'SEA', date: '2024-05-20' }),
    ) as JsonObject[][];
    expect(
      pairs.map((pair) =>
        pair.map(({ flight_number, date }) => `${flight_number as string} ${date as string}`),
      ),
    ).toEqual([
      ['HAT1 2024-05-20', 'HAT2 2024-05-20'],
      ['HAT3 2024-05-20', 'HAT2 2024-05-21'],
    ]);
  });

  it('tell how a flight stands, and list the airports', () => {
    expect(content('get_flight_status', { flight_number: 'HAT1', date: '2024-05-15' })).toBe('cancelled');
    expect(content('list_all_airports', {})).toMatch(/^\[\{"iata": "SFO", "city": "San Francisco"\}, .*\]$/);
    expect(content('transfer_to_human_agents', { summary: 'x' })).toBe('Transfer successful');
    expect(content('think', { thought: 'x' })).toBe("Error: Tool 'think' not found.");
  });

  it('show amounts in a profile as decimals, and payments as whole dollars', () => {
    expect(content('get_user_details', { user_id: 'ann_1' })).toContain(
      '{"source": "gift_card", "id": "gift", "amount": 150.0}',
    );
    expect(content('get_reservation_details', { reservation_id: 'R1' })).toContain(
      '{"payment_id": "gift", "amount": 180}',
    );
  });
});

// Names and values that occur, mixed with ones that do not, so that calls both succeed and fail.
const some = <T>(...values: T[]) => fc.constantFrom(...values);
const flights = fc.array(
  fc.record({
    flight_number: some('HAT1', 'HAT2', 'HAT3', 'HAT9'),
    date: some('2024-05-15', '2024-05-20', '2024-05-21'),
  }),
  { maxLength: 3 },
);
const methods = some('card', 'gift', 'cert', 'none');
const people = fc.array(some(ann, bo), { maxLength: 3 });
const cabins = some('basic_economy', 'economy', 'business');
const reservations = some('R1', 'HATHAT', 'R9');
const writes: fc.Arbitrary<ToolCall> = fc.oneof(
  fc
    .record({
      flights,
      passengers: people,
      cabin: cabins,
      payments: fc.array(fc.record({ payment_id: methods, amount: some(0, 50, 100, 300) }), { maxLength: 3 }),
    })
    .map(({ payments, ...more }) =>
      call(
        'book_reservation',
        booking({ ...more, payment_methods: payments, insurance: 'no', nonfree_baggages: 0 }),
      ),
    ),
  fc
    .record({ reservation_id: reservations, cabin: cabins, flights, payment_id: methods })
    .map((args) => call('update_reservation_flights', args)),
  fc
    .record({
      reservation_id: reservations,
      total_baggages: fc.nat(5),
      nonfree_baggages: fc.nat(5),
      payment_id: methods,
    })
    .map((args) => call('update_reservation_baggages', args)),
  fc
    .record({ reservation_id: reservations, passengers: people })
    .map((args) => call('update_reservation_passengers', args)),
  reservations.map((reservation_id) => call('cancel_reservation', { reservation_id })),
  some('ann_1', 'bob').map((user_id) => call('send_certificate', { user_id, amount: 50 })),
);

describe('for any calls', () => {
  test.prop([fc.array(writes, { maxLength: 6 })])(
    'a refused call leaves the state unless it failed halfway, an accepted one leaves rows that the schema accepts as they are',
    (calls) => {
      let now = state;
      for (const { outcome } of replay(airline, state, calls).steps) {
        // A certificate named twice is gone by then: see unfit.test.ts.
        if (!outcome.ok && outcome.message !== "'cert'") expect(outcome.state).toBe(now);
        now = outcome.state;
      }
      expect(airline.schema.parse(now.toDatabase())).toEqual(now.toDatabase());
    },
  );

  test.prop([
    fc.constantFrom(...airline.tools.filter(({ kind }) => kind !== 'write')),
    fc.infiniteStream(some<Json>('ann_1', 'R1', 'HAT1', 'BOS', 'DEN', '2024-05-20', '1 + 1')),
  ])('a read leaves no trace', (tool, values) => {
    const names = Object.keys(tool.parameters.shape);
    const args = Object.fromEntries(names.map((name) => [name, values.next().value ?? '']));
    expect(run(tool.name, args).state).toBe(state);
  });
});
