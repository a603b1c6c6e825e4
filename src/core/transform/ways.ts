import { changedRows, checkAssertion, fulfilment, remember, sameJson } from '../environment/index.ts';
import type { Assertion, Domain, Intent, Json, State } from '../environment/index.ts';
import { judgeCalls, slotContext, viable } from '../explore/index.ts';
import { openingMentions, requestValues } from './goal.ts';
import type { HiddenSlot } from './task.ts';
import type { Request } from './userProgram.ts';

/** Ways that are looked at per request. */
const MAX_WAYS = 400;

type Values = Readonly<Record<string, Json>>;

/** One complete way to fill a request from what its opening says. */
export interface Way {
  readonly values: Values;
  /** Neither a rule nor the tool forbids it. */
  readonly allowed: boolean;
  /** What it leads to: changed rows, or the answer. */
  readonly end: Json;
}

/** Every way, as a reader gets there who fills one slot after the other. */
type Ways = Way | { readonly branches: readonly Ways[] };

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
    const demands = demandsOf(state, userId, intent, request);
    const right = wayOf(domain, state, userId, intent, requestValues(request), demands).end;
    const found = guesses(waysOf(domain, state, userId, intent, request), right);
    return chance * Math.max(found.chance, found.ways === 0 ? 1 : found.right / found.ways);
  }, 1);
}

/** The ways to fill a request that fit its opening and that rules and tool allow. */
export function allowedWays(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  request: Request,
): Way[] {
  const allowed = (ways: Ways): Way[] =>
    'branches' in ways ? ways.branches.flatMap(allowed) : ways.allowed ? [ways] : [];
  return allowed(waysOf(domain, state, userId, intent, request));
}

// Asked for by the transform that hides something, by the compiler and by the certificate.
const known = remember((_: Domain) =>
  remember((_: State) => remember((_: Request) => new Map<string, Ways>())),
);

function waysOf(domain: Domain, state: State, userId: string, intent: Intent, request: Request): Ways {
  const ofUsers = known(domain)(state)(request);
  let ways = ofUsers.get(userId);
  if (ways === undefined) ofUsers.set(userId, (ways = findWays(domain, state, userId, intent, request)));
  return ways;
}

function findWays(domain: Domain, state: State, userId: string, intent: Intent, request: Request): Ways {
  const mentions = openingMentions(request);
  const demands = demandsOf(state, userId, intent, request);
  let budget = MAX_WAYS;
  const visit = (values: Record<string, Json>, i: number): Ways => {
    const slot = intent.slots[i];
    if (slot === undefined) {
      budget -= 1;
      return wayOf(domain, state, userId, intent, values, demands);
    }
    const branches: Ways[] = [];
    for (const candidate of viable(intent, slotContext(state, userId, values), i, mentions)) {
      if (budget <= 0) break;
      branches.push(visit({ ...values, [slot.name]: candidate.value }, i + 1));
    }
    return { branches };
  };
  return visit({}, 0);
}

function wayOf(
  domain: Domain,
  state: State,
  userId: string,
  intent: Intent,
  values: Values,
  demands: readonly Assertion[],
): Way {
  const context = slotContext(state, userId, values);
  if (intent.answer !== undefined)
    return { values, allowed: true, end: intent.answer(context).map((fact) => fact.value) };
  const calls = fulfilment(intent, context);
  if (calls.length === 0) return { values, allowed: intent.calls === undefined, end: null };
  const judged = judgeCalls(domain, state, calls, userId, values);
  const end = endOf(domain, state, judged.end, demands);
  const allowed = intent.missingTool !== undefined || (judged.toolAccepts && judged.broken.length === 0);
  return { values, allowed, end };
}

/**
 * An end as far as it is judged: changed rows. Where statements have to hold, which of them do, and the rows that are
 * not in the user's own hands.
 */
function endOf(domain: Domain, state: State, end: State, demands: readonly Assertion[]): Json {
  const rows = changedRows(state, end);
  if (demands.length === 0) return rows;
  const own: readonly string[] = domain.userSide?.tables ?? [];
  const compared = Object.fromEntries(Object.entries(rows).filter(([table]) => !own.includes(table)));
  const met = demands.map((demand) => {
    const finding = checkAssertion(domain, end, demand);
    return finding.evaluated && finding.met;
  });
  return { compared, met };
}

/** What has to hold once a request is served as it is meant. */
const demandsOf = (state: State, userId: string, intent: Intent, request: Request): readonly Assertion[] =>
  intent.assertions?.(slotContext(state, userId, requestValues(request))) ?? [];

interface Guesses {
  /** Complete ways that rules and tool allow. */
  readonly ways: number;
  readonly right: number;
  /** Chance of being right when every open slot is picked at random, one after the other. */
  readonly chance: number;
}

function guesses(ways: Ways, right: Json): Guesses {
  if (!('branches' in ways)) {
    const isRight = Number(ways.allowed && sameJson(ways.end, right));
    return { ways: Number(ways.allowed), right: isRight, chance: isRight };
  }
  const branches = ways.branches.map((branch) => guesses(branch, right)).filter((found) => found.ways > 0);
  const sum = (of: (found: Guesses) => number) => branches.reduce((total, found) => total + of(found), 0);
  return {
    ways: sum((found) => found.ways),
    right: sum((found) => found.right),
    chance: branches.length === 0 ? 0 : sum((found) => found.chance) / branches.length,
  };
}
