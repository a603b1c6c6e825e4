import type { View } from '#core/environment/index.ts';
import { phoneRow, type Signal } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';

const bars: Readonly<Record<Signal, string>> = {
  none: '📵 No Signal',
  poor: '📶¹ Poor',
  fair: '📶² Fair',
  good: '📶³ Good',
  excellent: '📶⁴ Excellent',
};

/** The top of the screen, as most of the phone's answers end with it. */
export function statusBar(db: View<TelecomDb>): string {
  const network = phoneRow(db, 'network');
  const wifi = phoneRow(db, 'wifi');
  const onWifi = wifi.wifi_enabled && wifi.wifi_connected;
  const icons = [
    ...(network.airplane_mode ? ['✈️ Airplane Mode'] : mobileIcons(db)),
    ...(onWifi ? [wifi.wifi_ssid ? `📡 Connected to ${wifi.wifi_ssid}` : '📡 Enabled'] : []),
    ...(phoneRow(db, 'vpn').vpn_connected ? ['🔒 VPN Connected'] : []),
    `🔋 ${network.battery_level}%`,
  ];
  return `Status Bar: ${icons.join(' | ')}`;
}

function mobileIcons(db: View<TelecomDb>): string[] {
  const { network_signal_strength, network_technology_connected: technology } = phoneRow(db, 'network');
  const { data_enabled, data_saver_mode } = phoneRow(db, 'mobile_data');
  const online = technology !== 'none';
  const data =
    data_enabled && online ? ['📱 Data Enabled', ...(data_saver_mode ? ['🔽 Data Saver'] : [])] : [];
  return [
    bars[network_signal_strength],
    ...(online ? [technology] : []),
    ...(data.length > 0 ? data : ['📵 Data Disabled']),
  ];
}
