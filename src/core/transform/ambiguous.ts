import { candidatesOf, changedRows, checkAssertion, fulfilment, sameJson } from '../environment/index.ts';
import type { Assertion, Domain, Intent, Json, JsonObject, Random, State } from '../environment/index.ts';
import {
  afterCalls,
  extend,
  fits,
  judgeCalls,
  pickAttributes,
  slotContext,
  viable,
  type Mentions,
} from '../explore/index.ts';
import { contextOf, reword } from './program.ts';
import { mentionOf } from './wording.ts';
import { openingMentions, requestValues } from './goal.ts';
import type { HiddenSlot } from './task.ts';
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

/**
 * The chance of passing by a guess: the better of picking slot by slot and of picking one of the complete ways.
 * A guesser may leave out what a rule or the tool forbids. Ways that end like the right one count as right.
 */
export function guessChance(
  domain: Domain,
  state: State,
  userId: string,
  requests: readonly Request[],
  hidden: readonly HiddenSlot[],
): number {
  return requests.reduce((chance, request) => {
    const intent = domain.intent(request.intent);
    if (intent === undefined || !hidden.some((slot) => slot.request === request.id)) return chance;
    const values = requestValues(request);
    const demands = intent.assertions?.(slotContext(state, userId, values));
    const right = outcomeOf(domain, state, userId, intent, values, demands);
    const found = guesses(domain, state, userId, intent, request, (values) =>
      sameJson(outcomeOf(domain, state, userId, intent, values, demands), right),
    );
    return chance * Math.max(found.chance, found.ways === 0 ? 1 : found.right / found.ways);
  }, 1);
}

/**
 * What filling an intent leads to, as far as it is judged: changed rows, or the answer. With assertions, which of
 * them hold, and the rows that are not the user's own.
 */
function outcomeOf(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  values: Readonly<Record<string, Json>>,
  demands: readonly Assertion[] | undefined,
): Json {
  const context = slotContext(state, userId, values);
  if (intent.answer !== undefined) return intent.answer(context).map((fact) => fact.value);
  const calls = fulfilment(intent, context);
  if (calls.length === 0) return null;
  const end = afterCalls(domain, state, calls);
  const rows = changedRows(state, end);
  if (demands === undefined) return rows;
  const own: readonly string[] = domain.userSide?.tables ?? [];
  const compared = Object.fromEntries(Object.entries(rows).filter(([table]) => !own.includes(table)));
  return { compared, met: demands.map((demand) => isMet(domain, end, demand)) };
}

function isMet(domain: Domain, state: State, demand: Assertion): boolean {
  const finding = checkAssertion(domain, state, demand);
  return finding.evaluated && finding.met;
}

interface Guesses {
  /** Complete ways that rules and tool allow. */
  readonly ways: number;
  readonly right: number;
  /** Chance of being right when every open slot is picked at random, one after the other. */
  readonly chance: number;
}

function guesses(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  request: Request,
  isRight: (values: Readonly<Record<string, Json>>) => boolean,
): Guesses {
  const mentions = openingMentions(request);
  let budget = MAX_WAYS;
  const visit = (values: Record<string, Json>, i: number): Guesses => {
    const slot = intent.slots[i];
    const context = slotContext(state, userId, values);
    if (slot === undefined) {
      budget -= 1;
      if (!isAllowed(domain, state, userId, intent, values)) return { ways: 0, right: 0, chance: 0 };
      const right = Number(isRight(values));
      return { ways: 1, right, chance: right };
    }
    const branches: Guesses[] = [];
    for (const candidate of viable(intent, context, i, mentions)) {
      if (budget <= 0) break;
      const branch = visit({ ...values, [slot.name]: candidate.value }, i + 1);
      if (branch.ways > 0) branches.push(branch);
    }
    const sum = (of: (branch: Guesses) => number) =>
      branches.reduce((total, branch) => total + of(branch), 0);
    return {
      ways: sum((branch) => branch.ways),
      right: sum((branch) => branch.right),
      chance: branches.length === 0 ? 0 : sum((branch) => branch.chance) / branches.length,
    };
  };
  return visit({}, 0);
}

const MAX_WAYS = 400;

function isAllowed(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  values: Readonly<Record<string, Json>>,
): boolean {
  if (intent.missingTool !== undefined || intent.answer !== undefined) return true;
  const calls = fulfilment(intent, slotContext(state, userId, values));
  const judged = judgeCalls(domain, state, calls, userId);
  return calls.length > 0 && judged.toolAccepts && judged.broken.length === 0;
}

/** Distinct calls that fit the opening and that rules and tool allow, at most {@link MAX_WAYS}. Information: distinct values. */
export function allowedCompletions(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  request: Request,
): Record<string, Json>[] {
  const mentions = openingMentions(request);
  const found: Record<string, Json>[] = [];
  const visit = (values: Record<string, Json>, i: number): void => {
    if (found.length >= MAX_WAYS) return;
    const slot = intent.slots[i];
    const context = slotContext(state, userId, values);
    if (slot !== undefined) {
      for (const candidate of viable(intent, context, i, mentions))
        visit({ ...values, [slot.name]: candidate.value }, i + 1);
      return;
    }
    if (isAllowed(domain, state, userId, intent, values)) found.push(values);
  };
  visit({}, 0);
  return found;
}
