/**
 * The user's own part of the database: one phone, taken apart into a table per thing that can be looked at, and
 * what is around it. The reference keeps the same fields in one `device` and one `surroundings` object.
 */
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject, type View } from '#core/environment/index.ts';

export const simStatuses = ['active', 'missing', 'locked_pin', 'locked_puk'] as const;
export const technologies = ['none', '2G', '3G', '4G', '5G'] as const;
export const networkModes = ['4g_5g_preferred', '4g_only', '3g_only', '2g_only'] as const;
export const signals = ['none', 'poor', 'fair', 'good', 'excellent'] as const;
export const networkStatuses = ['connected', 'searching', 'no_service', 'emergency_only'] as const;
const performances = ['unknown', 'poor', 'fair', 'good', 'excellent'] as const;

export type Technology = (typeof technologies)[number];
export type Signal = (typeof signals)[number];

const signal = z.enum(signals);

/** The settings that decide how the phone reaches the carrier, as `set_apn_settings` takes them. */
export const apnSettings = z.strictObject({
  apn_name: z.enum(['internet', 'broken']).default('internet'),
  reset_at_reboot: z.boolean().default(false),
  mms_apn: z.string().nullable().default('mms'),
  mmsc_url: z.string().nullable().default('http://mms.carrier.com/mms/wapenc'),
  mms_proxy: z.string().nullable().default(null),
  mms_port: z.int().nullable().default(null),
});

const vpnDetails = z.strictObject({
  server_address: z.string().nullable().default(null),
  protocol: z.string().nullable().default(null),
  server_performance: z.enum(performances).default('unknown'),
});

const sim = z.strictObject({
  sim_card_status: z.enum(simStatuses).default('active'),
  sim_card_missing: z.boolean().default(false),
});

const network = z.strictObject({
  airplane_mode: z.boolean().default(false),
  network_signal_strength: signal.default('good'),
  network_technology_connected: z.enum(technologies).default('5G'),
  network_connection_status: z.enum(networkStatuses).default('connected'),
  network_mode_preference: z.enum(networkModes).default('4g_5g_preferred'),
  battery_level: z.int().default(80),
});

const mobileData = z.strictObject({
  data_enabled: z.boolean().default(true),
  roaming_enabled: z.boolean().default(false),
  data_saver_mode: z.boolean().default(false),
});

const wifi = z.strictObject({
  wifi_enabled: z.boolean().default(false),
  wifi_connected: z.boolean().default(false),
  wifi_ssid: z.string().nullable().default(null),
  wifi_signal_strength: signal.default('none'),
  wifi_calling_enabled: z.boolean().default(false),
  wifi_calling_mms_over_wifi: z.boolean().default(false),
});

const vpn = z.strictObject({
  vpn_enabled_setting: z.boolean().default(false),
  vpn_connected: z.boolean().default(false),
  vpn_details: vpnDetails.nullable().default(null),
  /** What the phone connects to. The reference keeps it outside its database, so its files never hold it. */
  profile: vpnDetails.default({
    server_address: '192.168.1.1',
    protocol: 'OpenVPN',
    server_performance: 'excellent',
  }),
});

const permissions = z.strictObject({
  sms: z.boolean().default(false),
  storage: z.boolean().default(false),
  phone: z.boolean().default(false),
  network: z.boolean().default(false),
});

const app = z.strictObject({
  app_name: z.string(),
  permissions: permissions.default({ sms: false, storage: false, phone: false, network: false }),
});

/** The permissions that an app can be given. */
export const permissionNames = ['sms', 'storage', 'phone', 'network'] as const;

const paymentRequest = z.strictObject({
  bill_id: z.string(),
  amount_due: z.number(),
  paid: z.boolean().default(false),
});

const surroundings = z.strictObject({
  name: z.string().nullable().default(null),
  phone_number: z.string().nullable().default(null),
  is_abroad: z.boolean().default(false),
  roaming_allowed: z.boolean().default(false),
  signal_strength: z
    .partialRecord(z.enum(technologies), signal)
    .default({ '2G': 'poor', '3G': 'fair', '4G': 'good', '5G': 'excellent' }),
  mobile_data_usage_exceeded: z.boolean().default(false),
  line_active: z.boolean().default(true),
  payment_request: paymentRequest.nullable().default(null),
});

/** The id of the only row in every table of the phone but `apps`, which has a row per app. */
export const PHONE = 'phone';

const defaultApps: JsonObject = {
  messaging: { app_name: 'messaging', permissions: { sms: true, storage: true, phone: true } },
  browser: { app_name: 'browser', permissions: { network: true, storage: true } },
};

/** The tables of the user's side. */
export const phoneTables = {
  sim: z.record(z.string(), sim),
  network: z.record(z.string(), network),
  mobile_data: z.record(z.string(), mobileData),
  apn: z.record(z.string(), apnSettings),
  wifi: z.record(z.string(), wifi),
  vpn: z.record(z.string(), vpn),
  apps: z.record(z.string(), app),
  surroundings: z.record(z.string(), surroundings),
};

export type PhoneDb = { readonly [T in keyof typeof phoneTables]: z.infer<(typeof phoneTables)[T]> };
/** The tables with one row each. */
export type PhonePart = Exclude<keyof PhoneDb, 'apps'>;

/** The tables that hold the plain fields of the reference's device. */
const parts = { sim, network, mobile_data: mobileData, wifi, vpn } as const;

/**
 * A database with the tables of the phone: a phone fresh from the shop where there is none, and the reference's
 * `device` and `surroundings` taken apart. What it cannot place stays where it is, for the schema to refuse.
 */
export function withPhoneTables(value: unknown): unknown {
  if (!isJsonObject(value as Json)) return value;
  const { device, surroundings: around, ...tables } = value as JsonObject;
  const { active_apn_settings, app_statuses, ...fields } = isJsonObject(device) ? device : {};
  const placed = new Set<string>();
  const split = Object.entries(parts).map(([name, { shape }]): [string, Json] => {
    const own = Object.entries(fields).filter(([field]) => field in shape);
    own.forEach(([field]) => placed.add(field));
    return [name, overlaid(tables[name], Object.fromEntries(own))];
  });
  const strange = Object.entries(fields).filter(([field]) => !placed.has(field));
  return {
    ...tables,
    ...Object.fromEntries(split),
    apn: overlaid(tables.apn, active_apn_settings ?? {}),
    apps: app_statuses ?? tables.apps ?? defaultApps,
    surroundings: isRowOf(surroundings, around) ? { [PHONE]: around } : (around ?? { [PHONE]: {} }),
    ...(strange.length === 0 ? {} : { device: Object.fromEntries(strange) }),
  };
}

/** A table of one row with some fields put over it. A table that is none stays as it is. */
function overlaid(table: Json | undefined, fields: Json): Json {
  if (table === undefined) return { [PHONE]: fields };
  const row = isJsonObject(table) ? table[PHONE] : undefined;
  if (!isJsonObject(table) || !isJsonObject(row) || !isJsonObject(fields)) return table;
  return { ...table, [PHONE]: { ...row, ...fields } };
}

const isRowOf = (schema: z.ZodObject, value: Json | undefined): value is JsonObject =>
  isJsonObject(value) && Object.keys(value).some((key) => key in schema.shape);

/** The user's side as the reference keeps it. */
export function referenceUserDatabase(db: View<PhoneDb>): JsonObject {
  const { profile: _, ...vpnRow } = phoneRow(db, 'vpn');
  return {
    device: {
      ...phoneRow(db, 'sim'),
      ...phoneRow(db, 'network'),
      ...phoneRow(db, 'mobile_data'),
      active_apn_settings: phoneRow(db, 'apn'),
      ...phoneRow(db, 'wifi'),
      ...vpnRow,
      app_statuses: Object.fromEntries(db.ids('apps').map((id) => [id, db.get('apps', id) ?? null])),
    },
    surroundings: phoneRow(db, 'surroundings'),
  };
}

/** The row of one part of the phone. */
export function phoneRow<T extends PhonePart>(db: View<PhoneDb>, part: T): PhoneDb[T][string] {
  const row = db.get(part, PHONE) as PhoneDb[T][string] | undefined;
  if (row === undefined) throw new TypeError(`telecom: the phone has no ${part}`);
  return row;
}
