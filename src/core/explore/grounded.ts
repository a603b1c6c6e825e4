import { authenticationCall, createRandom, prepare } from '../environment/index.ts';
import type { Domain, Intent, Random, State } from '../environment/index.ts';
import { addCoverage, coverageOf, emptyCoverage } from './coverage.ts';
import type { ExploreInput, Explorer } from './explorer.ts';
import { afterCalls, feasible, ground, readsFor, type Assessment, type Grounding } from './ground.ts';
import { recordTrajectory, toRequest, withoutRepeats, type PlannedCall } from './record.ts';
import type { Coverage, GroundedRequest, Trajectory } from './trajectory.ts';

const TRIES_PER_REQUEST = 24;
/** Share of trajectories that try a forbidden request on purpose, to cover rules by breaking them. */
const PROBE_SHARE = 0.2;

/**
 * Samples a user and intents that the state allows, does the reads that give each argument its provenance, and
 * writes. It prefers intents, and on probes rules, that were covered least so far.
 */
export const groundedExplorer: Explorer = {
  id: 'grounded',
  title: 'Grounded explorer',
  description:
    'Picks a user and something they could want, looks up what is needed, then acts. Covers rare tools and rules first.',
  *explore(input: ExploreInput): Generator<Trajectory, Coverage> {
    const users = input.state.ids(input.domain.identity.table);
    let coverage = emptyCoverage(input.domain);
    for (let i = 0; i < input.count; i += 1) {
      const seed = `${input.seed}/${i}`;
      const trajectory = exploreOnce(input, users, coverage, seed, createRandom(`grounded/${seed}`));
      if (trajectory === undefined) continue;
      coverage = addCoverage(coverage, coverageOf(input.domain, trajectory));
      yield trajectory;
    }
    return coverage;
  },
};

function exploreOnce(
  input: ExploreInput,
  users: readonly string[],
  coverage: Coverage,
  seed: string,
  random: Random,
): Trajectory | undefined {
  const { domain } = input;
  for (let attempt = 0; attempt < 8 && users.length > 0; attempt += 1) {
    const userId = random.pick(users);
    // Another source, so that domains without a user's side draw what they always drew.
    const initialization =
      domain.userSide?.situation(input.state, userId, random.fork(`situation/${attempt}`)) ?? [];
    const state = prepare(domain, input.state, initialization);
    const identity = domain.identity.facts(state, userId);
    const authentication = random.pick(domain.identity.ways);
    const authenticate = authenticationCall(authentication, identity);
    if (authenticate === undefined) continue;
    const probe = random.chance(PROBE_SHARE);
    const wanted = probe ? 1 : (input.requests ?? random.pick([1, 1, 1, 2, 2, 3]));
    const found = collectRequests(domain, state, userId, wanted, coverage, random, probe);
    if (found.length < wanted) continue;
    const requests = found.map(({ grounding }, i) => toRequest(`r${i + 1}`, grounding));
    const calls: PlannedCall[] = [
      { call: authenticate, request: null },
      ...found.flatMap(({ grounding, before }, i): PlannedCall[] => {
        const request = requests[i] as GroundedRequest;
        const reads = readsFor(before, grounding.intent, userId, grounding.values, request.mentioned);
        const plan = reads.map((call) => ({ call, request: request.id }));
        return [...plan, ...grounding.calls.map((call) => ({ call, request: request.id }))];
      }),
    ];
    const broken = found.flatMap(({ grounding }) => grounding.broken)[0];
    const problem = broken === undefined ? null : { code: broken.rule.id, reason: broken.violation.reason };
    const said = Object.fromEntries(
      Object.values(authentication.arguments).map((fact) => [fact, identity[fact] ?? '']),
    );
    const head = {
      database: input.database,
      explorer: groundedExplorer.id,
      seed,
      userId,
      identity: said,
      requests,
      problem,
      ...(initialization.length === 0 ? {} : { initialization: [...initialization] }),
    };
    return recordTrajectory(domain, state, head, withoutRepeats(domain, calls));
  }
  return undefined;
}

interface Found {
  readonly grounding: Grounding;
  /** The state before this request is served. */
  readonly before: State;
}

function collectRequests(
  domain: Domain,
  initial: State,
  userId: string,
  wanted: number,
  coverage: Coverage,
  random: Random,
  probe: boolean,
): Found[] {
  const found: Found[] = [];
  let state = initial;
  const pool = leastCovered(domain, coverage, random);
  for (const intent of pool) {
    if (found.length === wanted) break;
    if (found.some((other) => other.grounding.intent.id === intent.id)) continue;
    for (let attempt = 0; attempt < TRIES_PER_REQUEST; attempt += 1) {
      const accept = probe ? (tried: Assessment) => isProbe(tried, coverage, attempt) : feasible;
      const grounding = ground(domain, state, intent, userId, random, accept);
      if (grounding === undefined) continue;
      found.push({ grounding, before: state });
      state = afterCalls(domain, state, grounding.calls);
      break;
    }
  }
  return found;
}

// A probe breaks exactly one rule; for the first tries only one that nothing has broken yet is good enough.
function isProbe(tried: Assessment, coverage: Coverage, attempt: number): boolean {
  const [only, ...more] = tried.broken;
  if (only === undefined || more.length > 0) return false;
  return attempt > TRIES_PER_REQUEST / 2 || (coverage.rulesBroken[only.rule.id] ?? 0) === 0;
}

function leastCovered(domain: Domain, coverage: Coverage, random: Random): Intent[] {
  const servable = domain.intents.filter((intent) => intent.missingTool === undefined);
  return random
    .shuffle(servable)
    .map((intent) => ({
      intent,
      count: ((coverage.intents[intent.id] ?? 0) + random.next() * 2) / (intent.weight ?? 1),
    }))
    .sort((a, b) => a.count - b.count)
    .map(({ intent }) => intent);
}
