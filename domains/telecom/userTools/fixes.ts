import { z } from 'zod';
import {
  isJsonObject,
  pythonFloat,
  ToolError,
  type Draft,
  type Json,
  type JsonObject,
  type View,
} from '#core/environment/index.ts';
import { hashed, noAttribute, withMethod, type Loose, type ReferenceSpec } from '../../tau2/index.ts';
import { apnModel } from '../models.ts';
import { apnSettings, networkModes, permissionNames, PHONE, phoneRow, type PhoneDb } from '../phone.ts';
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
import { appNameParameter, onOff, shown, statusBarParts, userTool } from './tool.ts';

const nothing = z.strictObject({});
const appPermission = z.strictObject({
  app_name: appNameParameter,
  permission: z
    .string()
    .describe(`One of ${permissionNames.join(', ')}.`)
    .meta({ examples: [...permissionNames] }),
});
type Apn = PhoneDb['apn'][string];
type Db = Draft<TelecomDb>;

/** What else there is to say about a tool: how it is asked for, and how people refuse it. */
type Words<Parameters extends z.ZodObject> = Pick<ReferenceSpec<TelecomDb, Parameters>, 'ask' | 'refusal'>;

/** A tool whose answer ends with the status bar; `loosely` is what it does with arguments of wrong types. */
function fix<Parameters extends z.ZodObject>(
  name: string,
  description: string,
  parameters: Parameters,
  words: Words<Parameters>,
  act: (db: Db, args: z.infer<Parameters>) => string,
  loosely?: (db: Db, args: Loose<z.infer<Parameters>>, given: JsonObject) => string,
) {
  const spec: ReferenceSpec<TelecomDb, Parameters> = {
    name,
    description,
    kind: 'write',
    parameters,
    execute: (db, args) => `${act(db, args)}\n${statusBar(db)}`,
    ...(loosely === undefined
      ? {}
      : { loosely: (db, args, given) => `${loosely(db, args, given)}\n${statusBar(db)}` }),
    shows: shown(statusBarParts),
    ...words,
  };
  return userTool(spec);
}

const always = (...ways: string[]) => ({ ask: () => ways });

/** How an agent asks for a switch: to turn it to where it is not. */
const turn = (what: string, isOn: (db: View<TelecomDb>) => boolean) => ({
  ask(db: View<TelecomDb>) {
    const to = onOff(!isOn(db)).toLowerCase();
    return [`Please turn ${what} ${to}.`, `Could you turn ${what} ${to} in the settings?`];
  },
});

const isOn = {
  airplane: (db: View<TelecomDb>) => phoneRow(db, 'network').airplane_mode,
  data: (db: View<TelecomDb>) => phoneRow(db, 'mobile_data').data_enabled,
  roaming: (db: View<TelecomDb>) => phoneRow(db, 'mobile_data').roaming_enabled,
  saver: (db: View<TelecomDb>) => phoneRow(db, 'mobile_data').data_saver_mode,
  wifi: (db: View<TelecomDb>) => phoneRow(db, 'wifi').wifi_enabled,
  wifiCalling: (db: View<TelecomDb>) => phoneRow(db, 'wifi').wifi_calling_enabled,
};

/** What the user can change on their phone, and how they pay. */
export const fixes = [
  fix(
    'toggle_airplane_mode',
    'Turns airplane mode on or off. While it is on, nothing is connected.',
    nothing,
    turn('airplane mode', isOn.airplane),
    (db) => `Airplane Mode is now ${onOff(toggleAirplaneMode(db))}.`,
  ),
  fix(
    'toggle_data',
    'Turns mobile data on or off.',
    nothing,
    turn('mobile data', isOn.data),
    (db) => `Mobile Data is now ${onOff(toggleData(db))}.`,
  ),
  fix(
    'toggle_roaming',
    'Turns data roaming on or off, which mobile data needs abroad.',
    nothing,
    {
      ...turn('data roaming', isOn.roaming),
      refusal: [
        'No, I am not touching roaming. The last time it cost me a fortune.',
        'I would rather not. I keep data roaming the way it is, whatever happens.',
      ],
    },
    (db) => `Data Roaming is now ${onOff(toggleRoaming(db))}.`,
  ),
  fix(
    'toggle_data_saver_mode',
    'Turns Data Saver on or off. While it is on, data is slow.',
    nothing,
    {
      ...turn('Data Saver', isOn.saver),
      refusal: [
        'No, Data Saver stays as it is. I have to watch my data.',
        'I do not want to change Data Saver, sorry.',
      ],
    },
    (db) => `Data Saver Mode is now ${onOff(toggleDataSaver(db))}.`,
  ),
  fix(
    'toggle_wifi_calling',
    'Turns calls over Wi-Fi on or off.',
    nothing,
    {
      ...turn('Wi-Fi Calling', isOn.wifiCalling),
      refusal: [
        'No, I need Wi-Fi Calling. It is the only way to reach me at home.',
        'I am not going to change Wi-Fi Calling, I rely on it.',
      ],
    },
    (db) => `Wi-Fi Calling is now ${onOff(toggleWifiCalling(db))}.`,
  ),
  fix('toggle_wifi', 'Turns Wi-Fi on or off.', nothing, turn('Wi-Fi', isOn.wifi), (db) => {
    const on = toggleWifi(db);
    return on === null
      ? 'Cannot change Wi-Fi settings while Airplane Mode is ON.'
      : `Wi-Fi is now ${onOff(on)}.`;
  }),
  fix(
    'reseat_sim_card',
    'Takes the SIM card out and puts it back in.',
    nothing,
    {
      ...always(
        'Please take the SIM card out of your phone and put it back in.',
        'Could you remove the SIM card, and then insert it again?',
      ),
      refusal: [
        'No, I am not opening the SIM tray. I broke one that way before.',
        'I do not dare to take the SIM card out, sorry. I will not do that.',
      ],
    },
    (db) => {
      // The reference fails here with an assertion, which says nothing.
      if (phoneRow(db, 'sim').sim_card_status === 'missing') throw new ToolError('');
      db.update('sim', PHONE, (row) => void (row.sim_card_missing = false));
      searchNetwork(db);
      return 'SIM card re-seated successfully.';
    },
  ),
  fix(
    'set_network_mode_preference',
    'Chooses which types of network the phone prefers.',
    z.strictObject({
      mode: z
        .string()
        .describe(`One of ${networkModes.join(', ')}.`)
        .meta({ examples: [...networkModes] }),
    }),
    {
      ask: (_db, { mode }) => [
        `Please set the preferred network mode to ${mode}.`,
        `In the network settings, could you choose the mode ${mode}?`,
      ],
    },
    (db, { mode }) => {
      const chosen = networkModes.find((known) => known === mode);
      if (chosen === undefined) return notAMode(mode);
      db.update('network', PHONE, (row) => void (row.network_mode_preference = chosen));
      searchNetwork(db);
      return `Preferred Network Mode set to: ${chosen}`;
    },
    (db, _args, { mode = null }) => preferNoMode(db, mode),
  ),
  fix(
    'set_apn_settings',
    "Sets how the phone reaches the carrier's data network.",
    z.strictObject({ apn_settings: apnSettings.describe('What is absent takes its usual value.') }),
    always('Please enter these APN settings on your phone.'),
    (db, { apn_settings: settings }) => setApn(db, settings),
    (db, { apn_settings: settings }) => {
      if (isJsonObject(settings)) return setApn(db, apnModel.parse(settings));
      // The reference has put it in the place of the settings by now, and every later call fails. Ours keeps them.
      throw noAttribute(settings, 'apn_name');
    },
  ),
  fix(
    'reset_apn_settings',
    "Brings the APN settings back to the carrier's; it takes a restart of the phone.",
    nothing,
    always('Please reset the APN settings to their defaults.', 'Could you reset the APN settings?'),
    (db) => {
      db.update('apn', PHONE, (row) => void (row.reset_at_reboot = true));
      searchNetwork(db);
      return 'APN settings will reset at reboot.';
    },
  ),
  fix(
    'reboot_device',
    'Restarts the phone.',
    nothing,
    always('Please restart your phone.', 'Could you turn your phone off and on again?'),
    (db) => {
      const resets = phoneRow(db, 'apn').reset_at_reboot;
      if (resets) db.put('apn', PHONE, apnSettings.parse({}));
      searchNetwork(db);
      return [...(resets ? ['Resetting APN settings...'] : []), 'Restarting network services...'].join('\n');
    },
  ),
  userTool({
    name: 'connect_vpn',
    description: 'Connects to the VPN.',
    kind: 'write',
    parameters: nothing,
    execute: (db) =>
      connectVpn(db) ? `VPN connected successfully.\n${statusBar(db)}` : 'VPN already connected.',
    shows: shown(['vpn']),
    ...always('Please connect to your VPN.'),
  }),
  fix(
    'disconnect_vpn',
    'Disconnects the VPN.',
    nothing,
    {
      ...always('Please disconnect the VPN.', 'Could you turn the VPN off?'),
      refusal: [
        'No, I have to stay on the VPN. My employer insists on it.',
        'I will not turn the VPN off, I do not go online without it.',
      ],
    },
    (db) =>
      disconnectVpn(db) ? 'VPN disconnected successfully.' : 'No active VPN connection to disconnect.',
  ),
  fix(
    'grant_app_permission',
    'Lets an app use something.',
    appPermission,
    {
      ask: (_db, { app_name, permission }) => [
        `Please give the ${app_name} app the permission for ${permission}.`,
        `Could you allow the ${app_name} app to use ${permission}, under its permissions?`,
      ],
      refusal: [
        'No, I do not give that app any more permissions. I like my privacy.',
        'I took that permission away on purpose, and it stays that way.',
      ],
    },
    grant,
    grant,
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
    ...always(
      'I have sent a payment request to your phone. Please make the payment there.',
      'You should see a payment request on your phone now. Please pay it.',
    ),
  }),
];

function setApn(db: Db, settings: Apn): string {
  db.put('apn', PHONE, settings);
  searchNetwork(db);
  return `APN settings set to: ${settings.apn_name}`;
}

/** The reference sets what is no text as it came, looks for a network, and only then notices that it is no mode. */
function preferNoMode(db: Db, mode: Json): string {
  db.update('network', PHONE, (row) => void Object.assign(row, { network_mode_preference: mode }));
  searchNetwork(db);
  if (mode === null) return notAMode('None');
  throw new ToolError(noAttribute(mode, 'value').message, { keepsChanges: true });
}

const notAMode = (mode: string) =>
  `Failed to set network mode: '${mode}' is not a valid option. Please use one of: ${networkModes.join(', ')}`;

function grant(db: Db, { app_name: app, permission: given }: z.infer<typeof appPermission>): string {
  const row = db.get('apps', hashed(app));
  const permission = withMethod(given, 'lower').toLowerCase();
  if (row === undefined) return `Error. App '${app}' not found. Cannot grant permission.`;
  const name = permissionNames.find((known) => known === permission);
  if (name === undefined)
    return `Error. Permission '${permission}' not tracked for app '${app}', available permissions: ['${permissionNames.join("', '")}']`;
  db.update('apps', app, (row) => void (row.permissions[name] = true));
  return `Success. Permission '${name}' granted to app '${app}'.`;
}
