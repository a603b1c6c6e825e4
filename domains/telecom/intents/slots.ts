import type { Candidate, Json, Random, SlotSpec, ToolCall } from '#core/environment/index.ts';
import { billsOf, deviceOf, gigabytes, linesOf, money, planOf, type Context, type Db } from '../lookup.ts';
import type { Bill, Line, TelecomDb } from '../schema.ts';

type Slot = SlotSpec<TelecomDb>;

export const details = (id: string): ToolCall => ({ name: 'get_details_by_id', arguments: { id } });
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export interface LineSlot {
  /** The lines that such a request can sensibly be about; all when absent. */
  readonly only?: (line: Line, context: Context) => boolean;
  /** Attributes that would tell what the request asks for. */
  readonly hide?: readonly string[];
  /** Whether somebody else's line can be asked for. */
  readonly foreign?: boolean;
  /** It is about the device more than about the line. */
  readonly asPhone?: boolean;
}

/** Which of their lines the user means. */
export function lineSlot({ only, hide = [], foreign = false, asPhone = false }: LineSlot = {}): Slot {
  return {
    name: 'line',
    title: 'line',
    question: [
      'Which line is this about?',
      'Which of your lines do you mean?',
      'Could you tell me which phone number or device it is about?',
    ],
    vague: ['one of my lines', 'a line of mine', 'one of the lines on my account'],
    candidates(context) {
      const own = linesOf(context.db, context.userId);
      return own
        .filter((line) => only?.(line, context) ?? true)
        .map((line) => lineCandidate(context.db, line, own));
    },
    ...(foreign ? { foreign: foreignLine(only) } : {}),
    referBy: [['model'], ['phone_number'], ['kind'], ['plan'], ['status']].filter(
      (names) => !names.some((name) => hide.includes(name)),
    ),
    phrase: asPhone ? phrasePhone : phraseLine,
    reads: lineReads,
  };
}

function lineCandidate(db: Db, line: Line, own: readonly Line[]): Candidate {
  const device = deviceOf(db, line);
  const twins = own.filter((other) => deviceOf(db, other)?.device_type === device?.device_type);
  return {
    value: line.line_id,
    attributes: {
      phone_number: line.phone_number,
      ...(device === undefined ? {} : { model: device.model }),
      // "My tablet" only means something to somebody who has one of them.
      ...(device === undefined || twins.length > 1 ? {} : { kind: device.device_type }),
      plan: planOf(db, line)?.name ?? line.plan_id,
      status: line.status.toLowerCase(),
    },
    label: `line ${line.phone_number} (${device?.model ?? 'no device'})`,
  };
}

/** A stranger's line for which the request would make sense. */
const foreignLine =
  (only: LineSlot['only']) =>
  (context: Context, random: Random): Candidate | undefined => {
    const { db, userId } = context;
    const ids = db.ids('lines');
    for (let tries = 0; tries < 40 && ids.length > 0; tries += 1) {
      const line = db.get('lines', random.pick(ids));
      if (line?.status !== 'Active' || only?.(line, context) === false) continue;
      if (db.get('customers', userId)?.line_ids.includes(line.line_id) !== false) continue;
      // All that is known of it is its id; its number would identify the stranger.
      return { value: line.line_id, attributes: { line_id: line.line_id }, label: `line ${line.line_id}` };
    }
    return undefined;
  };

function phrasePhone({ model, phone_number }: Readonly<Record<string, Json>>, random: Random): string {
  if (typeof model === 'string') return random.pick([`my ${model}`, `my phone, the ${model}`]);
  const number = textOf(phone_number);
  return random.pick([`my phone (${number})`, `the phone with the number ${number}`]);
}

function phraseLine(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { line_id, model, phone_number, kind, plan, status } = attributes;
  if (typeof line_id === 'string') return `line ${line_id}`;
  if (typeof phone_number === 'string')
    return random.pick([`the line with the number ${phone_number}`, `the number ${phone_number}`]);
  if (typeof model === 'string') return random.pick([`my ${model}`, `the line of my ${model}`]);
  if (typeof kind === 'string') return random.pick([`my ${kind}`, `the line of my ${kind}`]);
  if (typeof plan === 'string')
    return random.pick([`my line on the ${plan} plan`, `the line with the ${plan} plan`]);
  return random.pick([`my ${textOf(status)} line`, `the line that is ${textOf(status)}`]);
}

/** Lines are listed by id on the account; what they are in and cost is looked up only where it tells them apart. */
function lineReads({ db, userId }: Context, mentioned: Readonly<Record<string, Json>>): ToolCall[] {
  if (typeof mentioned.line_id === 'string') return [details(mentioned.line_id)];
  const own = linesOf(db, userId);
  const devices = 'model' in mentioned || 'kind' in mentioned;
  return [
    ...own.map((line) => details(line.line_id)),
    ...(devices ? own.flatMap((line) => (line.device_id === null ? [] : [details(line.device_id)])) : []),
    ...('plan' in mentioned ? [...new Set(own.map((line) => line.plan_id))].map(details) : []),
  ];
}

export interface BillSlot {
  readonly only?: (bill: Bill, context: Context) => boolean;
  readonly hide?: readonly string[];
}

/** Which of their bills the user means. */
export function billSlot({ only, hide = [] }: BillSlot = {}): Slot {
  return {
    name: 'bill',
    title: 'bill',
    question: ['Which bill do you mean?', 'Which of your bills is it about?', 'For which month is the bill?'],
    vague: ['one of my bills', 'a bill of mine', 'one of the bills on my account'],
    candidates: (context) =>
      billsOf(context.db, context.userId)
        .filter((bill) => only?.(bill, context) ?? true)
        .map((bill) => ({
          value: bill.bill_id,
          attributes: {
            month: monthOf(bill),
            status: bill.status.toLowerCase(),
            total: bill.total_due,
            bill_id: bill.bill_id,
          },
          label: `bill ${bill.bill_id} (${monthOf(bill)}, ${money(bill.total_due)}, ${bill.status.toLowerCase()})`,
        })),
    referBy: [['month'], ['status'], ['total'], ['bill_id'], ['month', 'status']].filter(
      (names) => !names.some((name) => hide.includes(name)),
    ),
    phrase: phraseBill,
    reads: ({ userId }) => [{ name: 'get_bills_for_customer', arguments: { customer_id: userId } }],
  };
}

const months: Readonly<Record<string, string>> = {
  '10': 'October',
  '11': 'November',
  '12': 'December',
  '01': 'January',
  '02': 'February',
  '03': 'March',
};

const monthOf = (bill: Bill): string =>
  months[bill.period_start.slice(5, 7)] ?? bill.period_start.slice(0, 7);

const statusWords: Readonly<Record<string, string>> = {
  draft: 'that is not out yet',
  issued: 'that is open',
  'awaiting payment': 'that awaits payment',
  paid: 'that I have paid',
  overdue: 'that is overdue',
  disputed: 'that is disputed',
};

function phraseBill(attributes: Readonly<Record<string, Json>>, random: Random): string {
  const { bill_id, month, status, total } = attributes;
  if (typeof bill_id === 'string') return random.pick([`bill ${bill_id}`, `my bill ${bill_id}`]);
  const clause = statusWords[textOf(status)];
  if (typeof month === 'string')
    return [random.pick([`my ${month} bill`, `the bill for ${month}`]), clause ?? ''].join(' ').trim();
  if (typeof total === 'number')
    return random.pick([`the bill over ${money(total)}`, `my bill of ${money(total)}`]);
  if (status === 'overdue') return random.pick(['my overdue bill', 'the bill that is overdue']);
  return `the bill ${clause ?? ''}`.trim();
}

/** How much data is to be added. Amounts that a rule forbids are among the choices. */
export function amountSlot(name: string, amounts: (context: Context) => readonly number[]): Slot {
  return {
    name,
    title: 'amount of data',
    question: ['How much data should I add?', 'How many gigabytes would you like to add?'],
    preference: true,
    candidates: (context) =>
      amounts(context).map((gb) => ({ value: gb, attributes: { gb }, label: gigabytes(gb) })),
    referBy: [['gb']],
    // Nothing to add is nothing to say.
    phrase: ({ gb }) => (typeof gb === 'number' && gb > 0 ? gigabytes(gb) : ''),
    reads: () => [],
  };
}
