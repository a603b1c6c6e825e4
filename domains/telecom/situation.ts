import type { Random, ToolCall } from '#core/environment/index.ts';
import { deviceOf, linesOf, overdueOf, planOf, type Db } from './lookup.ts';
import type { Line } from './schema.ts';

const onPhone = (name: string, args: ToolCall['arguments'] = {}): ToolCall => ({
  name,
  arguments: args,
  requestor: 'user',
});
const onAccount = (name: string, args: ToolCall['arguments']): ToolCall => ({ name, arguments: args });
const loses = (permission: string) => onPhone('remove_app_permission', { app_name: 'messaging', permission });

/** What can be wrong with a phone, and how common it is. Settings go wrong more often than cards. */
const faults: readonly { readonly weight: number; readonly calls: readonly ToolCall[] }[] = [
  { weight: 5, calls: [onPhone('turn_airplane_mode_on')] },
  { weight: 3, calls: [onPhone('unseat_sim_card')] },
  { weight: 2, calls: [onPhone('lock_sim_card', { mode: 'pin' })] },
  { weight: 2, calls: [onPhone('lock_sim_card', { mode: 'puk' })] },
  { weight: 3, calls: [onPhone('break_apn_settings')] },
  { weight: 5, calls: [onPhone('turn_data_off')] },
  { weight: 6, calls: [onPhone('turn_data_saver_mode_on')] },
  { weight: 4, calls: [onPhone('set_network_mode_preference', { mode: '3g_only' })] },
  { weight: 4, calls: [onPhone('set_network_mode_preference', { mode: '2g_only' })] },
  { weight: 5, calls: [onPhone('break_vpn')] },
  { weight: 6, calls: [onPhone('set_wifi_calling', { enabled: true, mms_over_wifi: true })] },
  { weight: 4, calls: [loses('sms')] },
  { weight: 4, calls: [loses('storage')] },
  { weight: 2, calls: [loses('sms'), loses('storage')] },
  { weight: 5, calls: [onPhone('break_apn_mms_setting')] },
];

/**
 * What has happened before a customer gets in touch: which of their phones they hold, where they are, and what is
 * wrong. Often there is nothing, since most calls are about bills and lines.
 */
export function situation(db: Db, userId: string, random: Random): ToolCall[] {
  const phones = linesOf(db, userId).filter(
    (line) =>
      deviceOf(db, line)?.device_type === 'phone' &&
      (line.status === 'Active' || line.status === 'Suspended'),
  );
  const name = db.get('customers', userId)?.full_name;
  if (phones.length === 0 || name === undefined) return [];
  const line = random.pick(phones);
  return [
    onPhone('set_user_info', { name, phone_number: line.phone_number }),
    ...location(random),
    ...drawFaults(random.pick([0, 1, 1, 1, 2, 2, 3, 3, 4]), random),
    ...accountFaults(db, userId, line, random),
    // What is wrong has made itself felt.
    onPhone('simulate_network_search'),
  ];
}

function location(random: Random): ToolCall[] {
  if (!random.chance(0.3)) return [];
  const roaming = random.chance(0.5) ? [onPhone('turn_roaming_on')] : [];
  return [onPhone('set_user_location', { abroad: true }), ...roaming];
}

function drawFaults(count: number, random: Random): ToolCall[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(drawOne(random));
  return [...drawn].sort((a, b) => a - b).flatMap((i) => faults[i]?.calls ?? []);
}

function drawOne(random: Random): number {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.int(1, total);
  return faults.findIndex(({ weight }) => (left -= weight) <= 0);
}

/** What the carrier has done to the line. */
function accountFaults(db: Db, userId: string, line: Line, random: Random): ToolCall[] {
  const of = { customer_id: userId, line_id: line.line_id };
  const limit = planOf(db, line)?.data_limit_gb ?? 0;
  const [usedUp, unpaid] = [random.chance(0.15), random.chance(0.12)];
  const used = Math.round((limit + line.data_refueling_gb) * 10 + random.int(0, 4)) / 10;
  return [
    ...(usedUp && limit < 100 ? [onAccount('set_data_usage', { ...of, data_used_gb: used })] : []),
    ...(unpaid && line.status === 'Active' && overdueOf(db, userId).length === 0
      ? [
          onAccount('suspend_line_for_overdue_bill', {
            ...of,
            new_bill_id: freeBillId(db, random),
            contract_ended: random.chance(0.35),
          }),
        ]
      : []),
  ];
}

function freeBillId(db: Db, random: Random): string {
  for (;;) {
    const id = `B${random.int(1_000_000, 9_999_999)}`;
    if (db.get('bills', id) === undefined) return id;
  }
}
