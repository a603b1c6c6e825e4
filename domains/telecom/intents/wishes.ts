import { choiceSlot, type IntentSpec, type SlotSpec } from '#core/environment/index.ts';
import type { TelecomDb } from '../schema.ts';
import { billSlot, lineSlot } from './slots.ts';

/** A wish that no tool can serve. */
function wish(
  id: string,
  title: string,
  missingTool: { name: string; description: string },
  slots: readonly SlotSpec<TelecomDb>[],
  opening: readonly string[],
): IntentSpec<TelecomDb> {
  const described = `${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  return { id, title, missingTool, slots, opening, describe: () => described };
}

/** What customers ask for and nobody here can do. */
export const wishes: readonly IntentSpec<TelecomDb>[] = [
  wish(
    'change_plan',
    'Change the plan of a line',
    { name: 'change_plan', description: 'Puts a line on another plan.' },
    [
      lineSlot({ hide: ['plan'] }),
      choiceSlot({
        name: 'plan',
        title: 'plan',
        question: ['Which plan would you like?'],
        choices: ['Everyday', 'Weekender', 'Stream', 'Cinema', 'Roamer', 'Limitless'],
        phrase: (name) => `the ${name} plan`,
        vague: ['another plan'],
      }),
    ],
    [
      'Please move {line} to {plan}.',
      'I want to change {line} to {plan}.',
      'Can you switch {line} over to {plan}?',
      'I have decided on {plan} for {line}. Please set it up.',
      'Could you put {line} on {plan} from today?',
    ],
  ),
  wish(
    'extend_payment',
    'Get more time to pay a bill',
    { name: 'extend_due_date', description: 'Moves the due date of a bill.' },
    [billSlot({ only: ({ status }) => status === 'Overdue' || status === 'Issued' })],
    [
      'I cannot pay {bill} in time. Please give me two more weeks.',
      'Could you move the due date of {bill}?',
      'I need an extension for {bill}.',
      'Money is tight right now. Can I pay {bill} next month?',
      'Please let me pay {bill} a little later.',
    ],
  ),
  wish(
    'dispute_bill',
    'Dispute a bill',
    { name: 'open_dispute', description: 'Marks a bill as disputed and has it looked into.' },
    [billSlot({ only: ({ status }) => status === 'Overdue' || status === 'Issued' || status === 'Paid' })],
    [
      'There is a charge on {bill} that I never agreed to. I want to dispute it.',
      '{bill} is wrong. Please open a dispute.',
      'I do not accept {bill}. Can you have it reviewed?',
      'Please mark {bill} as disputed, it cannot be right.',
      'I would like to contest {bill}.',
    ],
  ),
  wish(
    'port_number',
    'Take a number to another carrier',
    { name: 'port_out_number', description: 'Releases a number to another carrier.' },
    [lineSlot()],
    [
      'I am switching carriers and want to take the number of {line} with me.',
      'Please release the number of {line} so that I can move it to another provider.',
      'I need a porting code for {line}.',
      'Can you port {line} out to another carrier?',
      'How do I take the number of {line} along to my new provider? Please start that.',
    ],
  ),
  wish(
    'replace_sim',
    'Get a new SIM card for a line',
    { name: 'order_sim_card', description: 'Sends a new SIM card for a line.' },
    [lineSlot()],
    [
      'The SIM card for {line} is damaged. Please send me a new one.',
      'I need a replacement SIM card for {line}.',
      'Could you mail a new SIM card for {line}?',
      'I lost the SIM card of {line} and need another.',
      'Please order a fresh SIM card for {line}.',
    ],
  ),
  wish(
    'forward_calls',
    'Forward the calls of a line',
    { name: 'set_call_forwarding', description: 'Sends the calls of one line to another number.' },
    [
      lineSlot(),
      choiceSlot({
        name: 'target',
        title: 'target of the calls',
        question: ['Where should the calls go?'],
        choices: ['voicemail', 'my office', 'my landline', 'my partner'],
        vague: ['somewhere else'],
      }),
    ],
    [
      'Please forward all calls on {line} to {target}.',
      'While I am away, calls to {line} should go to {target}. Can you set that up?',
      'Can you send the calls for {line} to {target}?',
      'I want {line} to ring through to {target}.',
      'Set up call forwarding from {line} to {target}, please.',
    ],
  ),
  wish(
    'end_contract',
    'Cancel the contract of a line',
    { name: 'cancel_contract', description: 'Ends the contract of a line.' },
    [lineSlot({ only: (line) => line.status !== 'Closed' })],
    [
      'I want to cancel the contract for {line}.',
      'Please terminate {line} for good.',
      'I no longer need {line} at all. End the contract, please.',
      'Could you close down {line} permanently?',
      'I would like to give notice for {line}.',
    ],
  ),
  wish(
    'block_numbers',
    'Block premium numbers on a line',
    { name: 'block_premium_numbers', description: 'Keeps a line from calling premium numbers.' },
    [lineSlot()],
    [
      'Please block premium numbers on {line}.',
      'My son ran up charges with premium calls. Can you block such numbers on {line}?',
      'Could you make sure that {line} cannot call premium numbers?',
      'I want a premium number block on {line}.',
      'Can you set {line} so that no expensive numbers can be called?',
    ],
  ),
];
