import { applyCall, jsonSchema, renderContent, shortDigest } from '../environment/index.ts';
import type { DatabaseRef, Domain, Json, RecordRef, State, Tool, ToolCall } from '../environment/index.ts';
import { slotContext, type Grounding } from './ground.ts';
import {
  explain,
  keepAnswer,
  leaves,
  superfluousReads,
  type ExplainableStep,
  type Said,
} from './provenance.ts';
import type { GroundedRequest, Step, Trajectory } from './trajectory.ts';

/** A call about to be recorded, and the request it serves. */
export interface PlannedCall {
  readonly call: ToolCall;
  readonly request: string | null;
}

/** One executed call. */
export interface ExecutedCall extends PlannedCall, ExplainableStep {
  readonly content: string;
}

/** Runs calls from a state and keeps what provenance needs. */
export function execute(
  domain: Domain,
  initial: State,
  calls: readonly PlannedCall[],
): { state: State; executed: ExecutedCall[] } {
  let state = initial;
  const identityTools = new Set(domain.identity.ways.map((way) => way.tool));
  const executed = calls.map(({ call, request }): ExecutedCall => {
    const outcome = applyCall(domain, state, call);
    const tool = domain.tool(call.name);
    const computed = outcome.ok && tool !== undefined ? computedIn(tool, state, call) : noPaths;
    state = outcome.state;
    return {
      call,
      request,
      ok: outcome.ok,
      result: outcome.ok ? readableResult(outcome.result) : null,
      content: renderContent(domain, outcome),
      computed,
      kind: identityTools.has(call.name) ? 'authenticate' : (tool?.kind ?? 'unknown'),
      shows: outcome.ok && tool !== undefined ? tool.shows(state, call.arguments, outcome.result) : [],
    };
  });
  return { state, executed };
}

const noPaths: ReadonlySet<string> = new Set();

function computedIn(tool: Tool, before: State, call: ToolCall): ReadonlySet<string> {
  const expected = Object.entries(tool.computed(before, call.arguments));
  if (expected.length === 0) return noPaths;
  const values = new Map(leaves(call.arguments).map(({ path, value }) => [path, value]));
  return new Set(expected.flatMap(([path, value]) => (values.get(path) === value ? [path] : [])));
}

// Some tools answer with JSON inside a string; its reader sees the values all the same. Such a text is nearly always
// the one before again (a list of all products).
let lastText: { readonly text: string; readonly value: Json } = { text: '', value: '' };

/** What a reader finds in a result. */
export function readableResult(result: Json): Json {
  if (typeof result !== 'string' || !/^[[{]/.test(result)) return result;
  if (lastText.text !== result) lastText = { text: result, value: parsed(result) };
  return lastText.value;
}

function parsed(text: string): Json {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Everything that {@link recordTrajectory} needs beside the calls. */
export interface TrajectoryHead {
  readonly database: DatabaseRef;
  readonly explorer: string;
  readonly seed: string;
  readonly userId: string | null;
  readonly identity: Readonly<Record<string, string>>;
  readonly requests: readonly GroundedRequest[];
  readonly problem: Trajectory['problem'];
  readonly initialization?: Trajectory['initialization'];
}

/**
 * Runs calls, takes out reads whose results feed nothing, and explains every argument that is left. `initial` is the
 * state after the calls that prepare it. A read that shows a record of the requests, or one that a write changes, feeds the decision and stays.
 */
export function recordTrajectory(
  domain: Domain,
  initial: State,
  head: TrajectoryHead,
  calls: readonly PlannedCall[],
): Trajectory {
  const { state, executed } = execute(domain, initial, calls);
  const said: Said = {
    identity: head.identity,
    requests: head.requests.map((request) => ({ id: request.id, mentioned: request.mentioned })),
  };
  const evidence = [...state.touched(), ...recordsOf(initial, head.requests)];
  const needed = head.requests.flatMap(({ intent, values }) => {
    const asked = domain.intent(intent);
    if (asked?.answer === undefined) return [];
    return asked.reads?.(slotContext(initial, head.userId ?? '', values)) ?? [];
  });
  const skip = superfluousReads(domain, said, executed, evidence, needed);
  for (const request of head.requests) {
    if (domain.intent(request.intent)?.answer === undefined) continue;
    keepAnswer(
      executed,
      skip,
      calls.filter((planned) => planned.request === request.id).map(({ call }) => call),
    );
  }
  const kept = executed.filter((_, i) => !skip.has(i));
  const sources = explain(domain, said, kept);
  const steps = kept.map((step, i): Step => ({
    call: step.call,
    ok: step.ok,
    content: step.content,
    request: step.request,
    sources: sources[i] ?? [],
    shows: [...step.shows],
  }));
  const unexplained = sources.flat().find((argument) => argument.source === null);
  const problem =
    head.problem ??
    (unexplained === undefined
      ? null
      : {
          code: 'unexplained-argument',
          reason: `Nothing said or read gives the value of ${unexplained.argument}.`,
        });
  const body = {
    domain: domain.id,
    database: head.database,
    explorer: head.explorer,
    seed: head.seed,
    userId: head.userId,
    requests: [...head.requests],
    steps,
    removedReads: skip.size,
    problem,
    ...(head.initialization === undefined ? {} : { initialization: head.initialization }),
  };
  return { id: `trajectory-${shortDigest({ ...body, steps: steps.map((step) => step.call) })}`, ...body };
}

/** Records whose ids are values of the requests. */
export function recordsOf(
  state: State,
  requests: readonly { readonly values: Readonly<Record<string, Json>> }[],
): RecordRef[] {
  const ids = requests
    .flatMap((request) => Object.values(request.values))
    .filter((value) => typeof value === 'string');
  return Object.keys(state.base).flatMap((table) =>
    ids.filter((id) => state.get(table, id) !== undefined).map((id) => ({ table, id })),
  );
}

/** A grounding as it is stored. */
export function toRequest(id: string, grounding: Grounding): GroundedRequest {
  return {
    id,
    intent: grounding.intent.id,
    values: { ...grounding.values },
    mentioned: Object.fromEntries(
      grounding.filled.map(({ slot, candidate, decisive }) => [
        slot.name,
        slot.open ? { value: candidate.value } : { ...decisive },
      ]),
    ),
  };
}

/** Calls without reads made before to the letter: the same read tells nothing new. */
export function withoutRepeats(domain: Domain, calls: readonly PlannedCall[]): PlannedCall[] {
  const seen = new Set<string>();
  return calls.filter(({ call }) => {
    // The same write twice does something twice: a phone is started again after another setting.
    if (domain.tool(call.name)?.kind === 'write') return true;
    const key = JSON.stringify(call);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
