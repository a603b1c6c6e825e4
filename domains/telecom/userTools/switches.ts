/** The switches of the phone. Each returns where it stands afterwards. */
import type { Draft } from '#core/environment/index.ts';
import { PHONE, phoneRow } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';
import { searchNetwork } from './radio.ts';

type Db = Draft<TelecomDb>;

export function toggleAirplaneMode(db: Db): boolean {
  const { airplane_mode: on } = db.update('network', PHONE, (row) => {
    row.airplane_mode = !row.airplane_mode;
  });
  if (on || phoneRow(db, 'wifi').wifi_enabled) leaveWifi(db);
  if (on) disconnectVpn(db);
  searchNetwork(db);
  return on;
}

export function toggleData(db: Db): boolean {
  const { data_enabled } = db.update('mobile_data', PHONE, (row) => {
    row.data_enabled = !row.data_enabled;
  });
  searchNetwork(db);
  return data_enabled;
}

export function toggleRoaming(db: Db): boolean {
  const { roaming_enabled } = db.update('mobile_data', PHONE, (row) => {
    row.roaming_enabled = !row.roaming_enabled;
  });
  searchNetwork(db);
  return roaming_enabled;
}

export const toggleDataSaver = (db: Db): boolean =>
  db.update('mobile_data', PHONE, (row) => {
    row.data_saver_mode = !row.data_saver_mode;
  }).data_saver_mode;

export const toggleWifiCalling = (db: Db): boolean =>
  db.update('wifi', PHONE, (row) => {
    row.wifi_calling_enabled = !row.wifi_calling_enabled;
  }).wifi_calling_enabled;

/** Null when airplane mode does not let it be changed. */
export function toggleWifi(db: Db): boolean | null {
  if (phoneRow(db, 'network').airplane_mode) return null;
  const { wifi_enabled } = db.update('wifi', PHONE, (row) => {
    row.wifi_enabled = !row.wifi_enabled;
  });
  if (!wifi_enabled) leaveWifi(db);
  return wifi_enabled;
}

function leaveWifi(db: Db): void {
  db.update('wifi', PHONE, (row) => {
    row.wifi_connected = false;
    row.wifi_ssid = null;
    row.wifi_signal_strength = 'none';
  });
}

/** False when a VPN was connected already. */
export function connectVpn(db: Db): boolean {
  if (phoneRow(db, 'vpn').vpn_connected) return false;
  db.update('vpn', PHONE, (row) => {
    row.vpn_connected = true;
    row.vpn_details = { ...row.profile };
  });
  return true;
}

/** False when none was connected. */
export function disconnectVpn(db: Db): boolean {
  if (!phoneRow(db, 'vpn').vpn_connected) return false;
  db.update('vpn', PHONE, (row) => {
    row.vpn_connected = false;
    row.vpn_details = null;
  });
  return true;
}
