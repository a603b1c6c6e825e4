import { z } from 'zod';
import { assertionsFor, ToolError } from '#core/environment/index.ts';
import { networkStatuses, phoneRow } from './phone.ts';
import type { TelecomDb } from './schema.ts';
import { getBill, getCustomer, getTargetLine } from './tools/lookup.ts';
import { canSendMms, mobileDataWorks, mobileSpeed } from './userTools/radio.ts';

const onPhone = assertionsFor<TelecomDb>('user');
const onAccount = assertionsFor<TelecomDb>('assistant');
const expected = z.strictObject({ expected_status: z.boolean() });
const line = z.strictObject({ customer_id: z.string(), line_id: z.string() });

/** What tasks may demand of the end state, under the reference's names. */
export const telecomAssertions = [
  onPhone({
    name: 'assert_airplane_mode_status',
    description: 'Airplane mode is on: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) => phoneRow(db, 'network').airplane_mode === expected_status,
  }),
  onPhone({
    name: 'assert_service_status',
    description: 'The phone is {expected_status}.',
    parameters: z.strictObject({ expected_status: z.string() }),
    holds(db, { expected_status }) {
      if (!networkStatuses.some((status) => status === expected_status))
        throw new ToolError(`'${expected_status}' is not a valid NetworkStatus`);
      return phoneRow(db, 'network').network_connection_status === expected_status;
    },
  }),
  onPhone({
    name: 'assert_mobile_data_status',
    description: 'Mobile data works: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) => mobileDataWorks(db) === expected_status,
  }),
  onPhone({
    name: 'assert_mobile_roaming_status',
    description: 'Data roaming is on: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) => phoneRow(db, 'mobile_data').roaming_enabled === expected_status,
  }),
  onPhone({
    name: 'assert_mobile_data_saver_mode_status',
    description: 'Data Saver is on: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) => phoneRow(db, 'mobile_data').data_saver_mode === expected_status,
  }),
  onPhone({
    name: 'assert_internet_speed',
    description: 'Mobile data runs at {expected_speed} Mbps or more, {expected_desc}.',
    parameters: z.strictObject({
      expected_speed: z.number(),
      expected_desc: z.string().nullable().default(null),
    }),
    holds(db, { expected_speed, expected_desc }) {
      const speed = mobileSpeed(db);
      const words = speed?.words ?? 'No Connection';
      return (
        (speed?.mbps ?? 0) >= expected_speed &&
        (expected_desc === null || words.toLowerCase() === expected_desc.toLowerCase())
      );
    },
  }),
  onPhone({
    name: 'assert_internet_not_excellent',
    description: 'Mobile data is not excellent.',
    parameters: z.strictObject({}),
    holds: (db) => mobileSpeed(db)?.words !== 'Excellent',
  }),
  onPhone({
    name: 'assert_can_send_mms',
    description: 'Picture messages can be sent: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) => canSendMms(db) === expected_status,
  }),
  onPhone({
    name: 'assert_mobile_data_usage_exceeded',
    description: 'The data of the line is used up: {expected_status}.',
    parameters: expected,
    holds: (db, { expected_status }) =>
      phoneRow(db, 'surroundings').mobile_data_usage_exceeded === expected_status,
  }),
  onAccount({
    name: 'assert_data_refueling_amount',
    description: 'Line {line_id} was refueled with {expected_amount} GB.',
    parameters: line.extend({ expected_amount: z.number() }),
    holds: (db, { customer_id, line_id, expected_amount }) =>
      Math.abs(getTargetLine(db, customer_id, line_id).data_refueling_gb - expected_amount) < 1e-6,
  }),
  onAccount({
    name: 'assert_line_status',
    description: 'Line {line_id} is {expected_status}.',
    parameters: line.extend({ expected_status: z.string() }),
    holds: (db, { customer_id, line_id, expected_status }) =>
      getTargetLine(db, customer_id, line_id).status === expected_status,
  }),
  onAccount({
    name: 'assert_overdue_bill_exists',
    description: 'Bill {overdue_bill_id} is overdue.',
    parameters: z.strictObject({ customer_id: z.string(), overdue_bill_id: z.string() }),
    holds(db, { customer_id, overdue_bill_id }) {
      if (!getCustomer(db, customer_id).bill_ids.includes(overdue_bill_id))
        throw new ToolError(`Overdue bill ${overdue_bill_id} not found`);
      if (getBill(db, overdue_bill_id).status !== 'Overdue')
        throw new ToolError(`Overdue bill ${overdue_bill_id} is not overdue`);
      return true;
    },
  }),
  onAccount({
    name: 'assert_no_overdue_bill',
    description: 'Bill {overdue_bill_id} is paid, or does not exist.',
    parameters: z.strictObject({ overdue_bill_id: z.string() }),
    holds: (db, { overdue_bill_id }) => (db.get('bills', overdue_bill_id)?.status ?? 'Paid') === 'Paid',
  }),
];
