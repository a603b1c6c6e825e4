import { applyCall, candidatesOf, sameState } from '../environment/index.ts';
import type { ChangedRows, Intent, Random, Rule } from '../environment/index.ts';
import {
  decisiveAttributes,
  ground,
  judgeCall,
  servedOtherwise,
  type Assessment,
  type Grounding,
} from '../explore/index.ts';
import { contextOf, requestFrom, reword, statedEntry } from './program.ts';
import type { Infeasibility, Outcome } from './task.ts';
import { isTwistKind, type Transform, type TransformInput, type Twist } from './transform.ts';
import type { RefusalReaction, Request, SlotEntry } from './userProgram.ts';

type InfeasibleKind = Infeasibility['kind'];
const kinds: readonly InfeasibleKind[] = ['policy', 'state', 'capability', 'permission'];
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
    for (const kind of input.random.shuffle(kinds)) {
      const blocked = findBlocked(input, kind);
      if (blocked === undefined) continue;
      // Alone, or beside requests that can be served: then the task is resolved in part.
      const alone = input.twist.conditions.includes('general') && input.random.chance(0.6);
      yield twistWith(input, kind, blocked, alone);
    }
  },
};

interface Blocked {
  readonly grounding: Grounding;
  readonly infeasibility: Omit<Infeasibility, 'request'>;
}

function findBlocked(input: TransformInput, kind: InfeasibleKind): Blocked | undefined {
  const { domain, twist, random } = input;
  const near = new Set(twist.program.requests.map((request) => request.intent));
  const pool = random.shuffle(
    domain.intents.filter(
      (intent) => (intent.missingTool !== undefined) === (kind === 'capability') && intent.call !== undefined,
    ),
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
      if (rule !== undefined && !rule.tools.includes(intent.tool ?? '')) continue;
      for (let attempt = 0; attempt < TRIES_PER_INTENT; attempt += 1) {
        const blocked = blockedOnce(input, kind, rule, intent, random);
        if (blocked !== undefined) return blocked;
      }
    }
  return undefined;
}

function canBlock({ subject }: Rule, kind: InfeasibleKind): boolean {
  if (kind === 'capability' || subject === 'conversation') return false;
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
    blockedBy(kind, tried) !== undefined &&
    servedOtherwise(domain, state, intent, tried.userId, tried.values) === undefined;
  const grounding = ground(domain, state, intent, twist.program.userId, random, accept, options);
  const infeasibility = grounding === undefined ? undefined : blockedBy(kind, grounding);
  return grounding === undefined || infeasibility === undefined ? undefined : { grounding, infeasibility };
}

/** What makes a wish infeasible in this way; undefined when it is not, or not for one reason alone. */
function blockedBy(
  kind: InfeasibleKind,
  { broken, call, intent, toolAccepts }: Assessment,
): Blocked['infeasibility'] | undefined {
  if (call === undefined) return undefined;
  const forbidden = { name: call.name, arguments: { ...call.arguments } };
  if (kind === 'capability') {
    const reason = `No tool can do this: ${intent.title}.`;
    return { kind, rule: null, reason, call: forbidden, toolAccepts: null, flip: null };
  }
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
    call: forbidden,
    toolAccepts,
    flip: 'rows' in flip ? { rows: copyRows(flip.rows) } : { arguments: { ...flip.arguments } },
  };
}

/** The slot that is taken from somebody else's records; any of them where an intent has several. */
function foreignSlot(intent: Intent, random: Random): string | undefined {
  const slots = intent.slots.filter((slot) => slot.foreign !== undefined);
  return (slots.length > 1 ? random.pick(slots) : slots[0])?.name;
}

const copyRows = (rows: ChangedRows) =>
  Object.fromEntries(Object.entries(rows).map(([table, byId]) => [table, { ...byId }]));

function twistWith(input: TransformInput, kind: InfeasibleKind, blocked: Blocked, alone: boolean): Twist {
  const { domain, twist, random } = input;
  // A change may bring requests of its own.
  const known = [...twist.program.requests, ...twist.program.changes.flatMap((change) => change.add)];
  const id = `r${Math.max(...known.map((request) => Number(request.id.slice(1)))) + 1}`;
  const request = requestFrom(id, blocked.grounding, random);
  const kept = alone ? [] : twist.program.requests;
  const response = kind === 'capability' ? domain.responses.capability : domain.responses.rule;
  const alternative =
    kind === 'capability' || kind === 'permission' ? undefined : findAlternative(input, blocked.grounding);
  const takesAlternative = alternative !== undefined && random.chance(0.4);
  const reaction = takesAlternative ? alternative : refusalReaction(random, input.knobs.pressure);
  const outcome: Outcome = takesAlternative
    ? 'alternative'
    : response === 'transfer'
      ? 'transferred'
      : 'refused';
  // A hand-over ends the conversation, so what can be served comes first.
  const requests = [...kept, request];
  const program = { ...twist.program, requests, refusals: { ...twist.program.refusals, [id]: reaction } };
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
    if (slot.subject === true) continue;
    const context = contextOf(state, grounding.userId, grounding.intent, grounding.values, slot.name);
    for (const candidate of random.shuffle(candidatesOf(slot, context))) {
      const values = { ...grounding.values, [slot.name]: candidate.value };
      const call = grounding.intent.call?.(contextOf(state, grounding.userId, grounding.intent, values));
      if (call === undefined) continue;
      const judged = judgeCall(domain, state, call, grounding.userId);
      if (!judged.toolAccepts || judged.broken.length > 0) continue;
      if (sameState(applyCall(domain, state, call).state, state)) continue;
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
