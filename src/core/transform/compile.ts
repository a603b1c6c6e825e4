import {
  applyCall,
  authenticationCall,
  changedRows,
  fulfilment,
  sameJson,
  shortDigest,
} from '../environment/index.ts';
import type {
  DatabaseRef,
  Domain,
  Intent,
  JsonObject,
  RecordRef,
  State,
  ToolCall,
} from '../environment/index.ts';
import {
  afterCalls,
  execute,
  keepAnswer,
  mentionedJson,
  readsFor,
  recordsOf,
  slotContext,
  superfluousReads,
  type PlannedCall,
  type Said,
  type Trajectory,
} from '../explore/index.ts';
import { buildCriteria, callsOf, type Reference } from './criteria.ts';
import { decisiveMentions, finalGoal, requestValues } from './goal.ts';
import { withAlternative } from './infeasible.ts';
import type { Criteria, ReferenceStep, TaskDraft } from './task.ts';
import type { Twist } from './transform.ts';
import type { Request, UserProgram } from './userProgram.ts';
import { guessChance } from './ways.ts';

/** What {@link compile} needs beside the twist. */
export interface CompileInput {
  readonly domain: Domain;
  /** The database after the trajectory's initialization. */
  readonly state: State;
  readonly database: DatabaseRef;
  readonly trajectory: Pick<Trajectory, 'id' | 'explorer' | 'seed' | 'initialization'>;
  readonly source: 'generated' | 'imported';
}

/**
 * Turns a user program into a task: plays its final goal on the initial state to get the reference and the
 * accepted end states. Undefined when the user cannot be identified or an intent is unknown.
 */
export function compile(input: CompileInput, twist: Twist): TaskDraft | undefined {
  const { domain, state } = input;
  const reference = buildReference(domain, state, twist);
  if (reference === undefined) return undefined;
  const criteria = buildCriteria(domain, state, twist, reference);
  const condition = twist.conditions.at(-1) ?? 'general';
  const tools = new Set(callsOf(reference.steps).map((call) => call.name));
  const body = {
    domain: domain.id,
    database: input.database,
    ...(input.trajectory.initialization === undefined
      ? {}
      : { initialization: input.trajectory.initialization }),
    condition,
    conditions: [...twist.conditions],
    kinds: [...new Set(twist.kinds)].sort(),
    knobs: { ...twist.knobs },
    program: twist.program,
    criteria,
    hidden: [...twist.hidden],
    infeasible: [...twist.infeasible],
    chance: guessChance(domain, state, twist.program.userId, twist.program.requests, twist.hidden),
    provenance: {
      source: input.source,
      trajectory: input.trajectory.id,
      explorer: input.trajectory.explorer,
      transforms: [...twist.transforms],
      seed: input.trajectory.seed,
      set: input.trajectory.id,
    },
    signature: `${[...tools].sort().join('+')} | ${[...new Set(twist.kinds)].sort().join('+')}`,
  };
  return { id: `${condition}-${shortDigest(body)}`, ...body };
}

function buildReference(domain: Domain, initial: State, twist: Twist): Reference | undefined {
  const { program } = twist;
  const authenticate = domain.identity.ways
    .map((way) => authenticationCall(way, program.identity))
    .find((call) => call !== undefined);
  if (authenticate === undefined) return undefined;
  const steps: ReferenceStep[] = [{ type: 'call', request: null, call: authenticate }];
  const facts: Criteria['communicate'] = [];
  const evidence = new Map<string, RecordRef[]>();
  const equivalents = new Map<ToolCall, readonly ToolCall[]>();
  let state = initial;
  const run = (request: string, call: ToolCall) => {
    steps.push({ type: 'call', request, call });
    state = applyCall(domain, state, call).state;
  };
  const goal = finalGoal(program);
  steps.push(...withdrawnProposals(domain, initial, program));
  // A hand-over ends the conversation, so what can be served comes first.
  const ordered = [...goal].sort((a, b) => Number(isTransfer(twist, a)) - Number(isTransfer(twist, b)));
  for (const request of ordered) {
    const intent = domain.intent(request.intent);
    if (intent === undefined) return undefined;
    quoteFirst(program, request, intent, state, steps, run);
    const wish = readAll(state, intent, program.userId, request);
    wish.forEach((call) => run(request.id, call));
    const blocked = twist.infeasible.find((other) => other.request === request.id);
    if (blocked !== undefined) {
      const atBlock = afterCalls(domain, state, blocked.before ?? []);
      const deciding =
        blocked.kind === 'unwilling'
          ? changedBy(domain, atBlock, blocked.call)
          : decidingRecords(domain, atBlock, program.userId, request, blocked.call);
      evidence.set(request.id, readable(domain, initial, steps, request.id, deciding));
      if (blocked.kind === 'unwilling') steps.push({ type: 'ask', request: request.id, call: blocked.call });
      const outcome = twist.outcomes[request.id]?.[0];
      const handOver = domain.transferTool;
      if (outcome === 'transferred' && handOver !== undefined) {
        const call = { name: handOver.name, arguments: freeArguments(handOver.freeText, blocked.reason) };
        steps.push({ type: 'transfer', request: request.id, call, reason: blocked.reason });
        continue;
      }
      steps.push({ type: 'refuse', request: request.id, rule: blocked.rule, reason: blocked.reason });
      if (outcome !== 'alternative') continue;
    }
    const reaction = blocked === undefined ? undefined : program.refusals[request.id];
    const served = reaction === undefined ? request : withAlternative(request, reaction);
    if (served !== request)
      readAll(state, intent, program.userId, served)
        .filter(
          (call) =>
            !wish.some((other) => sameJson(other.arguments, call.arguments) && other.name === call.name),
        )
        .forEach((call) => run(request.id, call));
    const context = slotContext(state, program.userId, requestValues(served));
    if (intent.answer !== undefined) {
      const answers = intent.answer(context).map(({ key, title, value }) => ({ key, title, value }));
      steps.push({ type: 'state_facts', request: request.id, facts: answers });
      facts.push(...answers.map((fact) => ({ request: request.id, ...fact })));
      continue;
    }
    const calls = fulfilment(intent, context);
    const [call] = calls;
    if (call === undefined) return undefined;
    if (calls.length === 1) equivalents.set(call, intent.equivalentCalls?.(context) ?? []);
    calls.forEach((each) => run(request.id, each));
  }
  return {
    steps: withoutIdleReads(domain, initial, program, goal, steps, evidence),
    facts,
    evidence,
    equivalents,
  };
}

// A wish that is taken back when it is about to be done has to be proposed, or the user never takes it back.
function withdrawnProposals(domain: Domain, state: State, program: UserProgram): ReferenceStep[] {
  return program.changes.flatMap((change): ReferenceStep[] => {
    const { trigger } = change;
    if (trigger.type !== 'asked_to_confirm' && trigger.type !== 'asked_to_act') return [];
    if (!change.remove.includes(trigger.request)) return [];
    const wish = program.requests.find((request) => request.id === trigger.request);
    const intent = wish === undefined ? undefined : domain.intent(wish.intent);
    if (wish === undefined || intent === undefined) return [];
    const [call] = fulfilment(intent, slotContext(state, program.userId, requestValues(wish)));
    if (call === undefined) return [];
    return [{ type: call.requestor === 'user' ? 'ask' : 'propose', request: wish.id, call }];
  });
}

const isTransfer = (twist: Twist, request: Request) =>
  twist.outcomes[request.id]?.includes('transferred') ?? false;

function readAll(state: State, intent: Intent, userId: string, request: Request): ToolCall[] {
  const mentioned = Object.fromEntries(
    Object.entries(decisiveMentions(request)).map(([slot, mention]): [string, JsonObject] => [
      slot,
      mention.attributes,
    ]),
  );
  return readsFor(state, intent, userId, requestValues(request), mentioned);
}

// A change that waits for a number needs the number of the first wish to be said.
function quoteFirst(
  program: UserProgram,
  request: Request,
  intent: Intent,
  state: State,
  steps: ReferenceStep[],
  run: (request: string, call: ToolCall) => void,
): void {
  const waiting = program.changes.find(
    (change) => change.trigger.type === 'stated' && change.trigger.request === request.id,
  );
  const first = program.requests.find((other) => other.id === request.id);
  if (waiting === undefined || first === undefined) return;
  readAll(state, intent, program.userId, first).forEach((call) => run(request.id, call));
  const quotes = intent.quotes?.(slotContext(state, program.userId, requestValues(first))) ?? [];
  steps.push({
    type: 'state_facts',
    request: request.id,
    facts: quotes.map(({ key, title, value }) => ({ key, title, value })),
  });
}

/** The records that a call would change: what is wrong with them is why it is asked for. */
function changedBy(domain: Domain, state: State, call: ToolCall): RecordRef[] {
  const rows = changedRows(state, applyCall(domain, state, call).state);
  return Object.entries(rows).flatMap(([table, byId]) => Object.keys(byId).map((id) => ({ table, id })));
}

/** The records that decide a forbidden request: the one its rule names, else those the request is about. */
function decidingRecords(
  domain: Domain,
  state: State,
  userId: string,
  request: Request,
  call: ToolCall,
): RecordRef[] {
  const said = requestValues(request);
  const situation = { db: state, call, userId, confirmed: true, earlier: [], said };
  const named = domain.rules
    .filter((rule) => rule.subject !== 'conversation' && rule.tools.includes(call.name))
    .flatMap((rule) => rule.check(situation)?.record ?? []);
  return named.length > 0 ? named : recordsOf(state, [{ values: requestValues(request) }]);
}

/**
 * The deciding records that the reads so far have shown. Where no tool shows them (somebody else's record), the
 * records that the request's own reads showed: that is all an agent can go by.
 */
function readable(
  domain: Domain,
  initial: State,
  steps: readonly ReferenceStep[],
  request: string,
  deciding: readonly RecordRef[],
): RecordRef[] {
  const calls = steps.flatMap((step) =>
    step.type === 'call' ? [{ call: step.call, request: step.request }] : [],
  );
  const { executed } = execute(domain, initial, calls);
  const shown = (ref: RecordRef) =>
    executed.some((step) => step.shows.some((other) => other.table === ref.table && other.id === ref.id));
  const seen = deciding.filter(shown);
  if (seen.length > 0) return seen;
  return executed
    .filter((step) => step.request === request && step.ok)
    .flatMap((step) => step.shows.slice(0, 1));
}

const freeArguments = (names: readonly string[], text: string): JsonObject =>
  Object.fromEntries(names.map((name) => [name, text]));

/** Takes out reads that feed nothing, as in a trajectory. */
function withoutIdleReads(
  domain: Domain,
  initial: State,
  program: UserProgram,
  goal: readonly Request[],
  steps: readonly ReferenceStep[],
  evidence: ReadonlyMap<string, readonly RecordRef[]>,
): ReferenceStep[] {
  const planned = steps.flatMap((step, index): (PlannedCall & { index: number })[] =>
    step.type === 'call' || step.type === 'transfer'
      ? [{ call: step.call, request: step.request, index }]
      : [],
  );
  const firstOnly = planned.filter(
    ({ call }, i) =>
      domain.tool(call.name)?.kind !== 'read' ||
      planned.findIndex(
        (other) => other.call.name === call.name && sameJson(other.call.arguments, call.arguments),
      ) === i,
  );
  const { state, executed } = execute(domain, initial, firstOnly);
  const about = recordsOf(
    initial,
    goal.map((request) => ({ values: requestValues(request) })),
  );
  const shown = [...state.touched(), ...about, ...[...evidence.values()].flat()];
  const needed = factReads(domain, initial, program, goal, steps);
  const skip = superfluousReads(domain, saidBy(program), executed, shown, needed);
  for (const step of steps) {
    if (step.type !== 'state_facts') continue;
    keepAnswer(
      executed,
      skip,
      planned.filter(({ request }) => request === step.request).map(({ call }) => call),
    );
  }
  const kept = new Set(firstOnly.filter((_, i) => !skip.has(i)).map(({ index }) => index));
  const indices = new Set(planned.map(({ index }) => index));
  return steps.filter((_, index) => !indices.has(index) || kept.has(index));
}

/** The reads from which the facts that are stated come, as far as no slot asks for them. */
function factReads(
  domain: Domain,
  initial: State,
  program: UserProgram,
  goal: readonly Request[],
  steps: readonly ReferenceStep[],
): ToolCall[] {
  const told = new Set(steps.flatMap((step) => (step.type === 'state_facts' ? [step.request] : [])));
  return [...program.requests, ...goal].flatMap((request) => {
    const intent = told.has(request.id) ? domain.intent(request.intent) : undefined;
    return intent?.reads?.(slotContext(initial, program.userId, requestValues(request))) ?? [];
  });
}

/** Everything the user may say, for provenance. */
export function saidBy(program: UserProgram): Said {
  const everyRequest = [...program.requests, ...program.changes.flatMap((change) => change.add)];
  const requests = everyRequest.map((request) => ({
    id: request.id,
    mentioned: mentionedJson(decisiveMentions(request)),
  }));
  const changed = program.changes.flatMap((change) =>
    Object.entries(change.set).map(([id, slots]) => ({
      id,
      mentioned: mentionedJson(
        Object.fromEntries(Object.entries(slots).map(([slot, entry]) => [slot, entry.mention])),
      ),
    })),
  );
  const alternatives = Object.entries(program.refusals).flatMap(([id, reaction]) =>
    reaction.type === 'accept_alternative'
      ? [{ id, mentioned: mentionedJson({ [reaction.slot]: reaction.entry.mention }) }]
      : [],
  );
  return { identity: program.identity, requests: [...requests, ...changed, ...alternatives] };
}
