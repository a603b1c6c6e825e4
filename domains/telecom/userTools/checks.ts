import { z } from 'zod';
import { pythonFloat, type Json, type View } from '#core/environment/index.ts';
import { hashed, noAttribute, repr } from '../../tau2/index.ts';
import { permissionNames, phoneRow } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';
import { canSendMms, mobileSpeed, simStatus } from './radio.ts';
import { statusBar } from './statusBar.ts';
import { appNameParameter, onOff, shown, statusBarParts, userTool } from './tool.ts';

const nothing = z.strictObject({});
const appName = z.strictObject({ app_name: appNameParameter });
const yesNo = (value: boolean) => (value ? 'Yes' : 'No');

const simWords = {
  active: 'Your SIM card is active and working.',
  missing: 'No SIM card detected in the phone.',
  locked_pin: 'The SIM card is locked with a PIN code.',
  locked_puk: 'The SIM card is locked with a PUK code.',
} as const;

const speedAdvice: Readonly<Record<string, string>> = {
  'Very Poor': 'Connection is very slow. Basic web browsing might be difficult.',
  Poor: 'Connection is slow. Web browsing may be sluggish, streaming difficult.',
  Fair: 'Connection is okay for web browsing and some standard definition streaming.',
  Good: 'Connection is good for most activities, including HD streaming.',
  Excellent: 'Connection is very fast.',
};

/** What the user can look at on their phone. */
export const checks = [
  userTool({
    name: 'check_status_bar',
    description: 'Reads the top of the screen: signal, network, mobile data, Wi-Fi, VPN and battery.',
    kind: 'read',
    parameters: nothing,
    execute: (db) => statusBar(db),
    shows: shown(statusBarParts),
    ask: () => [
      'What do you see in the status bar, at the top of your screen?',
      'Please look at the status bar at the top of the screen and read it to me.',
    ],
  }),
  userTool({
    name: 'check_network_status',
    description:
      'Looks up how the phone is connected: airplane mode, SIM card, signal, network type, mobile data, data roaming and Wi-Fi.',
    kind: 'read',
    parameters: nothing,
    execute: networkStatus,
    shows: shown(['network', 'sim', 'mobile_data', 'wifi']),
    ask: () => [
      'Please open the network status in your settings and tell me what it says.',
      'Could you look up the network status on your phone and read it to me?',
    ],
  }),
  userTool({
    name: 'check_network_mode_preference',
    description: 'Looks up which types of network the phone prefers.',
    kind: 'read',
    parameters: nothing,
    execute(db) {
      const preferred: Json = phoneRow(db, 'network').network_mode_preference;
      // The user may have set something else: see set_network_mode_preference.
      if (typeof preferred !== 'string') throw noAttribute(preferred, 'value');
      return `Network Mode Preference: ${preferred}`;
    },
    shows: shown(['network']),
    ask: () => [
      'Please look up the preferred network mode in your settings.',
      'Which network mode does your phone prefer? You find it in the settings.',
    ],
  }),
  userTool({
    name: 'run_speed_test',
    description: 'Measures how fast mobile data is, and says what that is good for.',
    kind: 'read',
    parameters: nothing,
    execute(db) {
      const speed = mobileSpeed(db);
      return speed === null
        ? 'Speed test failed: No Connection.'
        : `Speed Test Result: ${speed.mbps.toFixed(2)} Mbps (${speed.words}). ${speedAdvice[speed.words] ?? ''}`;
    },
    shows: shown(['network', 'mobile_data', 'surroundings']),
    ask: () => [
      'Please run a speed test and tell me the result.',
      'Could you run a speed test on mobile data?',
    ],
  }),
  userTool({
    name: 'check_sim_status',
    description: 'Looks up whether the SIM card works, is missing, or is locked.',
    kind: 'read',
    parameters: nothing,
    execute: (db) => simWords[simStatus(db)],
    shows: shown(['sim']),
    ask: () => [
      'Please check the status of your SIM card in the settings.',
      'What does your phone say about the SIM card?',
    ],
  }),
  userTool({
    name: 'check_data_restriction_status',
    description: 'Looks up whether Data Saver limits the use of mobile data.',
    kind: 'read',
    parameters: nothing,
    execute: (db) =>
      phoneRow(db, 'mobile_data').data_saver_mode
        ? 'Data Saver mode is ON (limits data usage).'
        : 'Data Saver mode is OFF.',
    shows: shown(['mobile_data']),
    ask: () => [
      'Please check whether Data Saver is on.',
      'Could you see in the settings whether Data Saver limits your data?',
    ],
  }),
  userTool({
    name: 'check_apn_settings',
    description: "Looks up how the phone reaches the carrier's data network: APN name and MMSC URL.",
    kind: 'read',
    parameters: nothing,
    execute(db) {
      const { apn_name, mmsc_url } = phoneRow(db, 'apn');
      return `Current APN Name: ${apn_name}\nMMSC URL (for picture messages): ${mmsc_url || 'Not Set'}\n(These are technical settings, usually best left unchanged.)`;
    },
    shows: shown(['apn']),
    ask: () => [
      'Please open the APN settings and read them to me.',
      'What do the APN settings on your phone say?',
    ],
  }),
  userTool({
    name: 'check_wifi_status',
    description: 'Looks up whether Wi-Fi is on, and the network it is connected to.',
    kind: 'read',
    parameters: nothing,
    execute(db) {
      const wifi = phoneRow(db, 'wifi');
      if (!wifi.wifi_enabled) return 'Wi-Fi is turned OFF.';
      return wifi.wifi_connected
        ? `Wi-Fi is ON and connected to '${wifi.wifi_ssid ?? 'None'}'. Signal strength: ${wifi.wifi_signal_strength}.`
        : 'Wi-Fi is ON but not connected to any network.';
    },
    shows: shown(['wifi']),
    ask: () => ['Is Wi-Fi on, and are you connected? Please check.', 'Please check your Wi-Fi status.'],
  }),
  userTool({
    name: 'check_wifi_calling_status',
    description: 'Looks up whether calls go over Wi-Fi.',
    kind: 'read',
    parameters: nothing,
    execute: (db) => `Wi-Fi Calling is currently turned ${onOff(phoneRow(db, 'wifi').wifi_calling_enabled)}.`,
    shows: shown(['wifi']),
    ask: () => [
      'Please check whether Wi-Fi Calling is on.',
      'Could you see in the settings whether Wi-Fi Calling is on?',
    ],
  }),
  userTool({
    name: 'check_vpn_status',
    description: 'Looks up whether a VPN is connected, and its details.',
    kind: 'read',
    parameters: nothing,
    execute: vpnStatus,
    shows: shown(['vpn']),
    ask: () => [
      'Please check whether a VPN is connected.',
      'Are you using a VPN? Please look at its status.',
    ],
  }),
  userTool({
    name: 'check_installed_apps',
    description: 'Lists the apps on the phone.',
    kind: 'read',
    parameters: nothing,
    execute: (db) => `The following apps are installed on the phone: ${db.ids('apps').join(', ')}`,
    shows: (db) => db.ids('apps').map((id) => ({ table: 'apps', id })),
    ask: () => [
      'Which apps are on your phone? Please list them.',
      'Please tell me which apps are installed.',
    ],
  }),
  userTool({
    name: 'check_app_status',
    description: 'Looks up the details of an app, among them its permissions.',
    kind: 'read',
    parameters: appName,
    execute(db, { app_name }) {
      const granted = grantedTo(db, app_name);
      if (granted === undefined) return `App '${app_name}' not found on this phone.`;
      const lines =
        granted.length === 0
          ? [' - Permissions: None granted.']
          : [' - Permissions Granted:', ...granted.map((name) => `   - ${name}`)];
      return [`Status for App: ${app_name}`, ...lines].join('\n');
    },
    shows: (db, { app_name }) => showsApp(db, app_name),
    ask: (_db, { app_name }) => [`Please open the details of the ${app_name} app and read them to me.`],
  }),
  userTool({
    name: 'check_app_permissions',
    description: 'Looks up what an app is allowed to use.',
    kind: 'read',
    parameters: appName,
    execute(db, { app_name }) {
      const granted = grantedTo(db, app_name);
      if (granted === undefined) return `App '${app_name}' not found on this phone.`;
      return granted.length === 0
        ? `App '${app_name}' currently has no permissions granted.`
        : `App '${app_name}' has permission for: ${granted.join(', ')}.`;
    },
    shows: (db, { app_name }) => showsApp(db, app_name),
    ask: (_db, { app_name }) => [
      `Please check which permissions the ${app_name} app has.`,
      `What is the ${app_name} app allowed to use? You find it under its permissions.`,
    ],
  }),
  userTool({
    name: 'can_send_mms',
    description: 'Tries whether the messaging app can send a picture message.',
    kind: 'read',
    parameters: nothing,
    execute: (db) => `Your messaging app ${canSendMms(db) ? 'can' : 'cannot'} send MMS messages.`,
    shows: shown(['network']),
    ask: () => [
      'Please try to send a picture message and tell me whether it works.',
      'Can you send a picture message right now? Please try.',
    ],
  }),
  userTool({
    name: 'check_payment_request',
    description: 'Looks up whether the carrier has asked for a payment.',
    kind: 'read',
    parameters: nothing,
    execute(db) {
      const request = phoneRow(db, 'surroundings').payment_request;
      return request === null
        ? 'No payment request has been made.'
        : `You have a payment request for bill ${request.bill_id} of ${pythonFloat(request.amount_due)} USD.`;
    },
    shows: shown(['surroundings']),
    ask: () => [
      'Please check whether a payment request has arrived on your phone.',
      'Do you see a payment request on your phone?',
    ],
  }),
];

function networkStatus(db: View<TelecomDb>): string {
  const network = phoneRow(db, 'network');
  const data = phoneRow(db, 'mobile_data');
  const wifi = phoneRow(db, 'wifi');
  return [
    `Airplane Mode: ${onOff(network.airplane_mode)}`,
    `SIM Card Status: ${simStatus(db)}`,
    `Cellular Connection: ${network.network_connection_status}`,
    `Cellular Signal: ${network.network_signal_strength}`,
    `Cellular Network Type: ${network.network_technology_connected}`,
    `Mobile Data Enabled: ${yesNo(data.data_enabled)}`,
    `Data Roaming Enabled: ${yesNo(data.roaming_enabled)}`,
    `Wi-Fi Radio: ${onOff(wifi.wifi_enabled)}`,
    `Wi-Fi Connected: ${yesNo(wifi.wifi_connected)}`,
    ...(wifi.wifi_connected ? [`Connected Wi-Fi Network: ${wifi.wifi_ssid ?? 'None'}`] : []),
  ].join('\n');
}

function vpnStatus(db: View<TelecomDb>): string {
  const { vpn_connected, vpn_details, vpn_enabled_setting } = phoneRow(db, 'vpn');
  if (!vpn_connected)
    return vpn_enabled_setting
      ? 'VPN is turned ON in settings, but currently not connected.'
      : 'VPN is turned OFF.';
  if (vpn_details === null) return 'VPN is ON and connected (no specific details available).';
  const { server_address, protocol, server_performance: level } = vpn_details;
  // The reference prints a Python dictionary here, its enumeration member included.
  const details = `{'server_address': ${repr(server_address)}, 'protocol': ${repr(protocol)}, 'server_performance': <PerformanceLevel.${level.toUpperCase()}: '${level}'>}`;
  return `VPN is ON and connected. Details: ${details}`;
}

/** The permissions that an app has; undefined when there is no such app. */
function grantedTo(db: View<TelecomDb>, app: string): string[] | undefined {
  const permissions = db.get('apps', hashed(app))?.permissions;
  return permissions === undefined ? undefined : permissionNames.filter((name) => permissions[name]);
}

const showsApp = (db: View<TelecomDb>, id: string) =>
  db.get('apps', id) === undefined ? [] : [{ table: 'apps', id }];
