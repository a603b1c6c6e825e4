/** Calls whose arguments break the schema. What is expected here is what the reference's own code answered. */
import { describe, expect, it } from 'vitest';
import {
  applyCall,
  changedRows,
  renderContent,
  State,
  type Json,
  type JsonObject,
} from '#core/environment/index.ts';
import { airline } from './index.ts';

const day = {
  status: 'available',
  available_seats: { basic_economy: 9, economy: 9, business: 9 },
  prices: { basic_economy: 50, economy: 100, business: 400 },
};
const flight = {
  flight_number: 'HAT1',
  origin: 'BOS',
  destination: 'DEN',
  scheduled_departure_time_est: '09:00:00',
  scheduled_arrival_time_est: '12:00:00',
  dates: { '2024-05-20': day },
};
const ann = { first_name: 'Ann', last_name: 'Lee', dob: '1980-01-02' };
const on = { flight_number: 'HAT1', date: '2024-05-20' };
const state = State.of(
  airline.schema.parse({
    flights: { HAT1: flight },
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
          cert: { source: 'certificate', id: 'cert', amount: 100 },
        },
        saved_passengers: [],
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
        cabin: 'economy',
        flights: [{ ...on, origin: 'BOS', destination: 'DEN', price: 90 }],
        passengers: [ann],
        payment_history: [],
        created_at: '2024-05-10T10:00:00',
        total_baggages: 1,
        nonfree_baggages: 0,
        insurance: 'no',
      },
    },
  }),
);

const BOOK = 'book_reservation';
const FLIGHTS = 'update_reservation_flights';
const BAGS = 'update_reservation_baggages';
const PEOPLE = 'update_reservation_passengers';
const booking = (more: JsonObject) => ({
  user_id: 'ann_1',
  origin: 'BOS',
  destination: 'DEN',
  flight_type: 'one_way',
  cabin: 'economy',
  flights: [on],
  passengers: [ann],
  payment_methods: [{ payment_id: 'card', amount: 100 }],
  total_baggages: 0,
  nonfree_baggages: 0,
  insurance: 'no',
  ...more,
});
const flights = (more: JsonObject) => ({
  reservation_id: 'R1',
  cabin: 'economy',
  flights: [on],
  payment_id: 'card',
  ...more,
});
const bags = (more: JsonObject) => ({
  reservation_id: 'R1',
  total_baggages: 2,
  nonfree_baggages: 1,
  payment_id: 'gift',
  ...more,
});

const run = (name: string, args: JsonObject) => applyCall(airline, state, { name, arguments: args });
const content = (name: string, args: JsonObject) => renderContent(airline, run(name, args));
const changed = (name: string, args: JsonObject) => changedRows(state, run(name, args).state);
/** One problem of a model's field, as pydantic reports it. */
const report = (name: string, at: string, type: string, message: string, input: string) =>
  `1 validation error for ${name}\n${at}\n  ${message} [type=${type}, ${input}]\n    For further information visit https://errors.pydantic.dev/2.12/v/${type}`;

describe('an error', () => {
  it.each<[string, JsonObject, string]>([
    [
      'list_all_airports',
      { city: 'BOS' },
      "AirlineTools.list_all_airports() got an unexpected keyword argument 'city'",
    ],
    [
      'get_flight_status',
      {},
      "AirlineTools.get_flight_status() missing 2 required positional arguments: 'flight_number' and 'date'",
    ],
    ['calculate', { expression: 5 }, "'int' object is not iterable"],
    ['get_user_details', { user_id: null }, 'User None not found'],
    ['get_user_details', { user_id: ['ann_1'] }, "unhashable type: 'list'"],
    ['get_reservation_details', { reservation_id: 1.5 }, 'Reservation 1.5 not found'],
    ['get_flight_status', { flight_number: 'HAT1', date: {} }, "unhashable type: 'dict'"],
    ['get_flight_status', { flight_number: 'HAT1', date: 20 }, 'Flight HAT1 not found on date 20'],
    ['search_direct_flight', { origin: 'BOS', destination: null, date: [] }, "unhashable type: 'list'"],
    ['send_certificate', { user_id: true, amount: 'x' }, 'User True not found'],
    [
      'send_certificate',
      { user_id: 'ann_1', amount: 'ten' },
      report(
        'Certificate',
        'amount',
        'float_parsing',
        'Input should be a valid number, unable to parse string as a number',
        "input_value='ten', input_type=str",
      ),
    ],
    [BAGS, bags({ nonfree_baggages: '1' }), "unsupported operand type(s) for -: 'str' and 'int'"],
    [BAGS, bags({ payment_id: {} }), "unhashable type: 'dict'"],
    [BAGS, bags({ payment_id: 5 }), 'Payment method not found'],
    [FLIGHTS, flights({ flights: null }), "'NoneType' object is not iterable"],
    [FLIGHTS, flights({ flights: ['HAT1'] }), "'str' object has no attribute 'flight_number'"],
    [FLIGHTS, flights({ flights: [on, 5] }), "'dict' object has no attribute 'flight_number'"],
    [FLIGHTS, flights({ flights: 'HAT1', reservation_id: 'R9' }), 'Reservation R9 not found'],
    [FLIGHTS, flights({ cabin: 'first' }), "'first'"],
    [FLIGHTS, flights({ cabin: null }), 'None'],
    [FLIGHTS, flights({ cabin: [] }), "unhashable type: 'list'"],
    [
      FLIGHTS,
      flights({ flights: [{ date: '2024-05-20' }], reservation_id: 'R9' }),
      report(
        'FlightInfo',
        'flight_number',
        'missing',
        'Field required',
        "input_value={'date': '2024-05-20'}, input_type=dict",
      ),
    ],
    [PEOPLE, { reservation_id: 'R1', passengers: 'ab' }, 'Number of passengers does not match'],
    [
      BOOK,
      booking({ user_id: 5, passengers: [{ ...ann, dob: 7 }] }),
      report(
        'Passenger',
        'dob',
        'string_type',
        'Input should be a valid string',
        'input_value=7, input_type=int',
      ),
    ],
    [BOOK, booking({ user_id: 5 }), 'User 5 not found'],
    [
      BOOK,
      booking({ origin: null, flights: ['HAT1'] }),
      report(
        'Reservation',
        'origin',
        'string_type',
        'Input should be a valid string',
        'input_value=None, input_type=NoneType',
      ),
    ],
    [
      BOOK,
      booking({ cabin: 'first' }),
      report(
        'Reservation',
        'cabin',
        'literal_error',
        "Input should be 'business', 'economy' or 'basic_economy'",
        "input_value='first', input_type=str",
      ),
    ],
    [BOOK, booking({ flights: ['HAT1'] }), "'str' object has no attribute 'flight_number'"],
    [BOOK, booking({ nonfree_baggages: '0' }), "unsupported operand type(s) for +=: 'int' and 'str'"],
    [
      BOOK,
      booking({ nonfree_baggages: '0', flights: [{ ...on, date: 'soon' }] }),
      'Flight HAT1 not found on date soon',
    ],
  ])('%s %j', (name, args, message) => {
    expect(run(name, args)).toEqual({ ok: false, state, failure: 'invalid_arguments', message });
  });
});

describe('what the reference goes on with', () => {
  it.each<[string, JsonObject, string]>([
    ['transfer_to_human_agents', { summary: null }, 'Transfer successful'],
    ['search_direct_flight', { origin: 5, destination: 'DEN', date: '2024-05-20' }, '[]'],
    ['search_onestop_flight', { origin: 'BOS', destination: 'DEN', date: null }, '[]'],
    [
      'send_certificate',
      { user_id: 'ann_1', amount: 1.5 },
      'Certificate certificate_3221322 added to user ann_1 with amount 1.5.',
    ],
    [
      'send_certificate',
      { user_id: 'ann_1', amount: true },
      'Certificate certificate_3221322 added to user ann_1 with amount True.',
    ],
  ])('%s %j: %s', (name, args, answer) => {
    expect(content(name, args)).toBe(answer);
  });

  it('is any airport for None', () => {
    const args = { origin: null, destination: 'DEN', date: '2024-05-20' };
    expect(content('search_direct_flight', args)).toBe(
      content('search_direct_flight', { ...args, origin: 'BOS' }),
    );
  });

  it('becomes a number where a model takes it for one', () => {
    const payments = [{ payment_id: 'gift', amount: '100' }];
    expect(changed(BOOK, booking({ payment_methods: payments, total_baggages: '2' }))).toMatchObject({
      users: { ann_1: { payment_methods: { gift: { amount: 50 } } } },
      reservations: { HATHAT: { payment_history: [{ payment_id: 'gift', amount: 100 }], total_baggages: 2 } },
    });
    expect(changed('send_certificate', { user_id: 'ann_1', amount: '50' }).users?.ann_1).toMatchObject({
      payment_methods: { certificate_3221322: { amount: 50 } },
    });
  });

  it.each<[string, JsonObject, string, Json]>([
    [BAGS, bags({ total_baggages: 'two' }), 'total_baggages', 'two'],
    [BAGS, bags({ nonfree_baggages: true }), 'nonfree_baggages', true],
    [BAGS, bags({ nonfree_baggages: 1.5 }), 'payment_history', [{ payment_id: 'gift', amount: 75 }]],
    [FLIGHTS, flights({ flights: {}, cabin: null }), 'cabin', null],
    [PEOPLE, { reservation_id: 'R1', passengers: ['Ann'] }, 'passengers', ['Ann']],
  ])('is kept as it came where nothing looks at it: %s %j', (name, args, field, value) => {
    expect(changed(name, args).reservations?.R1).toMatchObject({ [field]: value });
  });
});

describe('a call that fails halfway', () => {
  it('has used a certificate up that is named twice', () => {
    const payments = [
      { payment_id: 'gift', amount: 10 },
      { payment_id: 'cert', amount: 60 },
      { payment_id: 'cert', amount: 30 },
    ];
    const outcome = run(BOOK, booking({ payment_methods: payments }));
    expect(outcome).toMatchObject({ ok: false, failure: 'rejected', message: "'cert'" });
    const rows = changedRows(state, outcome.state);
    expect(Object.keys(rows)).toEqual(['users']);
    expect(rows.users?.ann_1).toMatchObject({
      payment_methods: { gift: { amount: 140 } },
      reservations: ['R1'],
    });
    expect(rows.users?.ann_1?.payment_methods).not.toHaveProperty('cert');
  });

  it('has paid for part of a bag with a gift card', () => {
    const outcome = run(BAGS, bags({ nonfree_baggages: 0.25 }));
    expect(outcome).toMatchObject({ ok: false, failure: 'invalid_arguments' });
    expect(changedRows(state, outcome.state)).toMatchObject({
      users: { ann_1: { payment_methods: { gift: { amount: 137.5 } } } },
    });
  });
});
