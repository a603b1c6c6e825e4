import type { Domain, Intent, Random } from '../environment/index.ts';
import { fillTemplate, requestSentence } from './wording.ts';
import { decisiveMentions } from './goal.ts';
import type { Change, Request, UserProgram } from './userProgram.ts';

/** A way to begin with another goal and to end with the trajectory's. */
export interface Revision {
  readonly initial: readonly Request[];
  readonly change: Omit<Change, 'text' | 'id' | 'kind'>;
  /** How the limit of a condition is said. */
  readonly limit?: string;
}

/** What the user says when a change fires. It has to be clear from the words alone what it is about. */
export function changeText(
  domain: Domain,
  program: UserProgram,
  { initial, change, limit = '' }: Revision,
  kind: Change['kind'],
  random: Random,
): string {
  const turn = random.pick(['Actually,', 'Wait,', 'Hold on,', 'Hmm, on second thought,', 'Sorry,']);
  const recall = (id: string) => {
    const request = initial.find((other) => other.id === id) ?? change.add.find((other) => other.id === id);
    const intent = request === undefined ? undefined : domain.intent(request.intent);
    return request === undefined || intent === undefined ? 'do that' : recalled(intent, request, random);
  };
  const sentences = change.add.map((request) => {
    const intent = domain.intent(request.intent);
    return intent === undefined ? '' : requestSentence(intent, statedMentions(request), random);
  });
  switch (kind) {
    case 'substitute': {
      const values = newValues(domain, initial, change.set);
      return `${turn} ${substituted(values, initial.length > 1, change.trigger, recall, random)}`;
    }
    case 'condition-driven': {
      const values = newValues(domain, initial, change.set);
      const instead = values.map(({ text }) => text).join(' and ');
      return random.pick([
        `That is more than the ${limit} I had in mind. In that case, go with ${instead} instead.`,
        `Oh, anything above ${limit} is too much for me. Let's take ${instead} instead.`,
        `Hmm, I wanted to stay within ${limit}. Then please switch to ${instead}.`,
      ]);
    }
    case 'emerge':
      return `${random.pick(['OK, that part works again. But now I see something else:', 'That helped, thanks. Only, there is another problem:', 'Good, that is sorted. Now that it is, I notice this:'])} ${lowerStart(sentences.join(' '))}`;
    case 'retract': {
      const what = change.remove.map(recall).join(' and ');
      return `${turn} ${random.pick([`I no longer want to ${what}. Please drop that part.`, `please do not ${what} after all.`, `I have changed my mind: I do not want to ${what} any more.`])}`;
    }
    case 'extend': {
      const links =
        change.trigger.type === 'tool_returned'
          ? ['Thanks. There is something else:', 'Great. One more thing:', 'While we are at it:']
          : ['One more thing:', 'Oh, and before I forget:', 'I nearly forgot:'];
      return `${random.pick(links)} ${lowerStart(sentences.join(' '))}`;
    }
    case 'replace': {
      const what = change.remove.map(recall).join(' and ');
      return `${turn} ${random.pick([`I do not want to ${what} any more.`, `forget what I said, please do not ${what}.`])} ${random.pick(['What I want is this:', 'Here is what I want instead:', 'This is what I need instead:'])} ${lowerStart(sentences.join(' '))}`;
    }
    case 'reorder': {
      const [first = '', second = ''] = (change.order ?? program.requests.map((request) => request.id)).map(
        recall,
      );
      return `${turn} ${random.pick([`please ${first} first, and only then ${second}.`, `the order matters to me: first ${first}, after that ${second}.`])}`;
    }
  }
}

/** "return the desk lamp": the request in a few words, with the values it began with. */
function recalled(intent: Intent, request: Request, random: Random): string {
  const texts = Object.fromEntries(
    Object.entries(request.slots).map(([slot, entry]) => [slot, entry.opening?.text]),
  );
  return fillTemplate(intent.recall ?? lowerStart(intent.title), intent, texts, random);
}

/** One value that a change sets, in words. */
interface NewValue {
  readonly request: string;
  /** With what it is a choice about, where there are several: "the blue version for the desk lamp". */
  readonly text: string;
  /** What it takes the place of; absent where the new value says it all. */
  readonly old: string | undefined;
  /** The domain's own words for such a correction. */
  readonly corrected: readonly string[] | undefined;
}

function newValues(domain: Domain, initial: readonly Request[], set: Change['set']): NewValue[] {
  return Object.entries(set).flatMap(([id, slots]) =>
    Object.entries(slots).map(([name, { mention }]): NewValue => {
      const request = initial.find((other) => other.id === id);
      const all = request === undefined ? [] : (domain.intent(request.intent)?.slots ?? []);
      const slot = all.find((other) => other.name === name);
      const said = (other: string) => request?.slots[other]?.opening?.text;
      const about = slot?.about === undefined ? undefined : said(slot.about);
      const value = { request: id, corrected: slot?.corrected };
      if (about === undefined)
        return { ...value, text: mention.text, old: slot?.open ? undefined : said(name) };
      const isOnly = all.filter((other) => other.about !== undefined).length === 1;
      return { ...value, text: isOnly ? mention.text : `${mention.text} for ${about}`, old: undefined };
    }),
  );
}

function substituted(
  values: readonly NewValue[],
  severalRequests: boolean,
  trigger: Change['trigger'],
  recall: (id: string) => string,
  random: Random,
): string {
  const all = values.map(({ text }) => text).join(' and ');
  const [first] = values;
  // When asked to confirm it is clear which request is meant.
  const recalling =
    severalRequests && trigger.type !== 'asked_to_confirm'
      ? `about my request to ${recall(first?.request ?? '')}: `
      : '';
  if (values.length === 1 && first?.corrected !== undefined)
    return `${recalling}${random.pick(first.corrected).replace('{value}', () => first.text)}.`;
  if (recalling !== '')
    return `${recalling}${random.pick([`please go with ${all} instead.`, `I would rather go with ${all}.`])}`;
  const old = first?.old;
  if (old !== undefined)
    return random.pick([`let's make that ${all} instead of ${old}.`, `I meant ${all}, not ${old}.`]);
  return random.pick([
    `let's make that ${all} instead.`,
    `please make it ${all} instead.`,
    `I changed my mind: ${all}, please.`,
  ]);
}

// A request that a change brings is said in full, except for what it hides.
function statedMentions(request: Request) {
  const all = decisiveMentions(request);
  return Object.fromEntries(
    Object.entries(request.slots).flatMap(([slot, entry]) => {
      const mention = entry.reveal === 'opening' ? all[slot] : entry.opening;
      return mention === null || mention === undefined ? [] : [[slot, mention]];
    }),
  );
}

const lowerStart = (sentence: string) =>
  /^(I\b|[A-Z]{2})/.test(sentence) ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);
