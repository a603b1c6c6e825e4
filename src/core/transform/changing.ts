/**
 * The changing transform. Longer than most files: six kinds of change share the search for an initial goal that
 * is plausible, leads elsewhere, and turns into the trajectory's goal.
 */
import { candidatesOf, fulfilment, isServable, sameJson, sameState } from '../environment/index.ts';
import type { Candidate, Fact, Intent, Random, State, ToolCall } from '../environment/index.ts';
import {
  afterCalls,
  decisiveAttributes,
  feasible,
  findRequest,
  judgeCalls,
  type Assessment,
} from '../explore/index.ts';
import { requestValues } from './goal.ts';
import { contextOf, nextRequestId, requestFrom, reword, statedEntry } from './program.ts';
import { isTwistKind, kindsToTry, type Transform, type TransformInput, type Twist } from './transform.ts';
import { changeKinds, type Change, type Request, type SlotEntry, type Trigger } from './userProgram.ts';
import { changeText, type Revision } from './changeWording.ts';

type Kind = (typeof changeKinds)[number];

/** Makes the user revise the goal at a typed trigger. */
export const changing: Transform = {
  id: 'changing',
  condition: 'changing',
  title: 'Changing',
  description:
    'The user revises the goal at an observable moment: another value, one request less or more, or another order.',
  *apply(input: TransformInput): Generator<Twist> {
    // A later change on top of another would need its own analysis of what may happen in between.
    if (input.twist.program.changes.length > 0) return;
    for (const kind of kindsToTry(input, changeKinds, 'emerge', inTurn)) {
      const revision = revisions[kind](input);
      if (revision !== undefined) yield revise(input, kind, revision);
    }
  },
};

const SELDOM: readonly Kind[] = ['condition-driven', 'reorder'];
const NEARLY_ALWAYS: readonly Kind[] = ['retract', 'extend'];
const BY_CHANCE = 0.3;
const LEAST_LIMIT = 5;

// Some kinds are seldom possible and some nearly always: with equal chances hardly any of the first would be seen.
function inTurn(random: Random, all: readonly Kind[]): Kind[] {
  const kinds = random.shuffle(all);
  if (random.chance(BY_CHANCE)) return kinds;
  const rank = (kind: Kind) => Number(NEARLY_ALWAYS.includes(kind)) - Number(SELDOM.includes(kind));
  return kinds.sort((a, b) => rank(a) - rank(b));
}

const revisions: Record<Kind, (input: TransformInput) => Revision | undefined> = {
  substitute,
  retract,
  extend,
  replace,
  reorder,
  'condition-driven': conditionDriven,
  emerge,
};

function revise(input: TransformInput, kind: Kind, revision: Revision): Twist {
  const { domain, twist, random } = input;
  const change: Change = {
    ...revision.change,
    id: 'c1',
    kind,
    text: changeText(domain, twist.program, revision, kind, random),
  };
  const requests = [...revision.initial];
  const trigger = change.trigger;
  const hidden = twist.hidden.filter((slot) => requests.some((request) => request.id === slot.request));
  return {
    ...twist,
    program: reword(
      domain,
      { ...twist.program, requests, changes: [change] },
      random,
      input.knobs.distractors ?? twist.knobs.distractors ?? 0,
    ),
    conditions: [...twist.conditions.filter((condition) => condition !== 'general'), 'changing'],
    kinds: [...twist.kinds.filter(isTwistKind), kind],
    transforms: [...twist.transforms, changing.id],
    hidden,
    knobs: { ...twist.knobs, trigger_turn: trigger.type === 'turn' ? trigger.turn : 0 },
  };
}

const nothing = { remove: [], add: [], set: {}, order: null, condition: null } as const;

/** The requests that a change may touch: feasible, with something to do, and nothing hidden in them. */
function revisable(input: TransformInput): { request: Request; intent: Intent; before: State }[] {
  const { domain, twist } = input;
  const found: { request: Request; intent: Intent; before: State }[] = [];
  let state = input.state;
  for (const request of twist.program.requests) {
    const intent = domain.intent(request.intent);
    if (intent === undefined) continue;
    const before = state;
    const calls = callsFor(intent, state, twist.program.userId, request);
    const plain =
      twist.outcomes[request.id] === undefined && twist.hidden.every((slot) => slot.request !== request.id);
    state = afterCalls(domain, state, calls);
    if (plain && calls.length > 0) found.push({ request, intent, before });
  }
  return found;
}

function callsFor(intent: Intent, state: State, userId: string, request: Request): readonly ToolCall[] {
  if (intent.missingTool !== undefined) return [];
  return fulfilment(intent, contextOf(state, userId, intent, requestValues(request)));
}

function beforeWrite(input: TransformInput, request: Request, intent: Intent): Trigger {
  // With several steps any of them may come first, as the agent goes about it.
  const confirm: Trigger =
    intent.calls === undefined
      ? { type: 'asked_to_confirm', request: request.id, tool: intent.tool ?? '' }
      : { type: 'asked_to_act', request: request.id };
  const turn: Trigger = { type: 'turn', turn: input.knobs.triggerTurn ?? input.random.int(2, 3) };
  if (input.knobs.triggerTurn !== undefined) return turn;
  return input.random.chance(0.65) ? confirm : turn;
}

/** Entries of one slot that a user could have asked for first: allowed, and leading to another end state. */
function otherEntries(
  input: TransformInput,
  request: Request,
  intent: Intent,
  before: State,
  slotName: string,
): { entry: SlotEntry; values: Record<string, unknown> }[] {
  const { domain, twist, random } = input;
  const slot = intent.slots.find((other) => other.name === slotName);
  if (slot === undefined || slot.fact) return [];
  const values = requestValues(request);
  const context = contextOf(before, twist.program.userId, intent, values, slotName);
  const own = callsFor(intent, before, twist.program.userId, request);
  if (own.length === 0) return [];
  const target = afterCalls(domain, before, own);
  const sampled: Candidate[] = slot.open && slot.sample !== undefined ? [slot.sample(context, random)] : [];
  return [...random.shuffle(candidatesOf(slot, context)), ...sampled].slice(0, 12).flatMap((candidate) => {
    if (sameJson(candidate.value, values[slotName])) return [];
    const changed = { ...values, [slotName]: candidate.value };
    const calls = fulfilment(intent, contextOf(before, twist.program.userId, intent, changed));
    if (calls.length === 0) return [];
    const judged = judgeCalls(domain, before, calls, twist.program.userId, changed);
    if (!judged.toolAccepts || judged.broken.length > 0) return [];
    if (sameState(afterCalls(domain, before, calls), target)) return [];
    const decisive = slot.open ? {} : decisiveAttributes(slot, context, candidate, random);
    return decisive === undefined
      ? []
      : [{ entry: statedEntry(slot, candidate, decisive, random), values: changed }];
  });
}

function withEntry(request: Request, slot: string, entry: SlotEntry): Request {
  return { ...request, slots: { ...request.slots, [slot]: entry } };
}

// What the change reveals was not said before.
const revealedLater = (entry: SlotEntry): SlotEntry => ({ ...entry, opening: null, reveal: 'when_asked' });

function substitute(input: TransformInput): Revision | undefined {
  for (const { request, intent, before } of input.random.shuffle(revisable(input))) {
    // Later slots first: fewer others depend on them, so the rest of the request keeps its meaning.
    for (const slot of input.random.shuffle(intent.slots)) {
      const [other] = otherEntries(input, request, intent, before, slot.name);
      const final = request.slots[slot.name];
      if (other === undefined || final === undefined) continue;
      const initial = replaceRequest(input, request.id, withEntry(request, slot.name, other.entry));
      const set = { [request.id]: { [slot.name]: revealedLater(final) } };
      return {
        initial,
        change: { ...nothing, trigger: beforeWrite(input, request, intent), remove: [], add: [], set },
      };
    }
  }
  return undefined;
}

function replaceRequest(input: TransformInput, id: string, replacement: Request): Request[] {
  return input.twist.program.requests.map((request) => (request.id === id ? replacement : request));
}

/** The state after requests, each served in turn. */
function afterRequests(input: TransformInput, requests: readonly Request[]): State {
  const { domain, twist } = input;
  return requests.reduce((state, request) => {
    const intent = domain.intent(request.intent);
    return intent === undefined
      ? state
      : afterCalls(domain, state, callsFor(intent, state, twist.program.userId, request));
  }, input.state);
}

/** Another request of the same user that the state after the given requests allows. */
function extraRequest(input: TransformInput, requests: readonly Request[]): Request | undefined {
  const { domain, twist, random } = input;
  const state = afterRequests(input, requests);
  const taken = new Set(requests.map((request) => request.intent));
  const intents = random.shuffle(
    domain.intents.filter((intent) => isServable(intent) && !taken.has(intent.id)),
  );
  const found = findRequest(domain, state, twist.program.userId, intents, random, 40, changes(input, state));
  return found === undefined ? undefined : requestFrom(nextRequestId(twist.program), found, random);
}

/** Accepts requests that can be served and that leave another state behind. */
const changes = (input: TransformInput, state: State) => (grounding: Assessment) =>
  feasible(grounding) &&
  grounding.calls.length > 0 &&
  !sameState(afterCalls(input.domain, state, grounding.calls), state);

function retract(input: TransformInput): Revision | undefined {
  const requests = input.twist.program.requests;
  const extra = extraRequest(input, requests);
  const intent = extra === undefined ? undefined : input.domain.intent(extra.intent);
  if (extra === undefined || intent === undefined) return undefined;
  // First, so that there is still something to talk about when it is taken back.
  const initial = [extra, ...requests];
  return {
    initial,
    change: { ...nothing, trigger: beforeWrite(input, extra, intent), add: [], set: {}, remove: [extra.id] },
  };
}

function extend(input: TransformInput): Revision | undefined {
  const { twist, random } = input;
  const [first, ...later] = twist.program.requests;
  if (first === undefined) return undefined;
  // A request that arrives later may be an infeasible one: that is how changing and infeasible compose.
  const added = later.length > 0 ? later.at(-1) : undefined;
  const initial = added === undefined ? [...twist.program.requests] : twist.program.requests.slice(0, -1);
  const extra = added ?? extraRequest(input, initial);
  if (extra === undefined || twist.hidden.some((slot) => slot.request === extra.id)) return undefined;
  const anchor = revisable(input)
    .filter(({ request }) => initial.some((kept) => kept.id === request.id))
    .at(-1);
  const atTurn: Trigger = { type: 'turn', turn: input.knobs.triggerTurn ?? 2 };
  const returned: Trigger =
    anchor === undefined ? atTurn : { type: 'tool_returned', tool: lastTool(input, anchor) };
  const early = anchor === undefined ? atTurn : beforeWrite(input, anchor.request, anchor.intent);
  const trigger = random.chance(0.6) && input.knobs.triggerTurn === undefined ? returned : early;
  return { initial, change: { ...nothing, trigger, remove: [], set: {}, add: [extra] } };
}

type Revisable = ReturnType<typeof revisable>[number];

/** The tool that ends a request. */
function lastTool(input: TransformInput, { intent, before, request }: Revisable): string {
  const last = callsFor(intent, before, input.twist.program.userId, request).at(-1);
  return intent.tool ?? last?.name ?? '';
}

/** Once the user has taken the last step against one problem, another of the same kind comes to light. */
function emerge(input: TransformInput): Revision | undefined {
  const { domain, random, twist } = input;
  const { userId, requests } = twist.program;
  const after = afterRequests(input, requests);
  for (const { request, intent, before } of random.shuffle(revisable(input))) {
    const last = callsFor(intent, before, userId, request).at(-1);
    if (intent.assertions === undefined || last?.requestor !== 'user') continue;
    const accept = changes(input, after);
    const found = findRequest(domain, after, userId, [intent], random, 20, accept);
    if (found === undefined) continue;
    const trigger: Trigger = { type: 'tool_returned', tool: last.name };
    const added = requestFrom(nextRequestId(twist.program), found, random);
    return { initial: requests, change: { ...nothing, trigger, remove: [], set: {}, add: [added] } };
  }
  return undefined;
}

function replace(input: TransformInput): Revision | undefined {
  const { twist, random } = input;
  const target = random.shuffle(revisable(input))[0];
  if (target === undefined) return undefined;
  const others = twist.program.requests.filter((request) => request.id !== target.request.id);
  const extra = extraRequest(input, others);
  const intent = extra === undefined ? undefined : input.domain.intent(extra.intent);
  if (extra === undefined || intent === undefined || extra.intent === target.request.intent) return undefined;
  const initial = twist.program.requests.map((request) =>
    request.id === target.request.id ? extra : request,
  );
  const added: Request = { ...target.request };
  return {
    initial,
    change: {
      ...nothing,
      trigger: beforeWrite(input, extra, intent),
      set: {},
      remove: [extra.id],
      add: [added],
    },
  };
}

function reorder(input: TransformInput): Revision | undefined {
  const { domain, state, twist, random } = input;
  for (const target of random.shuffle(revisable(input))) {
    if (twist.program.requests.length > 1 || target.intent.final) continue;
    // Looking for a request that has to come first: afterwards it would be forbidden.
    const own = callsFor(target.intent, state, twist.program.userId, target.request);
    if (own.length === 0) continue;
    const after = afterCalls(domain, state, own);
    const intents = random.shuffle(domain.intents.filter((intent) => isServable(intent) && !intent.final));
    const mustBeFirst = (grounding: Assessment) => {
      if (!feasible(grounding) || grounding.calls.length === 0) return false;
      const late = judgeCalls(domain, after, grounding.calls, twist.program.userId, grounding.values);
      const early = afterCalls(domain, state, grounding.calls);
      if (late.broken.length === 0 || sameState(early, state)) return false;
      const then = judgeCalls(domain, early, own, twist.program.userId, requestValues(target.request));
      return then.toolAccepts && then.broken.length === 0;
    };
    const found = findRequest(domain, state, twist.program.userId, intents, random, 120, mustBeFirst);
    if (found === undefined) continue;
    const first = requestFrom('r2', found, random);
    const order = [first.id, target.request.id];
    const trigger = beforeWrite(input, target.request, target.intent);
    return {
      initial: [target.request, first],
      change: { ...nothing, trigger, remove: [], add: [], set: {}, order },
    };
  }
  return undefined;
}

function conditionDriven(input: TransformInput): Revision | undefined {
  const { twist, random } = input;
  for (const { request, intent, before } of random.shuffle(revisable(input))) {
    if (intent.quotes === undefined) continue;
    const quote = (values: Request): Fact | undefined =>
      intent.quotes?.(contextOf(before, twist.program.userId, intent, requestValues(values)))[0];
    // Only choices: nobody has another item in mind because one costs too much.
    for (const slot of random.shuffle(intent.slots.filter(({ preference }) => preference))) {
      const final = request.slots[slot.name];
      const after = quote(request);
      for (const { entry } of otherEntries(input, request, intent, before, slot.name)) {
        const initial = withEntry(request, slot.name, entry);
        const first = quote(initial);
        if (final === undefined || first?.amount === undefined || after?.amount === undefined) continue;
        const limit = limitBetween(after.amount, first.amount);
        if (limit === undefined) continue;
        return {
          initial: replaceRequest(input, request.id, initial),
          limit: first.limit?.(limit) ?? `$${limit}`,
          change: {
            ...nothing,
            trigger: { type: 'stated', request: request.id, key: first.key },
            remove: [],
            add: [],
            set: { [request.id]: { [slot.name]: revealedLater(final) } },
            condition: {
              request: request.id,
              key: first.key,
              comparison: 'above',
              limit,
              holds: first.amount > limit,
            },
          },
        };
      }
    }
  }
  return undefined;
}

// A round number that the final choice respects and the first one does not; nobody sets a limit of two dollars.
function limitBetween(kept: number, exceeded: number): number | undefined {
  for (const step of [100, 50, 20, 10, 5, 1]) {
    const limit = Math.ceil(Math.max(kept, 0) / step) * step;
    if (limit >= LEAST_LIMIT && limit >= kept && limit < exceeded) return limit;
  }
  return undefined;
}
