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
import { telecom } from './index.ts';

const bill = (bill_id: string, issue_date: string) => ({
  bill_id,
  customer_id: 'C1',
  period_start: issue_date,
  period_end: issue_date,
  issue_date,
  due_date: issue_date,
  total_due: 10,
  status: 'Issued',
});
const state = State.of(
  telecom.schema.parse({
    plans: [
      { plan_id: 'P1', name: 'Basic', data_limit_gb: 5, price_per_month: 40, data_refueling_price_per_gb: 2 },
    ],
    customers: [
      {
        customer_id: 'C1',
        full_name: 'Ann Lee',
        date_of_birth: '1980-01-02',
        email: 'ann@example.com',
        phone_number: '555-1',
        address: { street: '1 Elm', city: 'Boston', state: 'MA', zip_code: '02101' },
        line_ids: ['L1'],
        bill_ids: ['B1', 'B2'],
      },
    ],
    lines: [{ line_id: 'L1', phone_number: '555-1', status: 'Active', plan_id: 'P1' }],
    bills: [bill('B1', '2025-01-01'), bill('B2', '2025-02-01')],
  }),
);

const call = (name: string, args: JsonObject, requestor: 'user' | undefined) => ({
  name,
  arguments: args,
  ...(requestor === undefined ? {} : { requestor }),
});
const user = (name: string, args: JsonObject, from = state) =>
  applyCall(telecom, from, call(name, args, 'user'));
const agent = (name: string, args: JsonObject) => applyCall(telecom, state, call(name, args, undefined));
const C1 = { customer_id: 'C1' };
const line = { ...C1, line_id: 'L1' };

describe("the agent's side", () => {
  it.each<[string, JsonObject, string]>([
    ['suspend_line', line, "TelecomTools.suspend_line() missing 1 required positional argument: 'reason'"],
    [
      'get_bills_for_customer',
      { limit: 2 },
      "TelecomTools.get_bills_for_customer() missing 1 required positional argument: 'customer_id'",
    ],
    ['get_customer_by_phone', { phone_number: null }, 'Customer with phone number None not found'],
    ['get_customer_by_id', { customer_id: ['C1'] }, "Customer with ID ['C1'] not found"],
    ['get_customer_by_name', { full_name: 5, dob: '1980-01-02' }, "'int' object has no attribute 'lower'"],
    ['get_details_by_id', { id: null }, "'NoneType' object has no attribute 'startswith'"],
    ['get_data_usage', { ...C1, line_id: { a: 1 } }, "Line {'a': 1} not found for customer C1"],
    ['send_payment_request', { ...C1, bill_id: false }, 'Bill False not found for customer C1'],
    [
      'get_bills_for_customer',
      { ...C1, limit: '2' },
      'slice indices must be integers or None or have an __index__ method',
    ],
    ['get_bills_for_customer', { customer_id: 5, limit: '2' }, 'Customer with ID 5 not found'],
    ['refuel_data', { ...line, gb_amount: '2' }, "'<=' not supported between instances of 'str' and 'int'"],
    ['refuel_data', { ...line, gb_amount: false }, 'Refuel amount must be positive'],
  ])('%s %j: %s', (name, args, message) => {
    expect(agent(name, args)).toEqual({ ok: false, state, failure: 'invalid_arguments', message });
  });

  it('goes on where a type does not matter', () => {
    expect(agent('get_customer_by_name', { full_name: 'Ann Lee', dob: 5 })).toMatchObject({ result: [] });
    expect(agent('suspend_line', { ...line, reason: null })).toMatchObject({
      result: { line: { status: 'Suspended' } },
    });
    expect(agent('transfer_to_human_agents', { summary: [] })).toMatchObject({
      result: 'Transfer successful',
    });
  });

  it.each<[Json, string[]]>([
    [null, ['B2', 'B1']],
    [true, ['B2']],
    [false, []],
  ])('takes %j for a limit', (limit, ids) => {
    expect(agent('get_bills_for_customer', { ...C1, limit })).toMatchObject({
      result: ids.map((bill_id) => ({ bill_id })),
    });
  });

  it('refuels one gigabyte for True, and says so', () => {
    const outcome = agent('refuel_data', { ...line, gb_amount: true });
    expect(renderContent(telecom, outcome)).toBe(
      '{"message": "Successfully added True GB of data for line L1 for $2.00", "new_data_refueling_gb": "1.0", "charge": "2.0"}',
    );
    expect(changedRows(state, outcome.state).lines?.L1).toMatchObject({ data_refueling_gb: 1 });
  });
});

describe("the user's side", () => {
  const apn = (apn_settings: Json): [string, JsonObject] => ['set_apn_settings', { apn_settings }];
  const report = (at: string, type: string, message: string, input: string) =>
    `1 validation error for APNSettings\n${at}\n  ${message} [type=${type}, ${input}]\n    For further information visit https://errors.pydantic.dev/2.12/v/${type}`;

  it.each<[string, JsonObject, string]>([
    ['toggle_data', { on: true }, "TelecomUserTools.toggle_data() got an unexpected keyword argument 'on'"],
    [
      'check_app_status',
      {},
      "TelecomUserTools.check_app_status() missing 1 required positional argument: 'app_name'",
    ],
    ['check_app_permissions', { app_name: [] }, "unhashable type: 'list'"],
    ['grant_app_permission', { app_name: {}, permission: 5 }, "unhashable type: 'dict'"],
    ['grant_app_permission', { app_name: 'maps', permission: 5 }, "'int' object has no attribute 'lower'"],
    [...apn('internet'), "'str' object has no attribute 'apn_name'"],
    [
      ...apn({ apn_name: 'x' }),
      report('apn_name', 'enum', "Input should be 'internet' or 'broken'", "input_value='x', input_type=str"),
    ],
    [
      ...apn({ port: 80 }),
      report('port', 'extra_forbidden', 'Extra inputs are not permitted', 'input_value=80, input_type=int'),
    ],
  ])('%s %j: %s', (name, args, message) => {
    expect(user(name, args)).toEqual({ ok: false, state, failure: 'invalid_arguments', message });
  });

  it('speaks of an app that is no text', () => {
    expect(user('check_app_status', { app_name: null })).toMatchObject({
      result: "App 'None' not found on this phone.",
    });
    const granted = user('grant_app_permission', { app_name: 5, permission: 'sms' });
    expect(renderContent(telecom, granted)).toContain(
      "Error. App '5' not found. Cannot grant permission.\nStatus Bar: ",
    );
  });

  it('sets what a model makes of the settings', () => {
    const outcome = user(...apn({ reset_at_reboot: 'yes', mms_port: '80' }));
    expect(renderContent(telecom, outcome)).toContain('APN settings set to: internet\nStatus Bar: ');
    expect(changedRows(state, outcome.state).apn?.phone).toMatchObject({
      reset_at_reboot: true,
      mms_port: 80,
    });
  });

  it('prefers a mode that is none, and has looked for a network by the time it notices', () => {
    const none = user('set_network_mode_preference', { mode: null });
    expect(renderContent(telecom, none)).toContain(
      "Failed to set network mode: 'None' is not a valid option.",
    );
    const five = user('set_network_mode_preference', { mode: 5 });
    expect(five).toMatchObject({ ok: false, message: "'int' object has no attribute 'value'" });
    for (const { state: after } of [none, five]) {
      expect(after.get('network', 'phone')).toMatchObject({ network_technology_connected: '4G' });
      expect(user('check_network_mode_preference', {}, after)).toMatchObject({ ok: false });
    }
  });
});
