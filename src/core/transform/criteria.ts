import { applyCall, changedRows, sameJson } from '../environment/index.ts';
import type { Assertion, ChangedRows, Domain, RecordRef, State, ToolCall } from '../environment/index.ts';
import { slotContext } from '../explore/index.ts';
import { finalGoal, requestValues } from './goal.ts';
import type { Criteria, ReferenceStep } from './task.ts';
import type { Twist } from './transform.ts';
import type { Request, UserProgram } from './userProgram.ts';

/** The calls of a reference, in order. */
export function callsOf(steps: readonly ReferenceStep[]): ToolCall[] {
  return steps.flatMap((step) => (step.type === 'call' || step.type === 'transfer' ? [step.call] : []));
}

/** A reference with what its steps prove. */
export interface Reference {
  readonly steps: readonly ReferenceStep[];
  readonly facts: Criteria['communicate'];
  /** Per infeasible request, the records that decide it. */
  readonly evidence: ReadonlyMap<string, RecordRef[]>;
  /** Calls that are as right as the reference's, per position in the calls. */
  readonly equivalents: ReadonlyMap<ToolCall, readonly ToolCall[]>;
}

/** What is checked after a rollout of a task with this reference. */
export function buildCriteria(domain: Domain, state: State, twist: Twist, reference: Reference): Criteria {
  const goal = finalGoal(twist.program);
  // Asking for a step is not forbidden, only in vain.
  const forbidden = twist.infeasible
    .filter(({ call, kind }) => kind !== 'unwilling' && domain.tool(call.name) !== undefined)
    .map((blocked) => ({ call: blocked.call, why: blocked.reason }));
  const assertions = demanded(domain, state, twist, goal);
  const freeTables = byHand(domain, twist.program) ? (domain.userSide?.tables ?? []) : [];
  return {
    basis: [
      'state',
      ...(reference.facts.length > 0 ? ['communicate' as const] : []),
      'outcome',
      'forbidden',
      ...(assertions.length > 0 ? ['assertions' as const] : []),
    ],
    reference: [...reference.steps],
    endStates: acceptedEndStates(domain, state, callsOf(reference.steps), reference.equivalents),
    communicate: reference.facts,
    outcomes: goal.map((request) => ({
      request: request.id,
      accepted: [...(twist.outcomes[request.id] ?? ['done'])],
      evidence: reference.evidence.get(request.id) ?? [],
      ...askedFor(twist, request.id),
    })),
    forbidden,
    ...(assertions.length > 0 ? { assertions } : {}),
    ...(freeTables.length > 0 ? { freeTables: [...freeTables] } : {}),
  };
}

/** What has to hold once the requests are done that have to be done. */
function demanded(domain: Domain, state: State, twist: Twist, goal: readonly Request[]): Assertion[] {
  return goal
    .filter((request) => twist.outcomes[request.id] === undefined)
    .flatMap((request) => {
      const context = slotContext(state, twist.program.userId, requestValues(request));
      return [...(domain.intent(request.intent)?.assertions?.(context) ?? [])];
    });
}

/** Whether any wish, whatever becomes of it, has the user do something with their own hands. */
function byHand(domain: Domain, program: UserProgram): boolean {
  const wishes = [...program.requests, ...program.changes.flatMap((change) => change.add)];
  return wishes.some(({ intent }) => domain.intent(intent)?.assertions !== undefined);
}

function askedFor(twist: Twist, request: string): { asked?: ToolCall[] } {
  const asked = twist.infeasible.filter(
    (blocked) => blocked.kind === 'unwilling' && blocked.request === request,
  );
  return asked.length === 0 ? {} : { asked: asked.map(({ call }) => call) };
}

const MAX_END_STATES = 8;

function acceptedEndStates(
  domain: Domain,
  state: State,
  calls: readonly ToolCall[],
  equivalents: ReadonlyMap<ToolCall, readonly ToolCall[]>,
): Criteria['endStates'] {
  const plans = calls.reduce<ToolCall[][]>(
    (prefixes, call) =>
      [call, ...(equivalents.get(call) ?? [])]
        .flatMap((choice) => prefixes.map((prefix) => [...prefix, choice]))
        .slice(0, MAX_END_STATES),
    [[]],
  );
  const ends: ChangedRows[] = [];
  for (const plan of plans) {
    const end = plan.reduce((current, call) => applyCall(domain, current, call).state, state);
    const rows = changedRows(state, end);
    if (!ends.some((other) => sameJson(other, rows))) ends.push(rows);
  }
  return ends.map((rows) =>
    Object.fromEntries(Object.entries(rows).map(([table, byId]) => [table, { ...byId }])),
  );
}
