import { defineDomain } from '#core/environment/index.ts';
import { telecomAssertions } from './assertions.ts';
import { TODAY } from './clock.ts';
import { referenceUserDatabase } from './phone.ts';
import policy from './policy.md?raw';
import { telecomSchema, type TelecomDb } from './schema.ts';
import { seed } from './seed/index.ts';
import { setupTools } from './setup.ts';
import { sync } from './sync.ts';
import { telecomTools } from './tools/index.ts';
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
      const { full_name, date_of_birth, phone_number } = customer;
      return { customer_id: userId, full_name, date_of_birth, phone_number };
    },
    ways: [],
  },
  tools: telecomTools,
  userSide: {
    tools: phoneTools,
    setupTools,
    tables: ['sim', 'network', 'mobile_data', 'apn', 'wifi', 'vpn', 'apps', 'surroundings'],
  },
  sync,
  assertions: telecomAssertions,
  rules: [],
  intents: [],
  owner: () => null,
  responses: { capability: 'transfer', rule: 'refuse' },
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
