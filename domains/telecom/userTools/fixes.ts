import { z } from 'zod';
import { pythonFloat, ToolError, type Draft, type ToolSpec } from '#core/environment/index.ts';
import { apnSettings, networkModes, permissionNames, PHONE, phoneRow } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';
import { searchNetwork } from './radio.ts';
import { statusBar } from './statusBar.ts';
import {
  connectVpn,
  disconnectVpn,
  toggleAirplaneMode,
  toggleData,
  toggleDataSaver,
  toggleRoaming,
  toggleWifi,
  toggleWifiCalling,
} from './switches.ts';
import { onOff, shown, statusBarParts, userTool } from './tool.ts';

const nothing = z.strictObject({});
type Db = Draft<TelecomDb>;

/** A tool whose answer ends with the status bar. */
function fix<Parameters extends z.ZodObject>(
  name: string,
  description: string,
  parameters: Parameters,
  act: (db: Db, args: z.infer<Parameters>) => string,
) {
  const spec: ToolSpec<TelecomDb, Parameters> = {
    name,
    description,
    kind: 'write',
    parameters,
    execute: (db, args) => `${act(db, args)}\n${statusBar(db)}`,
    shows: shown(statusBarParts),
  };
  return userTool(spec);
}

/** What the user can change on their phone, and how they pay. */
export const fixes = [
  fix(
    'toggle_airplane_mode',
    'Turns airplane mode on or off. While it is on, nothing is connected.',
    nothing,
    (db) => `Airplane Mode is now ${onOff(toggleAirplaneMode(db))}.`,
  ),
  fix(
    'toggle_data',
    'Turns mobile data on or off.',
    nothing,
    (db) => `Mobile Data is now ${onOff(toggleData(db))}.`,
  ),
  fix(
    'toggle_roaming',
    'Turns data roaming on or off, which mobile data needs abroad.',
    nothing,
    (db) => `Data Roaming is now ${onOff(toggleRoaming(db))}.`,
  ),
  fix(
    'toggle_data_saver_mode',
    'Turns Data Saver on or off. While it is on, data is slow.',
    nothing,
    (db) => `Data Saver Mode is now ${onOff(toggleDataSaver(db))}.`,
  ),
  fix(
    'toggle_wifi_calling',
    'Turns calls over Wi-Fi on or off.',
    nothing,
    (db) => `Wi-Fi Calling is now ${onOff(toggleWifiCalling(db))}.`,
  ),
  fix('toggle_wifi', 'Turns Wi-Fi on or off.', nothing, (db) => {
    const on = toggleWifi(db);
    return on === null
      ? 'Cannot change Wi-Fi settings while Airplane Mode is ON.'
      : `Wi-Fi is now ${onOff(on)}.`;
  }),
  fix('reseat_sim_card', 'Takes the SIM card out and puts it back in.', nothing, (db) => {
    // The reference fails here with an assertion, which says nothing.
    if (phoneRow(db, 'sim').sim_card_status === 'missing') throw new ToolError('');
    db.update('sim', PHONE, (row) => void (row.sim_card_missing = false));
    searchNetwork(db);
    return 'SIM card re-seated successfully.';
  }),
  fix(
    'set_network_mode_preference',
    'Chooses which types of network the phone prefers.',
    z.strictObject({ mode: z.string().describe(`One of ${networkModes.join(', ')}.`) }),
    (db, { mode }) => {
      const chosen = networkModes.find((known) => known === mode);
      if (chosen === undefined)
        return `Failed to set network mode: '${mode}' is not a valid option. Please use one of: ${networkModes.join(', ')}`;
      db.update('network', PHONE, (row) => void (row.network_mode_preference = chosen));
      searchNetwork(db);
      return `Preferred Network Mode set to: ${chosen}`;
    },
  ),
  fix(
    'set_apn_settings',
    "Sets how the phone reaches the carrier's data network.",
    z.strictObject({ apn_settings: apnSettings.describe('What is absent takes its usual value.') }),
    (db, { apn_settings: settings }) => {
      db.put('apn', PHONE, settings);
      searchNetwork(db);
      return `APN settings set to: ${settings.apn_name}`;
    },
  ),
  fix(
    'reset_apn_settings',
    "Brings the APN settings back to the carrier's; it takes a restart of the phone.",
    nothing,
    (db) => {
      db.update('apn', PHONE, (row) => void (row.reset_at_reboot = true));
      searchNetwork(db);
      return 'APN settings will reset at reboot.';
    },
  ),
  fix('reboot_device', 'Restarts the phone.', nothing, (db) => {
    const resets = phoneRow(db, 'apn').reset_at_reboot;
    if (resets) db.put('apn', PHONE, apnSettings.parse({}));
    searchNetwork(db);
    return [...(resets ? ['Resetting APN settings...'] : []), 'Restarting network services...'].join('\n');
  }),
  userTool({
    name: 'connect_vpn',
    description: 'Connects to the VPN.',
    kind: 'write',
    parameters: nothing,
    execute: (db) =>
      connectVpn(db) ? `VPN connected successfully.\n${statusBar(db)}` : 'VPN already connected.',
    shows: shown(['vpn']),
  }),
  fix('disconnect_vpn', 'Disconnects the VPN.', nothing, (db) =>
    disconnectVpn(db) ? 'VPN disconnected successfully.' : 'No active VPN connection to disconnect.',
  ),
  fix(
    'grant_app_permission',
    'Lets an app use something.',
    z.strictObject({
      app_name: z.string().describe("The app's name, for example 'messaging'."),
      permission: z.string().describe(`One of ${permissionNames.join(', ')}.`),
    }),
    (db, { app_name, permission }) => grant(db, app_name, permission.toLowerCase()),
  ),
  userTool({
    name: 'make_payment',
    description: 'Pays the bill that the carrier has sent a payment request for.',
    kind: 'write',
    parameters: nothing,
    execute(db) {
      const request = phoneRow(db, 'surroundings').payment_request;
      if (request === null) return 'You do not have a payment request.';
      db.put('surroundings', PHONE, {
        ...phoneRow(db, 'surroundings'),
        payment_request: { ...request, paid: true },
      });
      return `Payment of ${pythonFloat(request.amount_due)} USD has been made for bill ${request.bill_id}.`;
    },
    shows: shown(['surroundings']),
  }),
];

function grant(db: Db, app: string, permission: string): string {
  if (db.get('apps', app) === undefined) return `Error. App '${app}' not found. Cannot grant permission.`;
  const name = permissionNames.find((known) => known === permission);
  if (name === undefined)
    return `Error. Permission '${permission}' not tracked for app '${app}', available permissions: ['${permissionNames.join("', '")}']`;
  db.update('apps', app, (row) => void (row.permissions[name] = true));
  return `Success. Permission '${name}' granted to app '${app}'.`;
}
