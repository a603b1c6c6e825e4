/**
 * A user without a model: the agent's prose is read by rules over words, and the program's template words are said
 * as they are. Good enough to try an agent with; a trace says that it was read so, since prose has more ways to say
 * no than any list.
 */
import type { Request } from '../../transform/index.ts';
import type { AgentAct } from '../event.ts';
import type { ReadInput, UserSeat } from './seat.ts';
import { contradicted, servedSince, statedFacts } from './situation.ts';

const ASKS_YES =
  /\b(confirm|proceed|go ahead|shall i|should i|may i|would you like me to|do you want me to|is (that|this) (right|correct|ok|okay)|yes\/no|\(yes)\b/i;
const REFUSES =
  /\b(can(no|')t|cannot|unable to|not able to|not possible|isn't possible|not allowed|not permitted|not eligible|unfortunately|won't be able|against (our|the) policy|have to decline|must decline)\b/i;
const HANDS_OVER = /\b(transfer(ring|red)? you|hand(ing)? you over|connect(ing)? you (to|with) a human)\b/i;

export const ruleSeat: UserSeat = {
  id: 'rules',
  title: 'Scripted user, reading by rules',
  read: (input) => Promise.resolve({ acts: readByRules(input), note: null }),
  voice: ({ text }) => Promise.resolve({ text, faults: [], note: null }),
};

/** What a message does, as far as words tell. */
export function readByRules(input: ReadInput): AgentAct[] {
  const { text, open } = input;
  const acts: AgentAct[] = statedFacts(input);
  const asks =
    /\?/.test(text) || /\b(please|could you|can you) (tell|provide|share|give|let me know)\b/i.test(text);
  if (!input.isIdentified && asks && asksIdentity(input)) acts.push({ type: 'ask_identity' });
  for (const request of servedSince(input)) acts.push({ type: 'report_done', request: request.id });
  if (HANDS_OVER.test(text)) return [...acts, { type: 'transfer' }];
  const ended = new Set(acts.flatMap((act) => (act.type === 'report_done' ? [act.request] : [])));
  const left = open.filter(({ id }) => !ended.has(id));
  const about = mostAlike(input, left);
  if (about === undefined) return acts;
  if (ASKS_YES.test(text) && asks) {
    const tool = input.domain.intent(about.intent)?.tool ?? about.intent;
    const wrong = contradicted(input, about);
    acts.push({ type: 'ask_confirmation', request: about.id, tool, wrong });
    return acts;
  }
  const asked = asks ? askedSlots(input, about) : [];
  for (const slot of asked) acts.push({ type: 'ask_slot', request: about.id, slot });
  if (asked.length === 0 && REFUSES.test(text)) acts.push({ type: 'refuse', request: about.id, rule: null });
  return acts;
}

function asksIdentity({ domain, text }: ReadInput): boolean {
  const facts = domain.identity.ways.flatMap((way) => Object.values(way.arguments));
  const words = [...facts.flatMap((fact) => fact.split(/[_\s]/)), 'identity', 'verify', 'account'];
  return words.some((word) => word.length > 2 && new RegExp(`\\b${word}`, 'i').test(text));
}

/** The request that a message is about: the one with most of its words in it, or the first. */
function mostAlike(input: ReadInput, requests: readonly Request[]): Request | undefined {
  const score = (request: Request) => {
    const intent = input.domain.intent(request.intent);
    const labels = Object.values(request.slots).map(({ label }) => label);
    return wordsOf([intent?.title ?? '', ...labels].join(' ')).filter((word) =>
      input.text.toLowerCase().includes(word),
    ).length;
  };
  return [...requests].sort((a, b) => score(b) - score(a))[0];
}

function askedSlots({ domain, text }: ReadInput, request: Request): string[] {
  // Where a letter goes is another thing than where an e-mail goes.
  const lower = text.toLowerCase().replace(/\be-?mail address(es)?\b/g, 'email');
  return (domain.intent(request.intent)?.slots ?? [])
    .filter(
      ({ name, title }) =>
        request.slots[name] !== undefined && wordsOf(title).some((word) => lower.includes(word)),
    )
    .map(({ name }) => name);
}

const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
