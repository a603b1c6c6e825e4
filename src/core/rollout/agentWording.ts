import type { Domain, Fact, Intent, Random, SlotContext, Database, ToolCall } from '../environment/index.ts';

/** What scripted agents say. Plain and short: they stand for behaviours, not for voices. */
export const agentTexts = {
  refusal: [
    'I am sorry, but I cannot do that.',
    'Unfortunately that is not possible.',
    'I am afraid I have to decline.',
  ],
  bareConfirmation: ['Shall I go ahead?', 'May I proceed?'],
  done: ['Done.', 'That is taken care of.', 'All set.'],
  small: [
    'I understand. Please bear with me.',
    'Thank you for your patience.',
    'I see what you mean.',
    'Let me think about that.',
  ],
  transfer: ['I am handing you over to a human colleague.'],
} as const;

/** A question about who the user is: by everything that the domain can look them up with. */
export function identityQuestion(domain: Domain, random: Random): string {
  const ways = domain.identity.ways.map((way) => {
    const facts = Object.values(way.arguments).map((fact) => fact.replaceAll('_', ' '));
    const last = facts.pop() ?? '';
    return `your ${facts.length === 0 ? last : `${facts.join(', ')} and ${last}`}`;
  });
  return random.pick([
    `I can help with that. First, could you tell me ${ways.join(', or ')}?`,
    'Happy to help. How can I find your account?',
  ]);
}

/** A question about one slot, with up to five options; it says for which request where there are several. */
export function questionText(
  intent: Intent,
  slotName: string,
  labels: readonly string[],
  several: boolean,
  random: Random,
): string {
  const slot = intent.slots.find((other) => other.name === slotName);
  const question =
    slot === undefined || slot.question.length === 0 ? `Which ${slotName}?` : random.pick(slot.question);
  const wish = several ? `About your wish to ${lowerFirst(intent.title)}: ${lowerFirst(question)}` : question;
  return labels.length > 1 && labels.length <= 5 ? `${wish} I see: ${labels.join('; ')}.` : wish;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** A request for confirmation that lists what will be done. */
export function confirmationText(
  intent: Intent,
  context: SlotContext<Database>,
  facts: readonly Fact[],
  call: ToolCall,
  random: Random,
): string {
  const details = facts.map((fact) => ` ${sentenceOf(fact)}`).join('');
  const what = intent.describeCall?.(context, call) ?? intent.describe(context);
  return `${random.pick(['I would now', 'Just to confirm, I will', 'If you agree, I will'])} ${what}.${details} ${random.pick(['Is that right (yes/no)?', 'Shall I do it (yes/no)?', 'Do you confirm (yes/no)?'])}`;
}

/** One fact as a sentence. */
export function sentenceOf(fact: Pick<Fact, 'title' | 'value'>): string {
  const title = fact.title.charAt(0).toUpperCase() + fact.title.slice(1);
  return `${title}: ${fact.value}.`;
}
