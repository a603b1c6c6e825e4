import { defineDomain } from '#core/environment/index.ts';
import { telecomAssertions } from './assertions.ts';
import { TODAY } from './clock.ts';
import { intents } from './intents/index.ts';
import { lineInHand, ownerOfLine } from './lookup.ts';
import { phoneRow, referenceUserDatabase } from './phone.ts';
import policy from './policy.md?raw';
import { rules } from './rules/index.ts';
import { telecomSchema, type TelecomDb } from './schema.ts';
import { seed } from './seed/index.ts';
import { setupTools } from './setup.ts';
import { situation } from './situation.ts';
import { sync } from './sync.ts';
import { telecomTools } from './tools/index.ts';
import { linesByDevice, linesByNumber } from './tools/lookup.ts';
import { phoneTools } from './userTools/index.ts';

/** Customers of a phone carrier: bills, lines, data, and phones that do not work. */
export const telecom = defineDomain<TelecomDb>({
  id: 'telecom',
  title: 'Telecom',
  description: 'Customers of a phone carrier pay bills, manage lines, and mend their phones with the agent.',
  policy,
  schema: telecomSchema,
  seed,
  defaultSize: 100,
  identity: {
    table: 'customers',
    facts(db, userId) {
      const customer = db.get('customers', userId);
      if (customer === undefined) return {};
      const { full_name, date_of_birth } = customer;
      // People give the number of the phone that they are calling about.
      const phone_number = lineInHand(db, userId)?.phone_number ?? customer.phone_number;
      return { customer_id: userId, full_name, date_of_birth, phone_number };
    },
    ways: [
      {
        tool: 'get_customer_by_phone',
        idField: 'customer_id',
        arguments: { phone_number: 'phone_number' },
        phrase: [
          'My number is {phone_number}.',
          'You can find me under {phone_number}.',
          'I am calling about the account with the number {phone_number}.',
        ],
      },
      {
        tool: 'get_customer_by_name',
        idField: 'customer_id',
        arguments: { full_name: 'full_name', dob: 'date_of_birth' },
        phrase: [
          'I am {full_name}, born {date_of_birth}.',
          'My name is {full_name}, and my date of birth is {date_of_birth}.',
          'This is {full_name}, date of birth {date_of_birth}.',
        ],
      },
      {
        tool: 'get_customer_by_id',
        idField: 'customer_id',
        arguments: { customer_id: 'customer_id' },
        phrase: ['My customer id is {customer_id}.', 'I have the customer id {customer_id} here.'],
      },
    ],
  },
  tools: telecomTools,
  userSide: {
    tools: phoneTools,
    setupTools,
    situation,
    tables: ['sim', 'network', 'mobile_data', 'apn', 'wifi', 'vpn', 'apps', 'surroundings'],
  },
  sync,
  assertions: telecomAssertions,
  rules,
  intents,
  owner(db, { table, id }) {
    if (table === 'customers') return id;
    if (table === 'lines') return ownerOfLine(db, id) ?? null;
    if (table === 'bills') return db.get('bills', id)?.customer_id ?? null;
    if (table === 'devices') return ownerOfLine(db, linesByDevice(db, id)[0]?.line_id ?? '') ?? null;
    // What is left is the phone, and plans, which are everybody's.
    const number = table === 'plans' ? null : phoneRow(db, 'surroundings').phone_number;
    return number === null ? null : (ownerOfLine(db, linesByNumber(db, number)[0]?.line_id ?? '') ?? null);
  },
  responses: { capability: 'transfer', rule: 'refuse', unwilling: 'transfer' },
  columns: {
    customers: ['full_name', 'phone_number', 'account_status', 'line_ids'],
    lines: ['phone_number', 'status', 'plan_id', 'data_used_gb', 'roaming_enabled', 'contract_end_date'],
    plans: ['name', 'data_limit_gb', 'price_per_month', 'data_refueling_price_per_gb'],
    bills: ['customer_id', 'status', 'total_due', 'due_date'],
    devices: ['device_type', 'model', 'activated'],
    surroundings: ['name', 'phone_number', 'is_abroad', 'line_active', 'payment_request'],
    network: ['airplane_mode', 'network_signal_strength', 'network_technology_connected'],
    sim: ['sim_card_status', 'sim_card_missing'],
    mobile_data: ['data_enabled', 'roaming_enabled', 'data_saver_mode'],
    apn: ['apn_name', 'mmsc_url', 'reset_at_reboot'],
    wifi: ['wifi_enabled', 'wifi_connected', 'wifi_calling_enabled'],
    vpn: ['vpn_connected', 'vpn_details'],
    apps: ['app_name', 'permissions'],
  },
  clock: TODAY,
  decimals: [
    'data_limit_gb',
    'price_per_month',
    'data_refueling_price_per_gb',
    'data_used_gb',
    'data_refueling_gb',
    'amount',
    'amount_due',
    'total_due',
    'goodwill_credit_used_this_year',
  ],
  // As the reference's recorded end states have it.
  report: (db) => ({ user_db: referenceUserDatabase(db), agent_lines: [...db.rows('lines')] }),
});
