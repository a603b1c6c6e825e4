import { choiceSlot } from '#core/environment/index.ts';
import type { RetailDb } from '../../schema.ts';

/** What people say for a reason; the last two are reasons that the store does not accept. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'no longer needed': ['"no longer needed" as the reason', 'the reason "no longer needed"'],
  'ordered by mistake': ['"ordered by mistake" as the reason', 'the reason "ordered by mistake"'],
  'found a better price': [
    '"found a better price" as the reason',
    'a lower price at another store as the reason',
  ],
  'delivery takes too long': [
    '"delivery takes too long" as the reason',
    'the long delivery time as the reason',
  ],
};

/** Why an order is to be cancelled. */
export const reasonSlot = choiceSlot<RetailDb>({
  name: 'reason',
  title: 'reason for the cancellation',
  question: [
    'What is the reason for the cancellation?',
    'Why would you like to cancel it?',
    'May I ask for the reason?',
  ],
  choices: Object.keys(reasons),
  phrase: (reason, random) => random.pick(reasons[reason] ?? [`"${reason}" as the reason`]),
});
