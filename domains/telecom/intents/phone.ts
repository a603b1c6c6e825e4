import type { Assertion, IntentSpec, Json, SlotSpec, ToolCall } from '#core/environment/index.ts';
import { gigabytes, isUsedUp, lineInHand, money, type Context, type Db } from '../lookup.ts';
import { phoneRow } from '../phone.ts';
import { MOST_REFUEL } from '../rules/lines.ts';
import type { Line, TelecomDb } from '../schema.ts';
import { canSendMms, mobileDataWorks, mobileSpeed } from '../userTools/radio.ts';
import { lineIn, refuelPrice, refuelQuote } from './lines.ts';
import { paymentWords } from './payments.ts';
import { repairs } from './repairs.ts';
import { amountSlot, details, lineSlot, textOf } from './slots.ts';

/** What a customer can notice, in the order in which one thing hides the next. */
const symptoms = ['no signal', 'no mobile data', 'slow mobile data', 'no picture messages'] as const;
export type Symptom = (typeof symptoms)[number];

const noticed: Readonly<Record<Symptom, (db: Db) => boolean>> = {
  'no signal': (db) => phoneRow(db, 'network').network_connection_status !== 'connected',
  'no mobile data': (db) => !mobileDataWorks(db),
  'slow mobile data': (db) => mobileDataWorks(db) && mobileSpeed(db)?.words !== 'Excellent',
  'no picture messages': (db) => !canSendMms(db),
};

const words: Readonly<Record<Symptom, readonly string[]>> = {
  'no signal': ['no signal at all', 'no service'],
  'no mobile data': ['no mobile data', 'no internet away from Wi-Fi'],
  'slow mobile data': ['very slow mobile data', 'painfully slow internet away from Wi-Fi'],
  'no picture messages': ['trouble sending picture messages', 'no way to send picture messages'],
};

export const symptomIn = ({ values }: Context): Symptom | undefined =>
  symptoms.find((symptom) => symptom === values.symptom);

const symptomSlot: SlotSpec<TelecomDb> = {
  name: 'symptom',
  title: 'problem',
  question: [
    'What exactly does not work?',
    'Could you tell me what the problem with your phone is?',
    'Is it the signal, mobile data, or picture messages?',
  ],
  vague: ['a problem', 'some trouble'],
  corrected: [
    'I looked again, and what I have is {value}',
    'I described it badly, what I really have is {value}',
    'now that I look closely, it is {value}',
  ],
  candidates: ({ db }) =>
    symptoms
      .filter((symptom) => noticed[symptom](db))
      .map((symptom) => ({ value: symptom, attributes: { symptom }, label: symptom })),
  referBy: [['symptom']],
  phrase: ({ symptom }, random) => random.pick(words[textOf(symptom) as Symptom] ?? ['']),
  reads: () => [],
};

/** Where they are; only they know, and it goes without saying at home. */
const placeSlot: SlotSpec<TelecomDb> = {
  name: 'place',
  title: 'place',
  question: ['Are you travelling abroad at the moment?'],
  candidates({ db }) {
    const place = phoneRow(db, 'surroundings').is_abroad ? 'abroad' : 'home';
    return [{ value: place, attributes: { place }, label: place }];
  },
  referBy: [['place']],
  phrase: ({ place }, random) =>
    place === 'abroad' ? random.pick(['abroad', 'in another country', 'travelling abroad']) : '',
  reads: () => [],
};

/** Whether more data is needed for what they want; the amount is theirs to choose. */
function topUps(context: Context): readonly number[] {
  const line = lineIn(context);
  const needs = symptomIn(context) !== 'no signal' && line !== undefined && isUsedUp(context.db, line);
  if (!needs) return [0];
  // What nothing is left of can still be asked for, and has to be refused.
  const left = MOST_REFUEL - line.data_refueling_gb;
  return [0.5, 1, 1.5, 2].filter((gb) => left <= 0 || gb <= left);
}

const onPhone = (name: string, args: Readonly<Record<string, Json>> = {}): ToolCall => ({
  name,
  arguments: args,
  requestor: 'user',
});

/** What is looked at before anything is changed: by the customer on the phone, by the agent on the account. */
function checksFor({ userId }: Context, line: Line, symptom: Symptom): ToolCall[] {
  const usage = { name: 'get_data_usage', arguments: { customer_id: userId, line_id: line.line_id } };
  const service = [
    onPhone('check_status_bar'),
    onPhone('check_network_status'),
    onPhone('check_sim_status'),
    onPhone('check_apn_settings'),
    details(line.line_id),
  ];
  const suspended =
    line.status === 'Active' ? [] : [{ name: 'get_bills_for_customer', arguments: { customer_id: userId } }];
  const data = [onPhone('run_speed_test'), usage, details(line.plan_id)];
  const speed = [
    onPhone('check_data_restriction_status'),
    onPhone('check_network_mode_preference'),
    onPhone('check_vpn_status'),
  ];
  const mms = [
    onPhone('can_send_mms'),
    onPhone('check_wifi_calling_status'),
    onPhone('check_app_permissions', { app_name: 'messaging' }),
  ];
  switch (symptom) {
    case 'no signal':
      return [...service, ...suspended];
    case 'no mobile data':
    case 'slow mobile data':
      return [...data, ...service, ...suspended, ...speed];
    case 'no picture messages':
      return [...mms, ...service, ...suspended, usage, details(line.plan_id)];
  }
}

const holds = (name: string, args: Assertion['call']['arguments']): Assertion => ({
  call: { name, arguments: args, requestor: 'user' },
  expected: true,
});

const demands: Readonly<Record<Symptom, readonly Assertion[]>> = {
  'no signal': [holds('assert_service_status', { expected_status: 'connected' })],
  'no mobile data': [
    holds('assert_mobile_data_status', { expected_status: true }),
    holds('assert_internet_speed', { expected_speed: 200, expected_desc: 'excellent' }),
  ],
  'slow mobile data': [holds('assert_internet_speed', { expected_speed: 200, expected_desc: 'excellent' })],
  'no picture messages': [holds('assert_can_send_mms', { expected_status: true })],
};

/** The phone in the customer's hands does not work, and mending it takes both sides. */
export const fixPhone: IntentSpec<TelecomDb> = {
  id: 'fix_phone',
  title: 'Get a phone to work',
  recall: 'have {line} mended',
  weight: 8,
  slots: [
    lineSlot({
      only: (line, { db, userId }) => lineInHand(db, userId)?.line_id === line.line_id,
      hide: ['status', 'plan', 'kind'],
      asPhone: true,
    }),
    symptomSlot,
    placeSlot,
    amountSlot('top_up', topUps),
  ],
  opening: [
    'I have {symptom} on {line}.[ I am {place} at the moment.][ If I need more data, add {top_up}.]',
    'There is {symptom} on {line}, and I need it to work.[ I should say that I am {place}.][ You may add {top_up} of data if that is what it takes.]',
    'Please help me with {line}: I have {symptom}.[ I am {place} right now, in case that matters.][ I would pay for {top_up} more data.]',
    'Since this morning I have had {symptom} on {line}.[ I am {place}.][ If data is the problem, I am fine with {top_up} more.]',
    '[I am {place}, and ]I have {symptom} on {line}. What can we do?[ I would take {top_up} of extra data.]',
  ],
  describe: (context) => `get your phone to work again (${textOf(context.values.symptom)})`,
  describeCall(context, call) {
    const payment = paymentWords(context, call);
    if (payment !== undefined) return payment;
    const number = lineIn(context)?.phone_number ?? '';
    if (call.name === 'refuel_data') {
      const gb = Number(call.arguments.gb_amount);
      return `add ${gigabytes(gb)} of data to line ${number} for ${money(refuelPrice(context, gb))}`;
    }
    return call.name === 'resume_line'
      ? `reactivate line ${number}`
      : `turn on roaming for line ${number}, at no cost`;
  },
  reads(context) {
    const [line, symptom] = [lineIn(context), symptomIn(context)];
    return line === undefined || symptom === undefined ? [] : checksFor(context, line, symptom);
  },
  calls: repairs,
  assertions(context) {
    const symptom = symptomIn(context);
    return symptom === undefined ? [] : demands[symptom];
  },
  quotes: (context) => (Number(context.values.top_up) > 0 ? refuelQuote(context, context.values.top_up) : []),
};
