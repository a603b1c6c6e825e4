/** What a phone works out by itself: which network it is on, whether data flows, how fast. */
import { roundCents, type Draft, type View } from '#core/environment/index.ts';
import { PHONE, phoneRow, type Signal, type Technology } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';

type Db = View<TelecomDb>;

/** The state of the SIM card; one that is not in the phone is missing, whatever it was before. */
export function simStatus(db: Db) {
  const { sim_card_missing, sim_card_status } = phoneRow(db, 'sim');
  return sim_card_missing ? 'missing' : sim_card_status;
}

const noService = {
  network_connection_status: 'no_service',
  network_technology_connected: 'none',
  network_signal_strength: 'none',
} as const;

/** Looks for a network again, as a phone does after most changes. */
export function searchNetwork(db: Draft<TelecomDb>): void {
  const found = reachable(db) ? connection(db) : noService;
  db.update('network', PHONE, (row) => void Object.assign(row, found));
}

function reachable(db: Db): boolean {
  return (
    simStatus(db) === 'active' &&
    !phoneRow(db, 'network').airplane_mode &&
    phoneRow(db, 'apn').apn_name !== 'broken' &&
    phoneRow(db, 'surroundings').line_active
  );
}

function connection(db: Db) {
  const technology = chosenTechnology(db);
  return {
    network_connection_status: 'connected',
    network_technology_connected: technology,
    network_signal_strength: signalOf(db, technology),
  } as const;
}

const signalOf = (db: Db, technology: Technology): Signal =>
  phoneRow(db, 'surroundings').signal_strength[technology] ?? 'none';

function chosenTechnology(db: Db): Technology {
  switch (phoneRow(db, 'network').network_mode_preference) {
    case '4g_5g_preferred':
      return signalOf(db, '5G') === 'none' ? '4G' : '5G';
    case '4g_only':
      return '4G';
    case '3g_only':
      return '3G';
    case '2g_only':
      return '2G';
    // Only what is no mode at all: see set_network_mode_preference.
    default:
      return '4G';
  }
}

/** Whether data flows over the mobile network. */
export function mobileDataWorks(db: Db): boolean {
  const network = phoneRow(db, 'network');
  const data = phoneRow(db, 'mobile_data');
  const around = phoneRow(db, 'surroundings');
  return (
    !network.airplane_mode &&
    network.network_signal_strength !== 'none' &&
    network.network_connection_status !== 'no_service' &&
    (!around.is_abroad || (data.roaming_enabled && around.roaming_allowed)) &&
    data.data_enabled &&
    !around.mobile_data_usage_exceeded
  );
}

const ranges: Readonly<Record<Technology, readonly [number, number]>> = {
  none: [0, 0],
  '2G': [0.1, 0.4],
  '3G': [1, 5],
  '4G': [10, 100],
  '5G': [50, 500],
};
const factors: Readonly<Record<Signal, number>> = { none: 0, poor: 0.2, fair: 0.5, good: 0.8, excellent: 1 };

/** How fast mobile data is, in Mbps and in words; null when there is none. */
export function mobileSpeed(db: Db): { readonly mbps: number; readonly words: string } | null {
  if (!mobileDataWorks(db)) return null;
  const { network_technology_connected, network_signal_strength } = phoneRow(db, 'network');
  const { vpn_connected, vpn_details } = phoneRow(db, 'vpn');
  const throttled = vpn_connected && vpn_details?.server_performance === 'poor' ? 0.1 : 1;
  const factor = phoneRow(db, 'mobile_data').data_saver_mode ? throttled * 0.2 : throttled;
  const [from, to] = ranges[network_technology_connected];
  const mbps = roundCents(((from + to) / 2) * factors[network_signal_strength] * factor);
  return { mbps, words: speedWords(mbps) };
}

function speedWords(mbps: number): string {
  if (mbps < 1) return 'Very Poor';
  if (mbps < 5) return 'Poor';
  if (mbps < 25) return 'Fair';
  return mbps < 100 ? 'Good' : 'Excellent';
}

/** Whether the messaging app can send pictures. They need mobile data, and the carrier has no way over Wi-Fi. */
export function canSendMms(db: Db): boolean {
  const { wifi_calling_enabled, wifi_calling_mms_over_wifi } = phoneRow(db, 'wifi');
  const permissions = db.get('apps', 'messaging')?.permissions;
  return (
    mobileDataWorks(db) &&
    phoneRow(db, 'network').network_technology_connected !== '2G' &&
    !(wifi_calling_enabled && wifi_calling_mms_over_wifi) &&
    phoneRow(db, 'apn').mmsc_url !== null &&
    permissions?.storage === true &&
    permissions.sms
  );
}
