import type { RuleSpec } from '#core/environment/index.ts';
import { TODAY } from '../clock.ts';
import { overdueOf } from '../lookup.ts';
import { PHONE, phoneRow } from '../phone.ts';
import type { TelecomDb } from '../schema.ts';
import { billRecord, billsWith, lineRecord, lineRule, lineWith } from './context.ts';

/** The most that a line can be refueled by in one cycle, in gigabytes. */
export const MOST_REFUEL = 2;

const amountOf = (value: unknown): number => (typeof value === 'number' ? value : NaN);

/** What holds for lines, and for the phone of a line. */
export const lineRules: readonly RuleSpec<TelecomDb>[] = [
  lineRule(
    {
      id: 'suspend.active',
      sentence: 'Only an active line can be suspended.',
      subject: 'state',
      tools: ['suspend_line'],
    },
    (line) =>
      line.status === 'Active'
        ? null
        : {
            reason: `Line ${line.line_id} is ${line.status.toLowerCase()}, not active.`,
            record: lineRecord(line),
            flip: lineWith(line, { status: 'Active', suspension_start_date: null }),
          },
  ),
  lineRule(
    {
      id: 'resume.suspended',
      sentence: 'Only a line that is suspended, or that waits for its activation, can be resumed.',
      subject: 'state',
      tools: ['resume_line'],
    },
    (line) =>
      line.status === 'Suspended' || line.status === 'Pending Activation'
        ? null
        : {
            reason: `Line ${line.line_id} is ${line.status.toLowerCase()}.`,
            record: lineRecord(line),
            flip: lineWith(line, { status: 'Suspended', suspension_start_date: TODAY }),
          },
  ),
  lineRule(
    {
      id: 'resume.paid',
      sentence: 'Lift a suspension only after the customer has paid all their overdue bills.',
      subject: 'state',
      tools: ['resume_line'],
    },
    (line, { db, userId }) => {
      const overdue = userId === null ? [] : overdueOf(db, userId);
      const [first] = overdue;
      if (line.status !== 'Suspended' || first === undefined) return null;
      return {
        reason: `Bill ${first.bill_id} is overdue.`,
        record: billRecord(first),
        flip: billsWith(overdue, 'Paid'),
      };
    },
  ),
  lineRule(
    {
      id: 'resume.contract',
      sentence:
        'A line whose contract has ended stays suspended, even if every bill is paid: hand the customer over.',
      subject: 'state',
      tools: ['resume_line'],
      response: 'transfer',
    },
    (line) => {
      const ended = line.contract_end_date;
      if (line.status !== 'Suspended' || ended === null || ended >= TODAY) return null;
      return {
        reason: `The contract of line ${line.line_id} ended on ${ended}.`,
        record: lineRecord(line),
        flip: lineWith(line, { contract_end_date: '2026-12-31' }),
      };
    },
  ),
  {
    id: 'refuel.positive',
    sentence: 'The amount of data to refuel must be more than nothing.',
    subject: 'choice',
    tools: ['refuel_data'],
    check: ({ call }) =>
      amountOf(call.arguments.gb_amount) > 0
        ? null
        : { reason: 'No data would be added.', flip: { arguments: { gb_amount: 1 } } },
  },
  lineRule(
    {
      id: 'refuel.limit',
      sentence: `A line can be refueled by ${MOST_REFUEL} GB in a billing cycle at most, all refuels together.`,
      subject: 'choice',
      tools: ['refuel_data'],
    },
    (line, { call }) => {
      const left = MOST_REFUEL - line.data_refueling_gb;
      if (left <= 0 || amountOf(call.arguments.gb_amount) <= left) return null;
      return {
        reason: `Line ${line.line_id} can be refueled by ${left} GB more in this cycle, and not by ${amountOf(call.arguments.gb_amount)} GB.`,
        record: lineRecord(line),
        flip: { arguments: { gb_amount: left } },
      };
    },
  ),
  lineRule(
    {
      id: 'refuel.spent',
      sentence: `A line that was refueled by ${MOST_REFUEL} GB in this billing cycle takes no more: hand the customer over if they need it.`,
      subject: 'state',
      tools: ['refuel_data'],
      response: 'transfer',
    },
    (line) =>
      line.data_refueling_gb < MOST_REFUEL
        ? null
        : {
            reason: `Line ${line.line_id} was refueled by ${line.data_refueling_gb} GB already.`,
            record: lineRecord(line),
            flip: lineWith(line, { data_refueling_gb: 0 }),
          },
  ),
  {
    id: 'sim.locked',
    sentence:
      'A SIM card that is locked by a PIN or PUK code cannot be unlocked from here: do not have the customer reseat it, hand them over.',
    subject: 'state',
    tools: ['reseat_sim_card'],
    response: 'transfer',
    check({ db }) {
      const sim = phoneRow(db, 'sim');
      const code = sim.sim_card_status === 'locked_pin' ? 'PIN' : 'PUK';
      if (sim.sim_card_status !== 'locked_pin' && sim.sim_card_status !== 'locked_puk') return null;
      return {
        reason: `The SIM card is locked by a ${code} code.`,
        record: { table: 'sim', id: PHONE },
        flip: { rows: { sim: { [PHONE]: { ...sim, sim_card_status: 'active' } } } },
      };
    },
  },
];
