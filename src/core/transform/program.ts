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
} from '../environment/index.ts';
import { candidatesOf, fulfilment } from '../environment/index.ts';
import {
  afterCalls,
  candidateFor,
  decisiveAttributes,
  extend,
  fits,
  slotContext,
  type GroundedRequest,
  type Grounding,
  type Trajectory,
} from '../explore/index.ts';
import { identityText, mentionOf, openingText } from './wording.ts';
import type { Request, SlotEntry, UserProgram } from './userProgram.ts';

/** A slot entry whose value the opening states so that nothing else fits. */
export function statedEntry(
  slot: Slot,
  candidate: Candidate,
  decisive: JsonObject,
  random: Random,
): SlotEntry {
  const literal = slot.open ? candidate.value : undefined;
  const mention = mentionOf(slot, literal === undefined ? decisive : {}, literal, random);
  return {
    value: candidate.value,
    label: candidate.label,
    mention,
    opening: mention,
    reveal: 'opening',
    knownBy: 'user',
  };
}

/** A request whose every slot is stated in the opening, from a grounding. */
export function requestFrom(id: string, grounding: Grounding, random: Random): Request {
  return {
    id,
    intent: grounding.intent.id,
    slots: Object.fromEntries(
      grounding.filled.map(({ slot, candidate, decisive }) => [
        slot.name,
        statedEntry(slot, candidate, decisive, random),
      ]),
    ),
  };
}

/** Rebuilds the requests of a trajectory on its initial state; undefined when a value is no longer there. */
export function requestsOf(
  domain: Domain,
  initial: State,
  trajectory: Trajectory,
  random: Random,
): Request[] | undefined {
  const requests: Request[] = [];
  let state = initial;
  for (const grounded of trajectory.requests) {
    const built = rebuild(domain, state, trajectory.userId ?? '', grounded, random);
    if (built === undefined) return undefined;
    requests.push(built.request);
    state = afterCalls(domain, state, built.calls);
  }
  return requests;
}

function rebuild(domain: Domain, state: State, userId: string, grounded: GroundedRequest, random: Random) {
  const intent = domain.intent(grounded.intent);
  if (intent === undefined) return undefined;
  let context = slotContext(state, userId, {});
  const slots: Record<string, SlotEntry> = {};
  for (const slot of intent.slots) {
    const value = grounded.values[slot.name];
    if (value === undefined) return undefined;
    const candidate = candidateFor(slot, context, value);
    if (candidate === undefined) return undefined;
    const recorded = grounded.mentioned[slot.name] ?? {};
    const decisive = onlyFits(slot, context, recorded)
      ? recorded
      : decisiveAttributes(slot, context, candidate, random);
    if (decisive === undefined) return undefined;
    slots[slot.name] = statedEntry(slot, candidate, decisive, random);
    context = extend(context, slot.name, value);
  }
  const request: Request = { id: grounded.id, intent: intent.id, slots };
  return { request, calls: intent.missingTool === undefined ? fulfilment(intent, context) : [] };
}

function onlyFits(slot: Slot, context: SlotContext<Database>, attributes: JsonObject): boolean {
  return candidatesOf(slot, context).filter((candidate) => fits(candidate, attributes)).length === 1;
}

/** A complete, stable program: everything said in the opening, nothing changed, refusals accepted. */
export function plainProgram(
  domain: Domain,
  state: State,
  userId: string,
  requests: readonly Request[],
  random: Random,
  distractors: number,
): UserProgram {
  const identity = domain.identity.facts(state, userId);
  const way = random.pick(domain.identity.ways);
  const introducesItself = random.chance(0.5);
  const program: UserProgram = {
    userId,
    // Only what they will say: an agent must not know what nobody told it.
    identity: Object.fromEntries(Object.values(way.arguments).map((fact) => [fact, identity[fact] ?? ''])),
    identityInOpening: introducesItself || domain.identity.signedIn === true,
    identityText: identityText(way.phrase, identity, random),
    requests: [...requests],
    changes: [],
    refusals: {},
    openingText: '',
    voice: String(random.int(0, 999999)),
  };
  return reword(domain, program, random, distractors);
}

/** The program with its opening rendered again, after its requests changed. */
export function reword(
  domain: Domain,
  program: UserProgram,
  random: Random,
  distractors: number,
): UserProgram {
  const identity = program.identityInOpening ? program.identityText : null;
  return { ...program, openingText: openingText(domain, program.requests, identity, distractors, random) };
}

/** An id that no request of a program has, those that a change brings included. */
export function nextRequestId({ requests, changes }: UserProgram): string {
  const all = [...requests, ...changes.flatMap((change) => change.add)];
  return `r${Math.max(0, ...all.map(({ id }) => Number(id.slice(1)))) + 1}`;
}

/** The context of a request's slot functions: its earlier slots filled. */
export function contextOf(
  state: State,
  userId: string,
  intent: Intent,
  values: Readonly<Record<string, Json>>,
  before?: string,
): SlotContext<Database> {
  const kept: Record<string, Json> = {};
  for (const slot of intent.slots) {
    if (slot.name === before) break;
    const value = values[slot.name];
    if (value !== undefined) kept[slot.name] = value;
  }
  return slotContext(state, userId, kept);
}
