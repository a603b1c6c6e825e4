/**
 * What can have happened before a conversation: faults on the phone and on the account. The names are the
 * reference's, so that its tasks prepare our environment; no side of a conversation can call them.
 */
import { z } from 'zod';
import { sameJson, ToolError, toolsFor, type Draft } from '#core/environment/index.ts';
import { lastCycle, TODAY } from './clock.ts';
import { permissionNames, PHONE, phoneRow } from './phone.ts';
import type { TelecomDb } from './schema.ts';
import { getBill, getCustomer, getLine, getPlan, getTargetLine } from './tools/lookup.ts';
import { searchNetwork } from './userTools/radio.ts';
import {
  connectVpn,
  toggleAirplaneMode,
  toggleData,
  toggleDataSaver,
  toggleRoaming,
  toggleWifiCalling,
} from './userTools/switches.ts';
import { onOff, userTool } from './userTools/tool.ts';

const nothing = z.strictObject({});
const onCarrier = toolsFor<TelecomDb>();
type Db = Draft<TelecomDb>;

/** A setup call on the phone that takes no arguments. */
const happens = (name: string, description: string, execute: (db: Db) => string) =>
  userTool({ name, description, kind: 'write', parameters: nothing, execute });

// By the switch and not by the value: what a switch does on its way happens as well.
const brought = (toggle: (db: Db) => boolean, to: boolean) => (db: Db) => {
  if (toggle(db) !== to) toggle(db);
};

const switched = (name: string, what: string, toggle: (db: Db) => boolean) =>
  [true, false].map((on) =>
    happens(
      `turn_${name}_${on ? 'on' : 'off'}`,
      `${what} is ${onOff(on).toLowerCase()}.`,
      (db) => (brought(toggle, on)(db), `${what} is now ${onOff(on)}.`),
    ),
  );

const appPermission = z.strictObject({ app_name: z.string(), permission: z.string() });

/** Setup calls on the user's side. */
const onPhone = [
  userTool({
    name: 'set_user_info',
    description: 'The phone belongs to this person and number.',
    kind: 'write',
    parameters: z.strictObject({ name: z.string(), phone_number: z.string() }),
    execute(db, { name, phone_number }) {
      db.update('surroundings', PHONE, (row) => void Object.assign(row, { name, phone_number }));
      return null;
    },
  }),
  userTool({
    name: 'set_user_location',
    description: 'The user is abroad, or at home.',
    kind: 'write',
    parameters: z.strictObject({ abroad: z.boolean() }),
    execute(db, { abroad }) {
      db.update('surroundings', PHONE, (row) => void (row.is_abroad = abroad));
      return null;
    },
  }),
  ...switched('airplane_mode', 'Airplane Mode', toggleAirplaneMode),
  ...switched('roaming', 'Data Roaming', toggleRoaming),
  ...switched('data_saver_mode', 'Data Saver Mode', toggleDataSaver),
  happens('turn_data_on', 'Mobile data is on.', (db) => {
    db.update('mobile_data', PHONE, (row) => void (row.data_enabled = true));
    return 'Data connection restored.';
  }),
  happens('turn_data_off', 'Mobile data is off.', (db) => {
    brought(toggleData, false)(db);
    return 'Data connection broken.';
  }),
  happens('unseat_sim_card', 'The SIM card sits loosely.', (db) => {
    db.update('sim', PHONE, (row) => void (row.sim_card_missing = true));
    searchNetwork(db);
    return 'SIM card un-seated successfully.';
  }),
  userTool({
    name: 'lock_sim_card',
    description: 'The SIM card is locked. Nothing that the user or the agent has can unlock it.',
    kind: 'write',
    parameters: z.strictObject({ mode: z.string().describe('pin or puk') }),
    execute(db, { mode }) {
      const locked = mode === 'pin' ? 'locked_pin' : mode === 'puk' ? 'locked_puk' : undefined;
      if (locked !== undefined) db.update('sim', PHONE, (row) => void (row.sim_card_status = locked));
      searchNetwork(db);
      return `SIM card locked successfully in ${mode} mode.`;
    },
  }),
  happens('break_apn_settings', 'The APN settings are broken.', (db) => {
    db.update('apn', PHONE, (row) => void (row.apn_name = 'broken'));
    searchNetwork(db);
    return 'APN settings broken. Please call reset_apn_settings() to fix.';
  }),
  happens('break_apn_mms_setting', 'The address for picture messages is missing.', (db) => {
    db.update('apn', PHONE, (row) => void (row.mmsc_url = null));
    return 'APN MMS setting broken. Please call reset_apn_settings() to fix.';
  }),
  userTool({
    name: 'set_wifi_calling',
    description: 'Calls go over Wi-Fi, and picture messages with them, or not.',
    kind: 'write',
    parameters: z.strictObject({ enabled: z.boolean(), mms_over_wifi: z.boolean().nullable().default(null) }),
    execute(db, { enabled, mms_over_wifi }) {
      if (phoneRow(db, 'wifi').wifi_calling_enabled !== enabled) toggleWifiCalling(db);
      const said = `Wi-Fi Calling is now ${onOff(enabled)}.`;
      if (mms_over_wifi === null) return said;
      db.update('wifi', PHONE, (row) => void (row.wifi_calling_mms_over_wifi = mms_over_wifi));
      return `${said}\nMMS over Wi-Fi is now ${onOff(mms_over_wifi)}.`;
    },
  }),
  happens('break_vpn', 'The phone is connected to a slow VPN.', (db) => {
    connectVpn(db);
    db.update('vpn', PHONE, ({ profile, vpn_details: details }) => {
      if (details === null) throw new ToolError("'NoneType' object has no attribute 'server_performance'");
      // What is slow is the server: connecting to the same one again does not help.
      if (sameJson(details, profile)) profile.server_performance = 'poor';
      details.server_performance = 'poor';
    });
    return 'VPN connection broken.';
  }),
  userTool({
    name: 'remove_app_permission',
    description: 'An app may not use something.',
    kind: 'write',
    parameters: appPermission,
    execute(db, { app_name, permission }) {
      const name = permissionNames.find((known) => known === permission.toLowerCase());
      if (db.get('apps', app_name) === undefined || name === undefined) return false;
      db.update('apps', app_name, (row) => void (row.permissions[name] = false));
      return true;
    },
  }),
  happens('simulate_network_search', 'The phone has looked for a network.', (db) => {
    searchNetwork(db);
    return '';
  }),
];

/** Setup calls on the carrier's side. */
const onAccount = [
  onCarrier({
    name: 'set_data_usage',
    description: 'A line has used so much data.',
    kind: 'write',
    parameters: z.strictObject({ customer_id: z.string(), line_id: z.string(), data_used_gb: z.number() }),
    execute(db, { customer_id, line_id, data_used_gb }) {
      getTargetLine(db, customer_id, line_id);
      db.update('lines', line_id, (line) => void (line.data_used_gb = data_used_gb));
      return `Data usage set to ${data_used_gb} GB for line ${line_id}`;
    },
  }),
  onCarrier({
    name: 'suspend_line_for_overdue_bill',
    description: 'A line was suspended for a bill that was not paid, and perhaps its contract has ended.',
    kind: 'write',
    parameters: z.strictObject({
      customer_id: z.string(),
      line_id: z.string(),
      new_bill_id: z.string(),
      contract_ended: z.boolean(),
    }),
    execute(db, { customer_id, line_id, new_bill_id, contract_ended }) {
      const line = getLine(db, line_id);
      if (line.status !== 'Active') throw new ToolError('Line must be active to suspend for unpaid bill');
      const amount = getPlan(db, line.plan_id).price_per_month;
      if (amount <= 0) throw new ToolError('Amount must be positive for overdue bill');
      if (getCustomer(db, customer_id).bill_ids.some((id) => getBill(db, id).status === 'Overdue'))
        throw new ToolError('Customer already has an overdue bill');
      if (db.get('bills', new_bill_id) !== undefined)
        throw new ToolError(`Bill ${new_bill_id} exists already`);
      db.put('bills', new_bill_id, {
        bill_id: new_bill_id,
        customer_id,
        period_start: lastCycle.start,
        period_end: lastCycle.end,
        issue_date: lastCycle.start,
        total_due: amount,
        due_date: lastCycle.due,
        line_items: [{ description: `Charge for line ${line_id}`, amount, date: TODAY, item_type: 'Charge' }],
        status: 'Overdue',
      });
      db.update('customers', customer_id, (customer) => void customer.bill_ids.push(new_bill_id));
      db.update('lines', line_id, (row) => {
        row.status = 'Suspended';
        row.suspension_start_date = TODAY;
        if (contract_ended) row.contract_end_date = lastCycle.end;
      });
      return `Line ${line_id} suspended for unpaid bill ${new_bill_id}. Contract ended: ${contract_ended ? 'True' : 'False'}`;
    },
  }),
];

export const setupTools = [...onPhone, ...onAccount];
