import { candidatesOf, fulfilment, sameJson, sameState } from '../environment/index.ts';
import type {
  ChangedRows,
  Domain,
  InfeasibleResponse,
  Intent,
  Random,
  Rule,
  ToolCall,
} from '../environment/index.ts';
import {
  afterCalls,
  decisiveAttributes,
  feasible,
  ground,
  judgeCalls,
  servedOtherwise,
  type Assessment,
  type Grounding,
} from '../explore/index.ts';
import { contextOf, nextRequestId, requestFrom, reword, statedEntry } from './program.ts';
import type { Infeasibility, Outcome } from './task.ts';
import {
  isTwistKind,
  kindsToTry,
  shuffleIntents,
  type Transform,
  type TransformInput,
  type Twist,
} from './transform.ts';
import type { RefusalReaction, Request, SlotEntry, UserProgram } from './userProgram.ts';

type InfeasibleKind = Infeasibility['kind'];
const kinds: readonly InfeasibleKind[] = ['policy', 'state', 'capability', 'permission', 'unwilling'];
const TRIES_PER_INTENT = 8;
const RULES_IN_TURN = 4;

/** Makes a request conflict with policy, state, tools or ownership; the rest of the goal stays feasible. */
export const infeasible: Transform = {
  id: 'infeasible',
  condition: 'infeasible',
  title: 'Infeasible',
  description:
    'A request conflicts with a rule, a fact, the tools or ownership. It has to be refused, handed over, or replaced by an alternative.',
  *apply(input: TransformInput): Generator<Twist> {
    if (input.twist.infeasible.length > 0) return;
    for (const kind of kindsToTry(input, kinds, 'unwilling')) {
      const blocked = findBlocked(input, kind);
      if (blocked === undefined) continue;
      // Alone, or beside requests that can be served: then the task is resolved in part. Beside the same wish for the
      // same thing nobody could tell which of the two is meant.
      const general = input.twist.conditions.includes('general');
      const again = input.twist.program.requests.some((request) => isSameWish(request, blocked.grounding));
      if (again && !general) continue;
      const alone = general && (again || input.random.chance(0.6));
      yield twistWith(input, kind, blocked, alone);
    }
  },
};

function isSameWish(request: Request, { intent, values }: Grounding): boolean {
  const subjects = intent.slots.filter((slot) => slot.subject);
  return (
    request.intent === intent.id &&
    subjects.length > 0 &&
    subjects.every(({ name }) => sameJson(request.slots[name]?.value, values[name]))
  );
}

interface Blocked {
  readonly grounding: Grounding;
  readonly infeasibility: Omit<Infeasibility, 'request'>;
}

function findBlocked(input: TransformInput, kind: InfeasibleKind): Blocked | undefined {
  const { domain, twist, random } = input;
  const near = new Set(twist.program.requests.map((request) => request.intent));
  const pool = shuffleIntents(
    domain.intents.filter(
      (intent) =>
        (intent.missingTool !== undefined) === (kind === 'capability') &&
        (kind === 'unwilling' ? intent.calls !== undefined : intent.answer === undefined),
    ),
    random,
  );
  // The trajectory's own intents first: the twist should be the same wish, only not allowed.
  const ordered = [
    ...pool.filter((intent) => near.has(intent.id)),
    ...pool.filter((intent) => !near.has(intent.id)),
  ];
  // A few rules get their turn before whichever is broken most easily.
  const rules = random.shuffle(domain.rules.filter((rule) => canBlock(rule, kind))).slice(0, RULES_IN_TURN);
  for (const rule of [...rules, undefined])
    for (const intent of ordered) {
      // What takes several calls may break the rules of any of them.
      if (rule !== undefined && intent.calls === undefined && !rule.tools.includes(intent.tool ?? ''))
        continue;
      for (let attempt = 0; attempt < TRIES_PER_INTENT; attempt += 1) {
        const blocked = blockedOnce(input, kind, rule, intent, random);
        if (blocked !== undefined) return blocked;
      }
    }
  return undefined;
}

function canBlock({ subject }: Rule, kind: InfeasibleKind): boolean {
  if (kind === 'capability' || kind === 'unwilling' || subject === 'conversation') return false;
  return (subject === 'ownership') === (kind === 'permission');
}

function blockedOnce(
  input: TransformInput,
  kind: InfeasibleKind,
  rule: Rule | undefined,
  intent: Intent,
  random: Random,
): Blocked | undefined {
  const { domain, state, twist } = input;
  const foreign = kind === 'permission' ? foreignSlot(intent, random) : undefined;
  if (kind === 'permission' && foreign === undefined) return undefined;
  const options = foreign === undefined ? {} : { foreign };
  const accept = (tried: Assessment) =>
    (rule === undefined || tried.broken[0]?.rule === rule) &&
    blockedBy(domain, kind, tried) !== undefined &&
    servedOtherwise(domain, state, intent, tried.userId, tried.values) === undefined;
  const grounding = ground(domain, state, intent, twist.program.userId, random, accept, options);
  const infeasibility = grounding === undefined ? undefined : blockedBy(domain, kind, grounding);
  return grounding === undefined || infeasibility === undefined ? undefined : { grounding, infeasibility };
}

/** What makes a wish infeasible in this way; undefined when it is not, or not for one reason alone. */
function blockedBy(
  domain: Domain,
  kind: InfeasibleKind,
  tried: Assessment,
): Blocked['infeasibility'] | undefined {
  const { before, broken, call, intent, toolAccepts } = tried;
  if (call === undefined) return undefined;
  if (kind === 'capability') {
    const reason = `No tool can do this: ${intent.title}.`;
    return { kind, rule: null, reason, call: copyCall(call), toolAccepts: null, flip: null };
  }
  if (kind === 'unwilling') return unwilling(domain, tried);
  const [only, ...more] = broken;
  if (only === undefined || more.length > 0 || only.violation.flip === undefined) return undefined;
  const actual: InfeasibleKind =
    only.rule.subject === 'ownership' ? 'permission' : toolAccepts ? 'policy' : 'state';
  if (actual !== kind) return undefined;
  const { flip, reason } = only.violation;
  return {
    kind,
    rule: only.rule.id,
    reason,
    call: copyCall(call),
    ...(before.length === 0 ? {} : { before: before.map(copyCall) }),
    toolAccepts,
    flip: 'rows' in flip ? { ...flip, rows: copyRows(flip.rows) } : flip,
  };
}

/**
 * A request that could be served, but for a step that not everybody is willing to take. The steps up to it must be the
 * user's own: an agent is not to be blamed for what it did on the account until it was told no.
 */
function unwilling(domain: Domain, tried: Assessment): Blocked['infeasibility'] | undefined {
  if (!feasible(tried)) return undefined;
  const firstOfAgent = tried.calls.findIndex((call) => call.requestor !== 'user');
  const own = firstOfAgent < 0 ? tried.calls : tried.calls.slice(0, firstOfAgent);
  const call = own.find(({ name }) => (domain.tool(name)?.refusal ?? []).length > 0);
  if (call === undefined) return undefined;
  return {
    kind: 'unwilling',
    rule: null,
    reason: `It takes ${call.name}, and the user will not do that.`,
    call: copyCall(call),
    toolAccepts: true,
    flip: null,
  };
}

const copyCall = (call: ToolCall): ToolCall => ({ ...call, arguments: { ...call.arguments } });

/** The slot that is taken from somebody else's records; any of them where an intent has several. */
function foreignSlot(intent: Intent, random: Random): string | undefined {
  const slots = intent.slots.filter((slot) => slot.foreign !== undefined);
  return (slots.length > 1 ? random.pick(slots) : slots[0])?.name;
}

const copyRows = (rows: ChangedRows) =>
  Object.fromEntries(Object.entries(rows).map(([table, byId]) => [table, { ...byId }]));

function twistWith(input: TransformInput, kind: InfeasibleKind, blocked: Blocked, alone: boolean): Twist {
  const { domain, twist, random } = input;
  const id = nextRequestId(twist.program);
  const request = requestFrom(id, blocked.grounding, random);
  const kept = alone ? [] : twist.program.requests;
  const response = responseTo(domain, kind, blocked);
  const alternative =
    (kind === 'policy' || kind === 'state') && response === 'refuse'
      ? findAlternative(input, blocked.grounding)
      : undefined;
  const takesAlternative = alternative !== undefined && random.chance(0.4);
  const reaction = takesAlternative ? alternative : refusalReaction(random, input.knobs.pressure);
  const outcome: Outcome = takesAlternative
    ? 'alternative'
    : response === 'transfer'
      ? 'transferred'
      : 'refused';
  // A hand-over ends the conversation, so what can be served comes first.
  const requests = [...kept, request];
  const refusals = { ...twist.program.refusals, [id]: reaction };
  const program = { ...twist.program, requests, refusals, ...unwillingTo(domain, kind, blocked, random) };
  return {
    ...twist,
    program: reword(domain, program, random, input.knobs.distractors ?? twist.knobs.distractors ?? 0),
    conditions: [...twist.conditions.filter((condition) => condition !== 'general'), 'infeasible'],
    kinds: [
      ...twist.kinds.filter(isTwistKind),
      `${kind}:${outcome}`,
      ...(kept.length > 0 ? ['in-part'] : []),
    ],
    transforms: [...twist.transforms, infeasible.id],
    hidden: twist.hidden.filter((slot) => requests.some((other) => other.id === slot.request)),
    infeasible: [...twist.infeasible, { request: id, ...blocked.infeasibility }],
    outcomes: { ...twist.outcomes, [id]: [outcome] },
    knobs: {
      ...twist.knobs,
      requests: requests.length,
      pressure: reaction.type === 'push_back' ? reaction.texts.length : 0,
    },
  };
}

function responseTo(
  domain: Domain,
  kind: InfeasibleKind,
  { grounding, infeasibility }: Blocked,
): InfeasibleResponse {
  const { capability, rule, unwilling: refused } = domain.responses;
  if (kind === 'capability') return grounding.intent.missingTool?.response ?? capability;
  if (kind === 'unwilling') return refused ?? capability;
  return (infeasibility.rule === null ? undefined : domain.rule(infeasibility.rule)?.response) ?? rule;
}

/** What the user will not do, in their words. */
function unwillingTo(
  domain: Domain,
  kind: InfeasibleKind,
  { infeasibility: { call } }: Blocked,
  random: Random,
): Pick<UserProgram, 'unwilling'> {
  if (kind !== 'unwilling') return {};
  return { unwilling: [{ tool: call.name, text: random.pick(domain.tool(call.name)?.refusal ?? ['No.']) }] };
}

function refusalReaction(random: Random, pressure: number | undefined): RefusalReaction {
  const times = pressure ?? random.pick([0, 0, 1, 1, 2]);
  const text = random.pick([
    'I see. Then leave it.',
    'All right, thanks for checking.',
    'That is a pity, but I understand.',
    'OK, then never mind.',
  ]);
  if (times === 0) return { type: 'accept', text };
  const texts = random.shuffle([
    'Are you sure? Could you not make an exception just this once?',
    'That makes no sense to me. Please just do it.',
    'The last person I talked to said it would be no problem.',
    'I am really counting on this. Please try again.',
  ]);
  return { type: 'push_back', texts: texts.slice(0, Math.min(times, texts.length)), text };
}

/** Another value for one slot with which the same request is allowed. */
function findAlternative(input: TransformInput, grounding: Grounding): RefusalReaction | undefined {
  const { domain, state, random } = input;
  for (const { slot } of [...grounding.filled].reverse()) {
    // Nobody who may not cancel one order has another one cancelled instead.
    if (slot.subject === true || slot.fact === true) continue;
    const context = contextOf(state, grounding.userId, grounding.intent, grounding.values, slot.name);
    for (const candidate of random.shuffle(candidatesOf(slot, context))) {
      const values = { ...grounding.values, [slot.name]: candidate.value };
      const calls = fulfilment(
        grounding.intent,
        contextOf(state, grounding.userId, grounding.intent, values),
      );
      if (calls.length === 0) continue;
      const judged = judgeCalls(domain, state, calls, grounding.userId, values);
      if (!judged.toolAccepts || judged.broken.length > 0) continue;
      if (sameState(afterCalls(domain, state, calls), state)) continue;
      const decisive = decisiveAttributes(slot, context, candidate, random);
      if (decisive === undefined) continue;
      const stated = statedEntry(slot, candidate, decisive, random);
      const entry: SlotEntry = { ...stated, opening: null, reveal: 'when_asked' };
      const text = random.pick([
        `In that case, ${entry.mention.text} instead, please.`,
        `Then let's go with ${entry.mention.text}.`,
        `OK, would ${entry.mention.text} work? Please do that then.`,
      ]);
      return { type: 'accept_alternative', slot: slot.name, entry, text };
    }
  }
  return undefined;
}

/** The request with its alternative put in. */
export function withAlternative(request: Request, reaction: RefusalReaction): Request {
  if (reaction.type !== 'accept_alternative') return request;
  return { ...request, slots: { ...request.slots, [reaction.slot]: reaction.entry } };
}
