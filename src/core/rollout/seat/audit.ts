import { leaves } from '../../explore/index.ts';
import type { Request, SlotEntry } from '../../transform/index.ts';
import type { SimulatorFault } from '../event.ts';
import { says } from '../../environment/index.ts';
import type { VoiceInput } from './seat.ts';

type Fault = Omit<SimulatorFault, 'turn'>;

/**
 * Holds a user's words against the program: nothing hidden before its time, no value from nowhere, nothing turned
 * into its opposite, nothing left out, no early goodbye. Finds what is written in names, numbers and ids; a lie in
 * plain words alone escapes it.
 */
export function auditWords(input: VoiceInput, words: string): Fault[] {
  return [
    ...disclosures(input, words),
    ...inventions(input, words),
    ...contradictions(input, words),
    ...omissions(input, words),
    ...(input.acts.some((act) => act.type === 'stop') || !GOODBYE.test(words)
      ? []
      : [{ kind: 'early_stop' as const, detail: 'It says goodbye while something is open.' }]),
  ];
}

export const GOODBYE = /\b(good ?bye|bye|that('s| is| was) (all|everything)|never ?mind)\b/i;
export const NEGATION = /\b(no|not|don't|do not|nope|wrong|stop)\b/i;
export const YES = /\b(yes|yeah|yep|sure|ok|okay|correct|right|go ahead|please do|confirm|fine)\b/i;

/** What is in the open anyway: the conversation, and what may be said now. */
function knownText({ events, text }: VoiceInput): string {
  return [
    ...events.flatMap((event) =>
      event.type === 'user-message' || event.type === 'agent-message' ? [event.text] : [],
    ),
    text,
  ].join('\n');
}

function disclosures(input: VoiceInput, words: string): Fault[] {
  const known = knownText(input);
  return hiddenEntries(input).flatMap(({ slot, entry }): Fault[] => {
    const found = decisiveStrings(entry).find((value) => says(words, value) && !says(known, value));
    return found === undefined
      ? []
      : [{ kind: 'early_disclosure', detail: `${slot}: "${found}" was not to be said yet.` }];
  });
}

/** Slots that nobody has asked about, and everything that changes later. */
function hiddenEntries({ program, goal, events }: VoiceInput): { slot: string; entry: SlotEntry }[] {
  const answered = new Set(
    events.flatMap((event) =>
      event.type === 'user-message'
        ? event.acts.flatMap((act) => (act.type === 'answer' ? [`${act.request}.${act.slot}`] : []))
        : [],
    ),
  );
  const fired = new Set(events.flatMap((event) => (event.type === 'change-fired' ? [event.change] : [])));
  const ofRequest = (request: Request) =>
    Object.entries(request.slots).map(([slot, entry]) => ({ slot: `${request.id}.${slot}`, entry }));
  const later = program.changes
    .filter(({ id }) => !fired.has(id))
    .flatMap((change) => [
      ...change.add.flatMap(ofRequest),
      ...Object.entries(change.set).flatMap(([request, slots]) =>
        Object.entries(slots).map(([slot, entry]) => ({ slot: `${request}.${slot}`, entry })),
      ),
    ]);
  const now = goal
    .flatMap(ofRequest)
    .filter(({ slot, entry }) => entry.opening === null && !answered.has(slot));
  return [...now, ...later];
}

/** The strings that give a value away: its label, its words, and every text inside it. */
function decisiveStrings(entry: SlotEntry): string[] {
  const inside = leaves(entry.value).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return [...new Set([entry.label, entry.mention.text, ...inside])].filter((text) => text.length > 2);
}

function inventions(input: VoiceInput, words: string): Fault[] {
  return inventedIn(words, `${knownText(input)}\n${Object.values(input.program.identity).join('\n')}`);
}

/** Ids, amounts, numbers and addresses that nobody has mentioned. */
export function inventedIn(words: string, known: string): Fault[] {
  const found = distinctive(words).find((value) => !says(known, value));
  return found === undefined ? [] : [{ kind: 'invented_value', detail: `"${found}" comes from nowhere.` }];
}

function contradictions({ acts }: VoiceInput, words: string): Fault[] {
  const agrees = acts.some((act) => act.type === 'confirm');
  const declines = acts.some((act) => act.type === 'decline');
  if (agrees && !declines && NEGATION.test(words) && !YES.test(words))
    return [{ kind: 'contradiction', detail: 'The user agrees, and the words say no.' }];
  if (declines && !agrees && YES.test(words) && !NEGATION.test(words))
    return [{ kind: 'contradiction', detail: 'The user declines, and the words say yes.' }];
  return [];
}

/** Ids, amounts and numbers that the message has to say and does not. */
function omissions({ text }: VoiceInput, words: string): Fault[] {
  const missing = distinctive(text).find((value) => !says(words, value));
  return missing === undefined ? [] : [{ kind: 'omission', detail: `"${missing}" is missing.` }];
}

const DISTINCTIVE = /[\w.+-]+@[\w.-]+\w|[#$€]?\b[\w-]*\d[\w-]*(?:[.,:]\d+)*%?/g;

function distinctive(text: string): string[] {
  return [...new Set(text.match(DISTINCTIVE) ?? [])].filter((value) => value.length > 1);
}
