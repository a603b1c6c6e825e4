import type { Domain, Random } from '../environment/index.ts';
import { requestSentence } from './wording.ts';
import { decisiveMentions } from './goal.ts';
import type { Change, Request, UserProgram } from './userProgram.ts';

/** A way to begin with another goal and to end with the trajectory's. */
export interface Revision {
  readonly initial: readonly Request[];
  readonly change: Omit<Change, 'text' | 'id' | 'kind'>;
  /** How the limit of a condition is said. */
  readonly limit?: string;
}

/** What the user says when a change fires. */
export function changeText(
  domain: Domain,
  program: UserProgram,
  { initial, change, limit = '' }: Revision,
  kind: Change['kind'],
  random: Random,
): string {
  const turn = random.pick(['Actually,', 'Wait,', 'Hold on,', 'Hmm, on second thought,', 'Sorry,']);
  const title = (id: string) => {
    const request = initial.find((other) => other.id === id) ?? change.add.find((other) => other.id === id);
    const intent = request === undefined ? undefined : domain.intent(request.intent);
    return (intent?.title ?? 'that').replace(/^[A-Z](?![A-Z])/, (first) => first.toLowerCase());
  };
  const sentences = change.add.map((request) => {
    const intent = domain.intent(request.intent);
    return intent === undefined ? '' : requestSentence(intent, statedMentions(request), random);
  });
  const values = Object.values(change.set).flatMap((slots) =>
    Object.values(slots).map((entry) => entry.mention.text),
  );
  const value = values.join(' and ');
  switch (kind) {
    case 'substitute':
      return `${turn} ${random.pick([`let's make that ${value} instead.`, `I would rather have ${value}.`, `please use ${value} instead.`, `I changed my mind: ${value}, please.`])}`;
    case 'condition-driven':
      return random.pick([
        `That is more than the ${limit} I had in mind. In that case, go with ${value} instead.`,
        `Oh, anything above ${limit} is too much for me. Let's take ${value} instead.`,
        `Hmm, I wanted to stay within ${limit}. Then please switch to ${value}.`,
      ]);
    case 'retract': {
      const what = change.remove.map(title).join(' and ');
      return `${turn} ${random.pick([`forget about my request to ${what}. Leave that as it is.`, `I no longer want to ${what}. Please drop that part.`, `let's not ${what} after all.`])}`;
    }
    case 'extend':
      return `${random.pick(['One more thing:', 'Oh, and before I forget:', 'Thanks. There is something else:', 'While we are at it:'])} ${lowerStart(sentences.join(' '))}`;
    case 'replace': {
      const what = change.remove.map(title).join(' and ');
      return `${turn} ${random.pick([`I do not want to ${what} any more.`, `forget what I said, please do not ${what}.`])} ${random.pick(['Instead,', 'What I want is this:', 'Rather,'])} ${lowerStart(sentences.join(' '))}`;
    }
    case 'emerge':
      return `${random.pick(['OK, that part works again. But now I see something else:', 'That helped, thanks. Only, there is another problem:', 'Good, that is sorted. Now that it is, I notice this:'])} ${lowerStart(sentences.join(' '))}`;
    case 'reorder': {
      const [first = '', second = ''] = (change.order ?? program.requests.map((request) => request.id)).map(
        title,
      );
      return `${turn} ${random.pick([`please ${first} first, and only then ${second}.`, `the order matters to me: first ${first}, after that ${second}.`])}`;
    }
  }
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
