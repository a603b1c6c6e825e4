import { applyCall, authenticationCall, createRandom, identifiedUser } from '../environment/index.ts';
import type { DatabaseRef, Domain, Random, State, ToolCall } from '../environment/index.ts';
import { ground, readsFor, type Grounding } from './ground.ts';
import { recordTrajectory, toRequest, withoutRepeats, type PlannedCall } from './record.ts';
import type { GroundedRequest, Trajectory } from './trajectory.ts';

/** A call, and the request it would fulfil. */
export interface Lifted {
  readonly grounding: Grounding;
  readonly call: ToolCall;
}

/** Reads the request behind a write, if one of the domain's intents could have led to it. */
export function lift(domain: Domain, state: State, call: ToolCall, random: Random): Lifted | undefined {
  for (const intent of domain.intentsFor(call.name)) {
    const parsed = intent.parse?.(state, call);
    if (parsed === undefined) continue;
    const options = { fixed: parsed.values };
    const grounding = ground(domain, state, intent, parsed.userId, random, () => true, options);
    if (grounding !== undefined) return { grounding, call };
  }
  return undefined;
}

/** Calls that somebody made: a model, a person, a recorded rollout, a reference. */
export interface CallsInput {
  readonly domain: Domain;
  readonly state: State;
  readonly database: DatabaseRef;
  readonly calls: readonly ToolCall[];
  /** Where they come from, as the trajectory's explorer: "human", "rollout of gpt-x". */
  readonly origin: string;
  readonly seed: string;
  /** The calls that prepared the state, where it is not the database's. */
  readonly initialization?: Trajectory['initialization'];
}

/**
 * Calls as a trajectory of the same kind that explorers leave: its writes are read back as requests of one user, its
 * reads are kept where they feed something, and what a request needs and nobody read is added. Calls that failed
 * did nothing and are left out. `problem` says why no task can be made of it.
 */
export function trajectoryOfCalls(input: CallsInput): Trajectory {
  const { domain, state: initial, database, origin, seed } = input;
  const random = createRandom(`calls/${seed}`);
  const story = read(input, random);
  const userId = story.userId ?? story.requests[0]?.grounding.userId ?? null;
  const facts = userId === null ? {} : domain.identity.facts(initial, userId);
  const way =
    domain.identity.ways.find(({ tool }) => tool === story.identified?.name) ?? domain.identity.ways[0];
  const authenticate = way === undefined ? undefined : authenticationCall(way, facts);
  const identity = Object.fromEntries(
    Object.values(way?.arguments ?? {}).map((fact) => [fact, facts[fact] ?? '']),
  );
  const requests = story.requests.map(({ grounding }, i) => toRequest(`r${i + 1}`, grounding));
  const calls: PlannedCall[] = [
    ...(authenticate === undefined ? [] : [{ call: authenticate, request: null }]),
    ...story.requests.flatMap(({ grounding, before, reads, call }, i): PlannedCall[] => {
      const { id, mentioned } = requests[i] as GroundedRequest;
      const needed = readsFor(before, grounding.intent, grounding.userId, grounding.values, mentioned);
      // What the words need comes first: a record that was read by its id may be known to the user by a trait only.
      return [...needed, ...reads, call].map((one) => ({ call: one, request: id }));
    }),
  ];
  const head = {
    database,
    explorer: origin,
    ...(input.initialization === undefined ? {} : { initialization: input.initialization }),
    seed,
    userId,
    identity,
    requests,
    problem: problemOf(story, userId),
  };
  return recordTrajectory(domain, initial, head, withoutRepeats(domain, calls));
}

interface Served extends Lifted {
  /** The state before the write. */
  readonly before: State;
  /** Reads since the last write. */
  readonly reads: readonly ToolCall[];
}

interface Story {
  readonly userId: string | null;
  readonly identified: ToolCall | null;
  readonly requests: readonly Served[];
  /** Writes that no intent explains. */
  readonly strange: readonly ToolCall[];
}

function read({ domain, state: initial, calls }: CallsInput, random: Random): Story {
  let state = initial;
  let userId: string | null = null;
  let identified: ToolCall | null = null;
  let reads: ToolCall[] = [];
  const requests: Served[] = [];
  const strange: ToolCall[] = [];
  for (const call of calls) {
    const before = state;
    const outcome = applyCall(domain, before, call);
    if (!outcome.ok) continue;
    state = outcome.state;
    const found = identifiedUser(domain, call.name, outcome.result);
    if (found !== null && (identified === null || found === userId)) {
      if (identified === null) [userId, identified] = [found, call];
      continue;
    }
    const kind = domain.tool(call.name)?.kind;
    if (kind === 'read' || kind === 'generic') reads.push(call);
    if (kind !== 'write') continue;
    const lifted = lift(domain, before, call, random);
    if (lifted === undefined) strange.push(call);
    else requests.push({ ...lifted, before, reads });
    reads = [];
  }
  return { userId, identified, requests, strange };
}

function problemOf({ requests, strange }: Story, userId: string | null): Trajectory['problem'] {
  const [odd] = strange;
  if (odd !== undefined)
    return { code: 'unknown-wish', reason: `No intent of the domain explains ${odd.name} as it was called.` };
  if (requests.length === 0)
    return { code: 'no-write', reason: 'Nothing was changed, so there is no request to make a task of.' };
  if (requests.some(({ grounding }) => grounding.userId !== userId))
    return { code: 'several-users', reason: 'The calls serve more than one user.' };
  const broken = requests.flatMap(({ grounding }) => grounding.broken)[0];
  return broken === undefined ? null : { code: broken.rule.id, reason: broken.violation.reason };
}
