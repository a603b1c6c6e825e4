import type { Plan, TelecomDb } from '../schema.ts';

/** The carrier's plans: id, name, gigabytes, price a month, price of another gigabyte. */
const offers = [
  ['P2001', 'Starter', 3, 22, 6],
  ['P2002', 'Everyday', 8, 35, 4.5],
  ['P2003', 'Weekender', 15, 44, 3.5],
  ['P2004', 'Stream', 30, 58, 2.5],
  ['P2005', 'Cinema', 60, 74, 2],
  ['P2006', 'Roamer', 12, 62, 3],
  ['P2007', 'Tablet Companion', 5, 14, 5],
  ['P2008', 'Watch Companion', 1, 9, 8],
  ['P2009', 'Limitless', 999, 92, 0.5],
] as const;

export const plans: Readonly<Record<string, Plan>> = Object.fromEntries(
  offers.map(([plan_id, name, gigabytes, price, refuel]) => [
    plan_id,
    {
      plan_id,
      name,
      data_limit_gb: gigabytes,
      price_per_month: price,
      data_refueling_price_per_gb: refuel,
    },
  ]),
);

type DeviceType = TelecomDb['devices'][string]['device_type'];

/** Models of each kind, and the plans that people have with them. */
export const models: Readonly<
  Record<
    'phone' | 'tablet' | 'watch',
    { readonly names: readonly string[]; readonly plans: readonly string[] }
  >
> = {
  phone: {
    names: [
      'Aurora X2',
      'Aurora X2 Mini',
      'Kestrel 5',
      'Kestrel 5 Pro',
      'Kestrel 4a',
      'Meridian One',
      'Meridian Fold',
      'Tamarin A3',
      'Tamarin A3 Lite',
      'Solis 9',
      'Solis 9 Ultra',
      'Juniper 7',
    ],
    plans: ['P2001', 'P2002', 'P2002', 'P2003', 'P2003', 'P2004', 'P2004', 'P2005', 'P2006', 'P2009'],
  },
  tablet: {
    names: ['Aurora Pad', 'Kestrel Tab 10', 'Meridian Slate', 'Solis Canvas'],
    plans: ['P2007', 'P2007', 'P2002'],
  },
  watch: { names: ['Solis Watch', 'Aurora Band', 'Juniper Time'], plans: ['P2008'] },
} satisfies Partial<Record<DeviceType, unknown>>;
