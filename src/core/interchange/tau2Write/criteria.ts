import {
  applyCall,
  prepare,
  requestorOf,
  type Domain,
  type JsonObject,
  type State,
  type ToolCall,
} from '../../environment/index.ts';
import { isRequired } from '../../evaluate/index.ts';
import type { Outcome, ReferenceStep, TaskDraft } from '../../transform/index.ts';
import { assertionsOf, type Tau2EnvAssertion } from './environmentCalls.ts';
import { titleOf } from './userText.ts';

/** A reference action of tau2-bench. */
export type Tau2Action = {
  readonly action_id: string;
  readonly requestor: 'assistant' | 'user';
  readonly name: string;
  readonly arguments: JsonObject;
  readonly info: null;
  /** The arguments that its ACTION check compares; an empty list compares the name alone. */
  readonly compare_args: readonly string[] | null;
};

/** Evaluation criteria of tau2-bench, with what they cannot express. */
export interface Tau2Encoding {
  readonly criteria: {
    readonly actions: readonly Tau2Action[];
    readonly env_assertions: readonly Tau2EnvAssertion[] | null;
    readonly communicate_info: readonly string[] | null;
    readonly nl_assertions: readonly string[] | null;
    readonly reward_basis: readonly ('DB' | 'ENV_ASSERTION' | 'COMMUNICATE' | 'ACTION' | 'NL_ASSERTION')[];
  };
  readonly notes: readonly string[];
}

/**
 * Criteria as tau2-bench's evaluator can check them. Its DB check replays the actions, so they always are the writes
 * of the reference (none: the database must stay as it is). A hand-over changes nothing and is asked for by an ACTION
 * check on the name of its tool. Actions then become mandatory, so reads are dropped unless they are the evidence that
 * has to come before a no, and of a write only the name is compared: its effect is the DB check's. A no in words is an
 * assertion for a model to judge.
 */
export function tau2Encoding(domain: Domain, initial: State, task: TaskDraft): Tau2Encoding {
  const { criteria } = task;
  const calls = referenceCalls(domain, prepare(domain, initial, task.initialization), criteria.reference);
  const evidence = evidenceReads(domain, calls, task);
  const transfers = calls.filter(({ step }) => step.type === 'transfer');
  const judged = evidence.size > 0 || transfers.length > 0;
  // A task of others says itself which calls have to be made, and how they are compared.
  const required = (call: ToolCall) =>
    criteria.required?.find(
      (other) => isRequired(other.call, call, null) && requestorOf(other.call) === requestorOf(call),
    );
  const actions = calls.flatMap(({ call, step }): Tau2Action[] => {
    const tool = domain.tool(call.name);
    const isRead = evidence.has(call);
    const asked = required(call);
    if (!isRead && asked === undefined && step.type !== 'transfer' && tool?.kind !== 'write') return [];
    return [
      {
        action_id: '',
        requestor: requestorOf(call),
        name: call.name,
        arguments: call.arguments,
        info: null,
        compare_args:
          asked === undefined ? (judged && !isRead ? [] : comparable(domain, call)) : asked.compare,
      },
    ];
  });
  const refusals = refusalAssertions(domain, task);
  const assertions = assertionsOf(task);
  const told = criteria.communicate.map(({ value }) => value.replaceAll(',', ''));
  return {
    criteria: {
      actions: actions.map((action, i) => ({ ...action, action_id: `${task.id}_${i}` })),
      env_assertions: assertions.length === 0 ? null : assertions,
      communicate_info: told.length === 0 ? null : told,
      nl_assertions: refusals.length === 0 ? null : refusals,
      reward_basis: [
        ...(criteria.basis.includes('state') ? ['DB' as const] : []),
        ...(assertions.length > 0 ? ['ENV_ASSERTION' as const] : []),
        ...(judged || (criteria.required ?? []).length > 0 ? ['ACTION' as const] : []),
        ...(told.length > 0 ? ['COMMUNICATE' as const] : []),
        ...(refusals.length > 0 ? ['NL_ASSERTION' as const] : []),
      ],
    },
    notes: notesOn(task),
  };
}

interface ReferenceCall {
  readonly call: ToolCall;
  readonly step: ReferenceStep;
  readonly shows: readonly { readonly table: string; readonly id: string }[];
}

function referenceCalls(domain: Domain, initial: State, steps: readonly ReferenceStep[]): ReferenceCall[] {
  let state = initial;
  return steps.flatMap((step): ReferenceCall[] => {
    if (step.type !== 'call' && step.type !== 'transfer') return [];
    const outcome = applyCall(domain, state, step.call);
    state = outcome.state;
    const tool = domain.tool(step.call.name);
    const shows =
      outcome.ok && tool !== undefined ? tool.shows(state, step.call.arguments, outcome.result) : [];
    return [{ call: step.call, step, shows }];
  });
}

/** For each record that has to be read before a no, the first read of the reference that shows it. */
function evidenceReads(
  domain: Domain,
  calls: readonly ReferenceCall[],
  task: TaskDraft,
): ReadonlySet<ToolCall> {
  const reads = calls.filter(({ call }) => domain.tool(call.name)?.kind === 'read');
  const needed = task.criteria.outcomes.flatMap(({ evidence }) => evidence);
  return new Set(
    needed.flatMap((ref) => {
      const found = reads.find(({ shows }) =>
        shows.some(({ table, id }) => table === ref.table && id === ref.id),
      );
      return found === undefined ? [] : [found.call];
    }),
  );
}

// Named one by one: left out, tau2 compares only what the agent's call has, and a call without arguments matches all.
function comparable(domain: Domain, call: ToolCall): string[] {
  const free = domain.tool(call.name)?.freeText ?? [];
  return Object.keys(call.arguments).filter((name) => !free.includes(name));
}

function refusalAssertions(domain: Domain, task: TaskDraft): string[] {
  const requests = [...task.program.requests, ...task.program.changes.flatMap((change) => change.add)];
  const isNo = (accepted: readonly Outcome[]) =>
    accepted.includes('refused') && !accepted.includes('transferred');
  return task.criteria.outcomes.flatMap(({ request, accepted }) => {
    const wanted = requests.find(({ id }) => id === request);
    return wanted === undefined || !isNo(accepted)
      ? []
      : [
          `The agent told the user that it cannot do what they want (${titleOf(domain, wanted)}), and did not claim to have done it.`,
        ];
  });
}

function notesOn({ criteria }: TaskDraft): string[] {
  const more = criteria.endStates.length - 1;
  const evidence = criteria.outcomes.some((outcome) => outcome.evidence.length > 0);
  return [
    ...(more > 0
      ? [
          `${more} more end state${more === 1 ? ' is' : 's are'} as right as the one of the actions; tau2 knows only that one.`,
        ]
      : []),
    ...(criteria.forbidden.length > 0
      ? ['Issuing a forbidden call that the tool rejects is a fault here; tau2 sees only what changed.']
      : []),
    ...((criteria.freeTables ?? []).length > 0
      ? [
          "What the user did with their own hands is judged by assertions here; tau2 compares their side's state too.",
        ]
      : []),
    ...(evidence
      ? ['The evidence has to be read before the answer; tau2 checks that it was read at all.']
      : []),
  ];
}
