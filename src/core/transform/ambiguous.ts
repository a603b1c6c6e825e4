import { candidatesOf, sameJson } from '../environment/index.ts';
import type { Intent, JsonObject, Random, State } from '../environment/index.ts';
import { extend, fits, pickAttributes, slotContext, viable, type Mentions } from '../explore/index.ts';
import { contextOf, reword } from './program.ts';
import { mentionOf } from './wording.ts';
import { openingMentions, requestValues } from './goal.ts';
import type { HiddenSlot } from './task.ts';
import { guessChance } from './ways.ts';
import { isTwistKind, type Transform, type TransformInput, type Twist } from './transform.ts';
import type { Request, SlotEntry } from './userProgram.ts';

/** A slot is only hidden when its guess is worth less than this. */
const MAX_CHANCE = 0.34;
const MAX_COMBINATIONS = 24;

/**
 * Leaves something out of the opening that decides the end state. The user holds it and gives it when asked.
 * Kinds: a missing slot; a vague reference that fits several records; an unstated preference among options.
 */
export const ambiguous: Transform = {
  id: 'ambiguous',
  condition: 'ambiguous',
  title: 'Ambiguous',
  description: 'The opening leaves out something that decides the end state; the user gives it when asked.',
  *apply(input: TransformInput): Generator<Twist> {
    const options = input.twist.program.requests.flatMap((request) => hideable(input, request));
    const wanted = input.knobs.hiddenSlots ?? input.random.pick([1, 1, 2, 2, 3]);
    for (const combination of combinations(options, wanted, input.random)) {
      const twist = hide(input, combination);
      if (twist !== undefined) yield twist;
    }
  },
};

/** One way to say less about one slot. */
interface Hiding {
  readonly request: Request;
  readonly intent: Intent;
  readonly slot: string;
  readonly kind: HiddenSlot['kind'];
  /** What is still said; null for nothing. */
  readonly attributes: JsonObject | null;
}

function hideable(input: TransformInput, request: Request): Hiding[] {
  const intent = input.domain.intent(request.intent);
  if (intent === undefined || input.twist.outcomes[request.id] !== undefined) return [];
  const userId = input.twist.program.userId;
  const values = requestValues(request);
  return intent.slots.flatMap((slot): Hiding[] => {
    const entry = request.slots[slot.name];
    if (entry === undefined || entry.opening === null || isRevised(input.twist, request.id, slot.name))
      return [];
    const context = contextOf(input.state, userId, intent, values, slot.name);
    const candidates = candidatesOf(slot, context);
    const own = candidates.find((candidate) => sameJson(candidate.value, entry.value));
    if (own === undefined || candidates.length < 2) return [];
    const base = { request, intent, slot: slot.name };
    const nothing: Hiding = {
      ...base,
      kind: slot.preference ? 'unstated-preference' : 'missing-slot',
      attributes: null,
    };
    const vague = slot.referBy.flatMap((names): Hiding[] => {
      const attributes = pickAttributes(own, names);
      if (attributes === undefined || candidates.filter((other) => fits(other, attributes)).length < 2)
        return [];
      return [{ ...base, kind: slot.preference ? 'unstated-preference' : 'vague-reference', attributes }];
    });
    return [nothing, ...vague];
  });
}

// A slot that a change will set anyway decides nothing.
function isRevised(twist: Twist, request: string, slot: string): boolean {
  return twist.program.changes.some(
    (change) => change.remove.includes(request) || change.set[request]?.[slot] !== undefined,
  );
}

function* combinations(options: readonly Hiding[], wanted: number, random: Random): Generator<Hiding[]> {
  for (let i = 0; i < MAX_COMBINATIONS && options.length > 0; i += 1) {
    const chosen: Hiding[] = [];
    for (const option of random.shuffle(options)) {
      if (chosen.length === wanted) break;
      if (!chosen.some((other) => other.request.id === option.request.id && other.slot === option.slot))
        chosen.push(option);
    }
    yield chosen;
  }
}

function hide(input: TransformInput, chosen: readonly Hiding[]): Twist | undefined {
  const { domain, twist, state, random } = input;
  const requests = twist.program.requests.map((request) => {
    const mine = chosen.filter((hiding) => hiding.request.id === request.id);
    return mine.reduce((edited, hiding) => withHidden(edited, hiding, random), request);
  });
  const hidden: HiddenSlot[] = [];
  const asked: Record<string, Request> = {};
  for (const request of requests) {
    if (!chosen.some((hiding) => hiding.request.id === request.id)) continue;
    const intent = domain.intent(request.intent);
    if (intent === undefined) return undefined;
    const open = openSlots(state, twist.program.userId, intent, request);
    for (const { slot, fits: count } of open) {
      const hiding = chosen.find((other) => other.request.id === request.id && other.slot === slot);
      // Saying less about one slot may leave another one open; the kinds then would not say what happened.
      if (hiding === undefined) return undefined;
      hidden.push({ request: request.id, slot, kind: hiding.kind, fits: count });
    }
    asked[request.id] = request;
  }
  if (
    hidden.length !== chosen.length ||
    guessChance(domain, state, twist.program.userId, requests, hidden) > MAX_CHANCE
  )
    return undefined;
  const distractors = input.knobs.distractors ?? twist.knobs.distractors ?? 0;
  return {
    ...twist,
    program: reword(domain, { ...twist.program, requests }, random, distractors),
    conditions: [...twist.conditions.filter((condition) => condition !== 'general'), 'ambiguous'],
    kinds: [...twist.kinds.filter(isTwistKind), ...new Set(hidden.map(({ kind }) => kind))],
    transforms: [...twist.transforms, ambiguous.id],
    hidden: [...twist.hidden, ...hidden],
    knobs: { ...twist.knobs, hidden_slots: hidden.length },
  };
}

function withHidden(request: Request, hiding: Hiding, random: Random): Request {
  const entry = request.slots[hiding.slot];
  const slot = hiding.intent.slots.find(({ name }) => name === hiding.slot);
  if (entry === undefined || slot === undefined) return request;
  const opening = hiding.attributes === null ? null : mentionOf(slot, hiding.attributes, undefined, random);
  const hidden: SlotEntry = { ...entry, opening, reveal: 'when_asked' };
  return { ...request, slots: { ...request.slots, [hiding.slot]: hidden } };
}

/** The slots that the opening leaves open, once the records were read, with the number of values that fit. */
export function openSlots(
  state: State,
  userId: string,
  intent: Intent,
  request: Request,
): { slot: string; fits: number }[] {
  const mentions: Record<string, Mentions[string]> = { ...openingMentions(request) };
  let context = slotContext(state, userId, {});
  return intent.slots.flatMap((slot, i) => {
    const count = viable(intent, context, i, mentions).length;
    const entry = request.slots[slot.name];
    if (entry === undefined) return [];
    context = extend(context, slot.name, entry.value);
    // From here on the reader knows the answer.
    mentions[slot.name] = entry.mention;
    return count > 1 ? [{ slot: slot.name, fits: count }] : [];
  });
}
