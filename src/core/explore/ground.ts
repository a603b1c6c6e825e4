import { applyCall, candidatesOf, fulfilment, remember, sameJson } from '../environment/index.ts';
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
  /** The calls that fulfil it, in order; empty for information requests. */
  readonly calls: readonly ToolCall[];
  /** The one that decides: the first that a rule forbids or its tool rejects, else the last. */
  readonly call: ToolCall | undefined;
  /** The calls that come before it. */
  readonly before: readonly ToolCall[];
  /** Rules about state, choice and ownership that the call breaks. */
  readonly broken: readonly BrokenRule[];
  /** Whether the tool runs the call; null when there is no tool or nothing to call. */
  readonly toolAccepts: boolean | null;
}

/** A grounding before it is said how the user refers to its values. */
export type Assessment = Omit<Grounding, 'filled'>;

/** True when the request can be served as it stands. */
export function feasible(assessed: Assessment): boolean {
  if (assessed.intent.missingTool !== undefined) return false;
  if (assessed.intent.answer !== undefined) return true;
  return assessed.broken.length === 0 && assessed.toolAccepts === true;
}

/** What every slot function receives. */
export function slotContext(
  state: State,
  userId: string,
  values: Readonly<Record<string, Json>>,
): SlotContext<Database> {
  return { db: state, userId, values };
}

/** Options of {@link ground}. */
export interface GroundOptions {
  /** Values that are given; the other slots are sampled. */
  readonly fixed?: Readonly<Record<string, Json>>;
  /** The slot that is taken from somebody else's records. */
  readonly foreign?: string;
}

/**
 * Fills every slot of an intent for a user, at random among the candidates, and looks what its call would do.
 * Undefined when a slot has no candidate, `accept` does not want it, or a value is one that a user could not refer to
 * without ambiguity.
 */
export function ground(
  domain: Domain,
  state: State,
  intent: Intent,
  userId: string,
  random: Random,
  accept: (assessed: Assessment) => boolean,
  options: GroundOptions = {},
): Grounding | undefined {
  const drawn = draw(intent, state, userId, random, options);
  if (drawn === undefined) return undefined;
  const values = Object.fromEntries(drawn.map(({ slot, candidate }) => [slot.name, candidate.value]));
  const assessed = assess(domain, state, intent, userId, values);
  if (!accept(assessed)) return undefined;
  const filled: FilledSlot[] = [];
  for (const { slot, candidate, context } of drawn) {
    const decisive =
      options.foreign === slot.name
        ? candidate.attributes
        : decisiveAttributes(slot, context, candidate, random);
    if (decisive === undefined) return undefined;
    filled.push({ slot, candidate, decisive });
  }
  return { ...assessed, filled };
}

interface Drawn {
  readonly slot: Slot;
  readonly candidate: Candidate;
  /** The slots before it, filled. */
  readonly context: SlotContext<Database>;
}

function draw(
  intent: Intent,
  state: State,
  userId: string,
  random: Random,
  options: GroundOptions,
): Drawn[] | undefined {
  let context = slotContext(state, userId, {});
  const drawn: Drawn[] = [];
  for (const slot of intent.slots) {
    const candidate = chooseCandidate(slot, context, random, options);
    if (candidate === undefined) return undefined;
    drawn.push({ slot, candidate, context });
    context = extend(context, slot.name, candidate.value);
  }
  return drawn;
}

function chooseCandidate(
  slot: Slot,
  context: SlotContext<Database>,
  random: Random,
  options: GroundOptions,
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

/** What a filled intent's calls would do in a state: rules broken, and whether the tools run them. */
function assess(
  domain: Domain,
  state: State,
  intent: Intent,
  userId: string,
  values: Readonly<Record<string, Json>>,
): Assessment {
  const calls = fulfilment(intent, slotContext(state, userId, values));
  const base = { intent, userId, values, calls };
  const [first, ...more] = calls;
  if (first === undefined || intent.missingTool !== undefined)
    return { ...base, call: first, before: [], broken: [], toolAccepts: null };
  if (more.length > 0) {
    const { at, broken, toolAccepts } = judgeCalls(domain, state, calls, userId, values);
    return { ...base, call: calls[at], before: calls.slice(0, at), broken, toolAccepts };
  }
  let accepts: boolean | undefined;
  return {
    ...base,
    call: first,
    before: [],
    broken: brokenFor(domain, state, first, userId, values),
    // Most attempts are turned down for the rules they break, so the tool is only tried when somebody asks.
    get toolAccepts() {
      accepts ??= applyCall(domain, state, first).ok;
      return accepts;
    },
  };
}

/** {@link judgeCall} for calls in a row, each in the state that those before it leave; up to the first that fails. */
export function judgeCalls(
  domain: Domain,
  state: State,
  calls: readonly ToolCall[],
  userId: string,
  said: Readonly<Record<string, Json>>,
): { at: number; broken: BrokenRule[]; toolAccepts: boolean; end: State } {
  let end = state;
  for (const [at, call] of calls.entries()) {
    const broken = brokenFor(domain, end, call, userId, said);
    const outcome = applyCall(domain, end, call);
    end = outcome.state;
    if (broken.length > 0 || !outcome.ok) return { at, broken, toolAccepts: outcome.ok, end };
  }
  return { at: calls.length - 1, broken: [], toolAccepts: true, end };
}

/** The state after calls, whatever becomes of each. */
export function afterCalls(domain: Domain, state: State, calls: readonly ToolCall[]): State {
  return calls.reduce((current, call) => applyCall(domain, current, call).state, state);
}

const brokenFor = (
  domain: Domain,
  state: State,
  call: ToolCall,
  userId: string,
  said: Readonly<Record<string, Json>>,
): BrokenRule[] =>
  brokenRules(domain, state, call, { userId, confirmed: true, earlier: [], said }).filter(
    ({ rule }) => rule.subject !== 'conversation',
  );

/**
 * Rules about state, choice and ownership that a call breaks, and whether its tool runs it. `said` are the slots of
 * the wish behind it.
 */
export function judgeCall(
  domain: Domain,
  state: State,
  call: ToolCall,
  userId: string,
  said: Readonly<Record<string, Json>>,
): { broken: BrokenRule[]; toolAccepts: boolean } {
  return {
    broken: brokenFor(domain, state, call, userId, said),
    toolAccepts: applyCall(domain, state, call).ok,
  };
}

/** A call of another tool that is allowed in this state and gives the user what the intent would. */
export function servedOtherwise(
  domain: Domain,
  state: State,
  intent: Intent,
  userId: string,
  values: Readonly<Record<string, Json>>,
): ToolCall | undefined {
  return intent.insteadCalls?.(slotContext(state, userId, values)).find((call) => {
    const judged = judgeCall(domain, state, call, userId, values);
    return judged.toolAccepts && judged.broken.length === 0;
  });
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
  accept: (assessed: Assessment) => boolean = feasible,
): Grounding | undefined {
  if (intents.length === 0) return undefined;
  for (let i = 0; i < tries; i += 1) {
    const intent = intents[i % intents.length] as Intent;
    const found = ground(domain, state, intent, userId, random, accept);
    if (found !== undefined) return found;
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
