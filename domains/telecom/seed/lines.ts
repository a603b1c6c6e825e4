import type { Random } from '#core/environment/index.ts';
import { TODAY } from '../clock.ts';
import type { Line, TelecomDb } from '../schema.ts';
import { models, plans } from './catalogue.ts';
import { digits, type Ids } from './ids.ts';

type Device = TelecomDb['devices'][string];

/** One line with the device that it is in. */
export interface DrawnLine {
  readonly line: Line;
  readonly device: Device;
}

/** What a customer's lines are in: everybody has a phone. */
const households: readonly (readonly (keyof typeof models)[])[] = [
  ['phone'],
  ['phone', 'phone'],
  ['phone', 'phone'],
  ['phone', 'tablet'],
  ['phone', 'phone', 'tablet'],
  ['phone', 'phone', 'watch'],
  ['phone', 'phone', 'phone'],
  ['phone', 'phone', 'phone', 'tablet'],
];

/** The lines of one customer. No two devices of a customer are of one model. */
export function drawLines(random: Random, ids: Ids): DrawnLine[] {
  const taken = new Set<string>();
  return random.pick(households).map((kind) => {
    const free = models[kind].names.filter((name) => !taken.has(name));
    const model = random.pick(free);
    taken.add(model);
    const device = drawDevice(kind, model, random, ids);
    return { device, line: drawLine(device.device_id, random.pick(models[kind].plans), random, ids) };
  });
}

function drawDevice(kind: Device['device_type'], model: string, random: Random, ids: Ids): Device {
  return {
    device_id: ids.next('D', 6),
    device_type: kind,
    model,
    imei: digits(random, 8) + digits(random, 7),
    is_esim_capable: random.chance(0.7),
    activated: true,
    activation_date: `2024-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}T${String(random.int(9, 18)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}:00`,
    last_esim_transfer_date: null,
  };
}

function drawLine(device_id: string, plan_id: string, random: Random, ids: Ids): Line {
  const limit = plans[plan_id]?.data_limit_gb ?? 0;
  const refueled = random.pick([0, 0, 0, 0, 0, 0.5, 1, 2]);
  const ended = random.chance(0.12);
  const status = ended && random.chance(0.7) ? 'Suspended' : drawStatus(random);
  const idle = status === 'Pending Activation' || status === 'Closed';
  return {
    line_id: ids.next('L', 6),
    phone_number: phoneNumber(random, ids),
    status,
    plan_id,
    device_id,
    data_used_gb: idle ? 0 : drawUsage(limit, refueled, random),
    data_refueling_gb: idle ? 0 : refueled,
    roaming_enabled: random.chance(0.4),
    contract_end_date: ended
      ? random.pick(['2024-11-30', '2024-12-31', '2025-01-31'])
      : random.pick(['2025-09-30', '2026-03-31', '2026-08-31', '2027-01-31']),
    last_plan_change_date: random.pick(['2024-02-01', '2024-06-15', '2024-09-10', '2024-12-01']),
    last_sim_replacement_date: random.chance(0.3) ? '2024-07-22' : null,
    suspension_start_date: status === 'Suspended' ? random.pick(['2025-01-20', '2025-02-03', TODAY]) : null,
  };
}

function phoneNumber(random: Random, ids: Ids): string {
  for (;;) {
    const number = `555-${digits(random, 3)}-${digits(random, 4)}`;
    if (ids.claim(number)) return number;
  }
}

const drawStatus = (random: Random): Line['status'] =>
  random.pick([
    ...Array.from({ length: 16 }, () => 'Active' as const),
    'Suspended',
    'Suspended',
    'Pending Activation',
    'Closed',
  ]);

/** Mostly within the limit; sometimes all of it is gone. In tenths of a gigabyte. */
function drawUsage(limit: number, refueled: number, random: Random): number {
  const most = Math.min(limit, 40) * 10;
  const used =
    random.chance(0.12) && limit < 100 ? (limit + refueled) * 10 + random.int(0, 4) : random.int(2, most);
  return used / 10;
}
