import type { Domain, Intent, JsonObject, Random, Slot } from '../environment/index.ts';
import type { Mention, Request } from './userProgram.ts';

const greetings = ['Hi,', 'Hello,', 'Hi there,', 'Good morning,', 'Hey,', 'Hello there,', ''];
const bridges = [
  'Also,',
  'And one more thing:',
  'While I have you,',
  'On top of that,',
  'There is something else:',
];
const remarks = [
  'I have tried to do this myself, without luck.',
  'Sorry if I sound rushed, I am between meetings.',
  'I hope your day is going better than mine.',
  'It has been a long week.',
  'I am writing from my phone, so excuse any typos.',
];

/** The user's words for attributes of a slot's value. */
export function mentionOf(
  slot: Slot,
  attributes: JsonObject,
  value: Mention['value'],
  random: Random,
): Mention {
  const spoken = value !== undefined && Object.keys(attributes).length === 0 ? { value } : attributes;
  const text = slot.phrase(spoken, random);
  return value === undefined ? { attributes, text } : { attributes, value, text };
}

/**
 * Fills an opening template: `{slot}` becomes the mention's words, and a `[group]` goes when a slot inside it is
 * not mentioned. A slot outside every group that is not mentioned becomes the slot's vague words.
 */
export function fillTemplate(
  template: string,
  intent: Intent,
  texts: Readonly<Record<string, string | undefined>>,
  random: Random,
): string {
  const inner = template.replace(/\[([^\]]*)\]/g, (_, group: string) =>
    placeholders(group).every((slot) => texts[slot] !== undefined) ? group : '',
  );
  const filled = inner.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = texts[name];
    if (text !== undefined) return text;
    const vague = intent.slots.find((slot) => slot.name === name)?.vague ?? [];
    return vague.length === 0 ? 'something' : random.pick(vague);
  });
  return tidy(filled);
}

/** The slot names in a template. */
export function placeholders(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

/** The user's sentence for one request, saying only what `mentions` holds. */
export function requestSentence(
  intent: Intent,
  mentions: Readonly<Record<string, Mention>>,
  random: Random,
): string {
  // What takes no words is left out of the sentence.
  const said = Object.entries(mentions).filter(([, mention]) => mention.text !== '');
  const texts = Object.fromEntries(said.map(([slot, mention]) => [slot, mention.text]));
  // Prefer templates that say everything that is to be said, then those with the fewest vague words.
  const ranked = random.shuffle(intent.opening).map((template) => {
    const slots = new Set(placeholders(template));
    const unsaid = Object.keys(texts).filter((slot) => !slots.has(slot)).length;
    const required = placeholders(template.replace(/\[[^\]]*\]/g, ''));
    return { template, cost: unsaid * 10 + required.filter((slot) => texts[slot] === undefined).length };
  });
  const [best] = ranked.sort((a, b) => a.cost - b.cost);
  return fillTemplate(best?.template ?? intent.title, intent, texts, random);
}

/** The first message: greeting, who they are (or not yet), what they want, and remarks that do not matter. */
export function openingText(
  domain: Domain,
  requests: readonly Request[],
  identity: string | null,
  distractors: number,
  random: Random,
): string {
  const links = random.shuffle(bridges);
  const sentences = requests.map((request, i) => {
    const intent = domain.intent(request.intent);
    if (intent === undefined)
      throw new TypeError(`openingText: no intent '${request.intent}' in ${domain.id}`);
    const said = Object.fromEntries(
      Object.entries(request.slots).flatMap(([slot, entry]) =>
        entry.opening === null ? [] : [[slot, entry.opening]],
      ),
    );
    const sentence = requestSentence(intent, said, random);
    return i === 0 ? sentence : `${links[(i - 1) % links.length] ?? ''} ${lowerFirst(sentence)}`;
  });
  const parts = [random.pick(greetings), ...sentences];
  const { signedIn = false } = domain.identity;
  if (identity !== null && !signedIn) parts.splice(random.chance(0.5) ? 1 : parts.length, 0, identity);
  random
    .shuffle(remarks)
    .slice(0, distractors)
    .forEach((remark) => parts.push(remark));
  const text = tidy(
    parts
      .filter((part) => part !== '')
      .map(capitalAfterStop)
      .join(' '),
  );
  return signedIn && identity !== null ? `${text}\n${identity}` : text;
}

/** The user's words for who they are. */
export function identityText(
  phrases: readonly string[],
  facts: Readonly<Record<string, string>>,
  random: Random,
): string {
  return random.pick(phrases).replace(/\{(\w+)\}/g, (_, fact: string) => facts[fact] ?? '');
}

// "I" and its contractions keep their capital; everything else follows the comma or colon before it.
function lowerFirst(sentence: string): string {
  return /^(I\b|[A-Z]{2})/.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function capitalAfterStop(part: string, index: number, parts: readonly string[]): string {
  const previous = parts[index - 1];
  if (previous !== undefined && /[,:]$/.test(previous)) return lowerFirst(part);
  return part.charAt(0).toUpperCase() + part.slice(1);
}

function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.!?;:])/g, '$1')
    .replace(/([.!?])\1+/g, '$1')
    .trim();
}
