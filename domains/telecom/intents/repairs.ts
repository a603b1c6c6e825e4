import type { Json, ToolCall } from '#core/environment/index.ts';
import { isUsedUp, type Context, type Db } from '../lookup.ts';
import { phoneRow } from '../phone.ts';
import type { Line } from '../schema.ts';
import { simStatus } from '../userTools/radio.ts';
import { paymentCalls } from './payments.ts';
import { textOf } from './slots.ts';

const onPhone = (name: string, args: Readonly<Record<string, Json>> = {}): ToolCall => ({
  name,
  arguments: args,
  requestor: 'user',
});

/**
 * What is still to be done until the phone does what its owner wants. Each step is decided by the state alone, so that
 * after the first of them the rest is what remains. What takes a restart comes last: everything else has the phone
 * look for a network as well, and a restart before it would have been in vain.
 */
export function repairs(context: Context): ToolCall[] {
  const { db, values } = context;
  const line = typeof values.line === 'string' ? db.get('lines', values.line) : undefined;
  if (line === undefined) return [];
  const symptom = textOf(values.symptom);
  switch (symptom) {
    case 'no signal':
      return [...forSignal(db), ...withRestart(context, line, [])];
    case 'no mobile data':
    case 'slow mobile data':
      return [...forSignal(db), ...withRestart(context, line, [...forData(context, line), ...forSpeed(db)])];
    case 'no picture messages':
      return [
        ...forSignal(db),
        ...withRestart(context, line, [...forData(context, line), ...forPictures(db)]),
      ];
    default:
      return [];
  }
}

function forSignal(db: Db): ToolCall[] {
  return [
    ...(phoneRow(db, 'network').airplane_mode ? [onPhone('toggle_airplane_mode')] : []),
    ...(simStatus(db) === 'active' ? [] : [onPhone('reseat_sim_card')]),
  ];
}

/** The steps in between, and then what takes a restart of the phone. */
function withRestart(context: Context, line: Line, between: readonly ToolCall[]): ToolCall[] {
  const { db, userId, values } = context;
  const apn = phoneRow(db, 'apn');
  const reset =
    apn.apn_name === 'broken' || (values.symptom === 'no picture messages' && apn.mmsc_url === null);
  const suspended = line.status !== 'Active';
  const resume = {
    name: 'resume_line',
    arguments: { customer_id: userId, line_id: line.line_id },
  };
  return [
    ...between,
    ...(reset && !apn.reset_at_reboot ? [onPhone('reset_apn_settings')] : []),
    ...(suspended ? [...paymentCalls(context), resume] : []),
    ...(reset || suspended || isSilent(db, between) ? [onPhone('reboot_device')] : []),
  ];
}

/** Nothing is in the way of a signal any more, and the phone has not looked for one yet. */
function isSilent(db: Db, between: readonly ToolCall[]): boolean {
  const { airplane_mode, network_connection_status } = phoneRow(db, 'network');
  const looks = between.some(({ name }) => searching.includes(name));
  return network_connection_status === 'no_service' && !airplane_mode && simStatus(db) === 'active' && !looks;
}

const searching = ['toggle_data', 'toggle_roaming', 'set_network_mode_preference'];

function forData({ db, userId, values }: Context, line: Line): ToolCall[] {
  const { is_abroad } = phoneRow(db, 'surroundings');
  const data = phoneRow(db, 'mobile_data');
  const of = { customer_id: userId, line_id: line.line_id };
  const amount = Number(values.top_up);
  return [
    ...(is_abroad && !line.roaming_enabled ? [{ name: 'enable_roaming', arguments: of }] : []),
    ...(is_abroad && !data.roaming_enabled ? [onPhone('toggle_roaming')] : []),
    ...(data.data_enabled ? [] : [onPhone('toggle_data')]),
    ...(isUsedUp(db, line) && amount > 0
      ? [{ name: 'refuel_data', arguments: { ...of, gb_amount: amount } }]
      : []),
  ];
}

function forSpeed(db: Db): ToolCall[] {
  const { vpn_connected, vpn_details } = phoneRow(db, 'vpn');
  return [
    ...(phoneRow(db, 'mobile_data').data_saver_mode ? [onPhone('toggle_data_saver_mode')] : []),
    ...(phoneRow(db, 'network').network_mode_preference === '4g_5g_preferred' ? [] : [bestNetwork]),
    ...(vpn_connected && vpn_details?.server_performance === 'poor' ? [onPhone('disconnect_vpn')] : []),
  ];
}

const bestNetwork = onPhone('set_network_mode_preference', { mode: '4g_5g_preferred' });

function forPictures(db: Db): ToolCall[] {
  const { wifi_calling_enabled, wifi_calling_mms_over_wifi } = phoneRow(db, 'wifi');
  const permissions = db.get('apps', 'messaging')?.permissions;
  const missing = (['storage', 'sms'] as const).filter((name) => permissions?.[name] === false);
  return [
    ...(phoneRow(db, 'network').network_mode_preference === '2g_only' ? [bestNetwork] : []),
    ...(wifi_calling_enabled && wifi_calling_mms_over_wifi ? [onPhone('toggle_wifi_calling')] : []),
    ...missing.map((permission) => onPhone('grant_app_permission', { app_name: 'messaging', permission })),
  ];
}
