import { z } from 'zod';
import { certify, type Task } from '../certify/index.ts';
import {
  changedRows,
  checkAssertion,
  identifiedUser,
  InputError,
  jsonObjectSchema,
  replay,
  requestorOf,
  shortDigest,
} from '../environment/index.ts';
import type {
  Assertion,
  ChangedRows,
  DatabaseRef,
  Domain,
  Requestor,
  State,
  ToolCall,
} from '../environment/index.ts';
import type { RewardBasis, TaskDraft, UserProgram } from '../transform/index.ts';
import { callOf, envAssertionSchema, initialStateSchema } from './tau2Environment.ts';

const actionSchema = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.string().optional(),
});

const text = z.string().nullish();

/** A task as tau2-bench publishes it. Keys that do not matter here are ignored, as its own reader does. */
export const tau2TaskSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  user_scenario: z.object({
    instructions: z.union([
      z.string(),
      z.object({ reason_for_call: text, task_instructions: text, known_info: text, unknown_info: text }),
    ]),
  }),
  initial_state: initialStateSchema.nullish(),
  evaluation_criteria: z
    .object({
      actions: z.array(actionSchema).nullish(),
      communicate_info: z.array(z.string()).nullish(),
      nl_assertions: z.array(z.string()).nullish(),
      env_assertions: z.array(envAssertionSchema).nullish(),
      reward_basis: z.array(z.string()).nullish(),
    })
    .nullish(),
});
export type Tau2Task = z.infer<typeof tau2TaskSchema>;

/** Parses a tau2 task file. Throws {@link InputError} naming the task and field at fault. */
export function parseTau2Tasks(domain: Domain, value: unknown, where: string): Tau2Task[] {
  if (!Array.isArray(value)) throw new InputError(where, 'expected a JSON array of tasks.');
  return value.map((item: unknown, i) => {
    const parsed = tau2TaskSchema.safeParse(item);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new InputError(
        where,
        `task ${i}: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
        'Nothing was loaded.',
      );
    }
    for (const action of parsed.data.evaluation_criteria?.actions ?? [])
      if (domain.tool(action.name) === undefined)
        throw new InputError(
          where,
          `task ${parsed.data.id}: the ${domain.title} domain has no tool '${action.name}'.`,
          'Is this task file of another domain?',
        );
    return parsed.data;
  });
}

/** The reference actions of a tau2 task as calls. */
export function tau2Calls(task: Tau2Task): ToolCall[] {
  return (task.evaluation_criteria?.actions ?? []).map(({ name, arguments: args, requestor }) =>
    callOf(name, args, requestor),
  );
}

/** One replayed task in the shape of the reference implementation's recorded answers. */
export interface Tau2Replay {
  readonly task_id: string;
  readonly steps: readonly {
    readonly name: string;
    readonly arguments: ToolCall['arguments'];
    /** Who called; only in domains where users have tools of their own. */
    readonly requestor?: Requestor;
    readonly error: boolean;
    readonly content: string;
  }[];
  readonly changed: ChangedRows;
  /** Whether each assertion holds at the end, null for one that nobody here knows; absent where domains have none. */
  readonly env_assertions_met?: readonly (boolean | null)[];
}

/**
 * Replays calls; `render` turns an outcome into the text an agent reads. What the domain reports of the end state
 * stands beside the rest.
 */
export function replayCalls(
  domain: Domain,
  state: State,
  id: string,
  calls: readonly ToolCall[],
  render: (outcome: ReturnType<typeof replay>['steps'][number]['outcome']) => string,
  assertions: readonly Assertion[] = [],
): Tau2Replay & Readonly<Record<string, unknown>> {
  const { state: end, steps } = replay(domain, state, calls);
  return {
    task_id: id,
    steps: steps.map(({ call, outcome }) => ({
      name: call.name,
      arguments: call.arguments,
      ...(domain.userSide === undefined ? {} : { requestor: requestorOf(call) }),
      error: !outcome.ok,
      content: render(outcome),
    })),
    changed: changedRows(state, end),
    ...(domain.assertions.length === 0 ? {} : { env_assertions_met: assertions.map(met) }),
    ...domain.report?.(end),
  };

  function met(assertion: Assertion): boolean | null {
    const finding = checkAssertion(domain, end, assertion);
    return finding.evaluated ? finding.met : null;
  }
}

/**
 * Turns tau2 tasks into tasks of ours. Their user is prose, so the simulated user only opens with it: such tasks
 * can be replayed, graded and served by agents that need no answers. Tasks whose certificate is not accepted are
 * returned as well, and listed under `problems`.
 */
export async function importTau2Tasks(
  domain: Domain,
  state: State,
  database: DatabaseRef,
  name: string,
  value: unknown,
): Promise<{ tasks: Task[]; problems: { task: string; reason: string }[] }> {
  const tasks: Task[] = [];
  const problems: { task: string; reason: string }[] = [];
  for (const source of parseTau2Tasks(domain, value, name)) {
    const draft = draftOf(domain, state, database, name, source);
    const certificate = await certify(domain, state, draft);
    tasks.push({ ...draft, certificate });
    const failed = certificate.checks.filter((check) => check.status === 'failed');
    for (const check of failed) problems.push({ task: source.id, reason: `${check.id}: ${check.evidence}` });
    const unread = unreadCriteria(source);
    if (unread.length > 0) problems.push({ task: source.id, reason: `Not evaluated: ${unread.join(', ')}.` });
  }
  return { tasks, problems };
}

function unreadCriteria(task: Tau2Task): string[] {
  const criteria = task.evaluation_criteria;
  return [
    ...((criteria?.nl_assertions ?? []).length > 0 ? ['assertions in natural language'] : []),
    ...((criteria?.env_assertions ?? []).length > 0 ? ['environment assertions'] : []),
    ...(criteria?.actions === null || criteria?.actions === undefined ? ['no reference actions'] : []),
  ];
}

function draftOf(
  domain: Domain,
  state: State,
  database: DatabaseRef,
  name: string,
  source: Tau2Task,
): TaskDraft {
  const calls = tau2Calls(source);
  const { state: end } = replay(domain, state, calls);
  const basis = source.evaluation_criteria?.reward_basis ?? ['DB', 'COMMUNICATE'];
  const told = basis.includes('COMMUNICATE') ? (source.evaluation_criteria?.communicate_info ?? []) : [];
  const ours: RewardBasis[] = [
    'state',
    ...(told.length > 0 ? ['communicate' as const] : []),
    ...(basis.includes('ENV_ASSERTION') ? ['assertions' as const] : []),
  ];
  return {
    id: `tau2-${source.id}-${shortDigest({ name, source })}`,
    domain: domain.id,
    database,
    condition: 'general',
    conditions: ['general'],
    kinds: ['imported'],
    knobs: {},
    program: proseProgram(domain, state, calls, source),
    criteria: {
      basis: ours,
      reference: calls.map((call) => ({ type: 'call', request: null, call })),
      endStates: [
        Object.fromEntries(
          Object.entries(changedRows(state, end)).map(([table, rows]) => [table, { ...rows }]),
        ),
      ],
      communicate: told.map((value, i) => ({
        request: 'prose',
        key: `fact-${i + 1}`,
        title: 'a required fact',
        value,
      })),
      outcomes: [],
      forbidden: [],
    },
    hidden: [],
    infeasible: [],
    chance: 1,
    provenance: {
      source: 'imported',
      trajectory: `${name}#${source.id}`,
      explorer: 'tau2-bench',
      transforms: [],
      seed: '',
      set: `${name}#${source.id}`,
    },
    signature: `${[...new Set(calls.map((call) => call.name))].sort().join('+')} | imported`,
  };
}

function proseProgram(
  domain: Domain,
  state: State,
  calls: readonly ToolCall[],
  source: Tau2Task,
): UserProgram {
  const found = replay(domain, state, calls).steps.flatMap(({ call, outcome }) =>
    outcome.ok ? (identifiedUser(domain, call.name, outcome.result) ?? []) : [],
  );
  const [userId = ''] = found;
  const { instructions } = source.user_scenario;
  const parts =
    typeof instructions === 'string'
      ? [instructions]
      : [instructions.reason_for_call, instructions.known_info, instructions.task_instructions];
  return {
    userId,
    identity: userId === '' ? {} : { ...domain.identity.facts(state, userId) },
    identityInOpening: false,
    identityText: '',
    requests: [],
    changes: [],
    refusals: {},
    openingText: parts.filter((part) => part !== null && part !== undefined && part !== '').join(' '),
    voice: source.id,
  };
}
