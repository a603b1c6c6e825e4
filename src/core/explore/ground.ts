import { applyCall, candidatesOf, remember, sameJson } from '../environment/index.ts';
import type {
  Candidate,
  Domain,
  Intent,
  Json,
  JsonObject,
  Random,
  Slot,
  SlotContext,
  Database,
  State,
  ToolCall,
} from '../environment/index.ts';
import { extend, fits, literalCandidate, pickAttributes } from './refer.ts';
import { brokenRules, type BrokenRule } from './rules.ts';

/** One slot filled during exploration: the candidate, and how a user can refer to it. */
export interface FilledSlot {
  readonly slot: Slot;
  readonly candidate: Candidate;
  /** Attributes that only this candidate has, among the slot's candidates. */
  readonly decisive: JsonObject;
}

/** One intent with its slots filled in a state, and what its call would do. */
export interface Grounding {
  readonly intent: Intent;
  readonly userId: string;
  readonly filled: readonly FilledSlot[];
  readonly values: Readonly<Record<string, Json>>;
  /** Absent for information requests. */
  readonly call: ToolCall | undefined;
  /** Rules about state, choice and ownership that the call breaks. */
  readonly broken: readonly BrokenRule[];
  /** Whether the tool runs the call; null when there is no tool or nothing to call. */
  readonly toolAccepts: boolean | null;
}

/** True when the request can be served as it stands. */
export function feasible(grounding: Grounding): boolean {
  if (grounding.intent.missingTool !== undefined) return false;
  return grounding.call === undefined || (grounding.toolAccepts === true && grounding.broken.length === 0);
}

/** What every slot function receives. */
export function slotContext(
  state: State,
  userId: string,
  values: Readonly<Record<string, Json>>,
): SlotContext<Database> {
  return { db: state, userId, values };
}

/** Options of {@link fillIntent}. */
export interface FillOptions {
  /** Values that are given; the other slots are sampled. */
  readonly fixed?: Readonly<Record<string, Json>>;
  /** The slot that is taken from somebody else's records. */
  readonly foreign?: string;
}

/**
 * Fills every slot of an intent for a user, at random among the candidates. Undefined when a slot has no
 * candidate, or none that a user could refer to without ambiguity.
 */
export function fillIntent(
  intent: Intent,
  state: State,
  userId: string,
  random: Random,
  options: FillOptions = {},
): FilledSlot[] | undefined {
  let context = slotContext(state, userId, {});
  const filled: FilledSlot[] = [];
  for (const slot of intent.slots) {
    const candidate = chooseCandidate(slot, context, random, options);
    if (candidate === undefined) return undefined;
    const decisive =
      options.foreign === slot.name
        ? candidate.attributes
        : decisiveAttributes(slot, context, candidate, random);
    if (decisive === undefined) return undefined;
    filled.push({ slot, candidate, decisive });
    context = extend(context, slot.name, candidate.value);
  }
  return filled;
}

function chooseCandidate(
  slot: Slot,
  context: SlotContext<Database>,
  random: Random,
  options: FillOptions,
): Candidate | undefined {
  if (options.foreign === slot.name) return slot.foreign?.(context, random);
  const fixed = options.fixed?.[slot.name];
  if (fixed !== undefined) {
    const known = candidatesOf(slot, context).find((candidate) => sameJson(candidate.value, fixed));
    return known ?? (slot.open ? literalCandidate(fixed, {}) : undefined);
  }
  if (slot.open && slot.sample !== undefined && random.chance(0.7)) return slot.sample(context, random);
  const candidates = candidatesOf(slot, context);
  if (candidates.length > 0) return random.pick(candidates);
  return slot.open ? slot.sample?.(context, random) : undefined;
}

/**
 * Attributes by which a user can name a candidate so that nothing else fits: one of the slot's natural ways if
 * one is decisive, else all attributes. Undefined when even those fit another candidate.
 */
export function decisiveAttributes(
  slot: Slot,
  context: SlotContext<Database>,
  candidate: Candidate,
  random: Random,
): JsonObject | undefined {
  const ways = referringSets(slot, context, candidate).filter((way) => way.fits === 1);
  if (ways.length > 0) {
    // Natural ways first, but not always the very first: people differ.
    const [first] = ways;
    const chosen = random.chance(0.6) ? first : random.pick(ways);
    return chosen?.attributes;
  }
  return slot.open ? {} : undefined;
}

/** Each of the slot's `referBy` sets for a candidate, with how many candidates it fits. */
export function referringSets(
  slot: Slot,
  context: SlotContext<Database>,
  candidate: Candidate,
): readonly { readonly attributes: JsonObject; readonly fits: number }[] {
  return setsOf(slot)(candidatesOf(slot, context))(candidate);
}

// A candidate comes up again in every attempt to fill an intent for the same user.
const setsOf = remember((slot: Slot) =>
  remember((others: readonly Candidate[]) =>
    remember((candidate: Candidate) =>
      slot.referBy.flatMap((names) => {
        const attributes = pickAttributes(candidate, names);
        if (attributes === undefined) return [];
        return [{ attributes, fits: others.filter((other) => fits(other, attributes)).length }];
      }),
    ),
  ),
);

/** The values of filled slots. */
export function valuesOf(filled: readonly FilledSlot[]): Record<string, Json> {
  return Object.fromEntries(filled.map(({ slot, candidate }) => [slot.name, candidate.value]));
}

/** What a filled intent's call would do in a state: rules broken, and whether the tool runs it. */
export function assess(
  domain: Domain,
  state: State,
  intent: Intent,
  userId: string,
  filled: readonly FilledSlot[],
): Grounding {
  const values = valuesOf(filled);
  const call = intent.call?.(slotContext(state, userId, values));
  if (call === undefined || intent.missingTool !== undefined)
    return { intent, userId, filled, values, call, broken: [], toolAccepts: null };
  return { intent, userId, filled, values, call, ...judgeCall(domain, state, call, userId) };
}

/** Rules about state, choice and ownership that a call breaks, and whether its tool runs it. */
export function judgeCall(
  domain: Domain,
  state: State,
  call: ToolCall,
  userId: string,
): { broken: BrokenRule[]; toolAccepts: boolean } {
  const broken = brokenRules(domain, state, call, { userId, confirmed: true, earlier: [] });
  return {
    broken: broken.filter(({ rule }) => rule.subject !== 'conversation'),
    toolAccepts: applyCall(domain, state, call).ok,
  };
}

/**
 * A request of a user that the policy and the tools allow in this state, or undefined after `tries` attempts.
 * `accept` narrows it further.
 */
export function findRequest(
  domain: Domain,
  state: State,
  userId: string,
  intents: readonly Intent[],
  random: Random,
  tries: number,
  accept: (grounding: Grounding) => boolean = feasible,
): Grounding | undefined {
  if (intents.length === 0) return undefined;
  for (let i = 0; i < tries; i += 1) {
    const intent = intents[i % intents.length] as Intent;
    const filled = fillIntent(intent, state, userId, random);
    if (filled === undefined) continue;
    const grounding = assess(domain, state, intent, userId, filled);
    if (accept(grounding)) return grounding;
  }
  return undefined;
}

/** The reads by which an agent finds a request's values, given what the user mentioned, without repeats. */
export function readsFor(
  state: State,
  intent: Intent,
  userId: string,
  values: Readonly<Record<string, Json>>,
  mentioned: Readonly<Record<string, JsonObject>>,
): ToolCall[] {
  let context = slotContext(state, userId, {});
  const calls: ToolCall[] = [];
  const add = (call: ToolCall) => {
    if (!calls.some((known) => known.name === call.name && sameJson(known.arguments, call.arguments)))
      calls.push(call);
  };
  for (const slot of intent.slots) {
    slot.reads(context, mentioned[slot.name] ?? {}).forEach(add);
    const value = values[slot.name];
    if (value !== undefined) context = extend(context, slot.name, value);
  }
  intent.reads?.(context).forEach(add);
  return calls;
}
