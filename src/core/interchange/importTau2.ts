import { certify, type CertifyOptions, type Task } from '../certify/index.ts';
import {
  changedRows,
  identifiedUser,
  InputError,
  prepare,
  replay,
  requestorOf,
  shortDigest,
} from '../environment/index.ts';
import type { DatabaseRef, Domain, State, ToolCall } from '../environment/index.ts';
import { leaves } from '../explore/index.ts';
import type { RewardBasis, TaskDraft, UserProgram } from '../transform/index.ts';
import { defaultBasis, t2tListsOf } from './t2tLists.ts';
import { tau2Calls, tau2TaskSchema, type Tau2Task } from './tau2.ts';
import { callOf, tau2Assertions, tau2Initialization } from './tau2Environment.ts';
import { certifiedTaskInTau2 } from './tau2Write/task.ts';

/** Tasks of tau2-bench, and the database that they are about. */
export interface Tau2Import {
  readonly domain: Domain;
  readonly state: State;
  readonly database: DatabaseRef;
  /** The task file, for provenance. */
  readonly name: string;
  readonly tasks: readonly unknown[];
  /** Where the first of these stands in its file, from 0. */
  readonly first: number;
}

/** A task that cannot become one of ours, and why. */
export interface RefusedTask {
  /** Its id, or "number 3" where it has none that can be read. */
  readonly task: string;
  readonly reason: string;
}

/**
 * Turns tau2 tasks into tasks of ours. Their user is prose, so the simulated user only opens with it: such tasks
 * can be replayed, graded and served by agents that need no answers. A task whose certificate is not accepted is
 * returned with the others; it says so itself. One that cannot be run or judged here at all is refused. `from` says
 * for each task which of the given ones it was, from 0.
 */
export async function importTau2Tasks(
  input: Tau2Import,
  signal?: AbortSignal,
  options?: CertifyOptions,
): Promise<{ tasks: Task[]; from: number[]; refused: RefusedTask[] }> {
  const tasks: Task[] = [];
  const from: number[] = [];
  const refused: RefusedTask[] = [];
  for (const [i, value] of input.tasks.entries()) {
    signal?.throwIfAborted();
    // Written here: the task that it was, user program and all.
    const own = await certifiedTaskInTau2(input.domain, input.state, value);
    if (own !== undefined) {
      tasks.push(own);
      from.push(i);
      continue;
    }
    const parsed = tau2TaskSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const where = issue?.path.join('.') || 'the top level';
      refused.push({
        task: idOf(value) ?? `number ${input.first + i + 1}`,
        reason: `not a task: at ${where}: ${issue?.message ?? 'unreadable'}.`,
      });
      continue;
    }
    const source = parsed.data;
    const reason = hindrance(input.domain, source) ?? unprepared(input, source);
    if (reason !== undefined) {
      refused.push({ task: source.id, reason });
      continue;
    }
    const draft = draftOf(input, source);
    tasks.push({ ...draft, certificate: await certify(input.domain, input.state, draft, options) });
    from.push(i);
  }
  return { tasks, from, refused };
}

function idOf(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** Why a task cannot be run or judged here; undefined when it can. */
function hindrance(domain: Domain, task: Tau2Task): string | undefined {
  const { evaluation_criteria: criteria } = task;
  const { instructions } = task.user_scenario;
  const named = typeof instructions === 'string' ? undefined : instructions.domain?.toLowerCase();
  if (named !== undefined && named !== domain.id && named !== domain.title.toLowerCase())
    return `it says that it is of the domain "${named}", not ${domain.title}.`;
  const calls = tau2Calls(task);
  const byUser = calls.find((call) => requestorOf(call) === 'user' && isOthers(domain, call));
  if (byUser !== undefined) return `its user calls a tool, "${byUser.name}", which no user can do here.`;
  const unknown = calls.find((call) => isOthers(domain, call));
  if (unknown !== undefined)
    return `it names the tool "${unknown.name}", which the ${domain.title} domain does not have.`;
  // Calls that prepare the environment can be run here; data of its own would be another database.
  const started = Object.entries(task.initial_state ?? {}).filter(
    ([key, value]) => key !== 'initialization_actions' && isFilled(value),
  );
  if (started.length > 0)
    return `it starts from a state of its own (${started.map(([key]) => key).join(', ')}), not from the database.`;
  if (basisOf(task).length === 0)
    return `its reward is ${(criteria?.reward_basis ?? []).join(', ')} alone, which no program here can judge.`;
  return undefined;
}

const isOthers = (domain: Domain, call: ToolCall): boolean =>
  domain.tool(call.name)?.holder !== requestorOf(call);

/** Why a task's environment cannot be prepared; undefined when it can. */
function unprepared({ domain, state }: Tau2Import, source: Tau2Task): string | undefined {
  try {
    prepare(domain, state, tau2Initialization(source));
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `its environment cannot be prepared: ${error.message}`;
  }
}

const isFilled = (value: unknown): boolean =>
  value !== null && (typeof value !== 'object' || Object.values(value ?? {}).some((inner) => inner !== null));

const listsOf = (source: Tau2Task) => t2tListsOf(source.user_scenario.instructions);
const wanted = (source: Tau2Task) =>
  source.evaluation_criteria?.reward_basis ?? defaultBasis(listsOf(source));

/** What must be said, where the reward depends on it. */
const toldOf = (source: Tau2Task) =>
  wanted(source).includes('COMMUNICATE') ? (source.evaluation_criteria?.communicate_info ?? []) : [];

/** What has to be called, where the reward depends on it. */
function requiredOf(source: Tau2Task): NonNullable<TaskDraft['criteria']['required']> {
  const basis = wanted(source);
  const actions = basis.includes('ACTION') ? (source.evaluation_criteria?.actions ?? []) : [];
  const listed = basis.includes('REQUIRED_ACTION') ? listsOf(source).required : [];
  return [
    ...actions.map(({ name, arguments: args, requestor, compare_args: compare }) => ({
      call: callOf(name, args, requestor),
      compare: compare ?? null,
    })),
    ...listed.map((call) => ({ call: callOf(call.name, call.arguments, undefined), compare: null })),
  ];
}

/** What must not be called, where the reward depends on it. */
const prohibitedOf = (source: Tau2Task) =>
  wanted(source).includes('PROHIBITED_ACTION') ? listsOf(source).prohibited : [];

function basisOf(source: Tau2Task): RewardBasis[] {
  const basis = wanted(source);
  return [
    ...(basis.includes('DB') ? ['state' as const] : []),
    ...(toldOf(source).length > 0 ? ['communicate' as const] : []),
    ...(prohibitedOf(source).length > 0 ? ['forbidden' as const] : []),
    ...(requiredOf(source).length > 0 ? ['required' as const] : []),
    ...(basis.includes('ENV_ASSERTION') ? ['assertions' as const] : []),
  ];
}

/** The parts of the source's reward that are not part of ours. */
function unjudgedOf(source: Tau2Task): string[] {
  const prose = wanted(source).includes('NL_ASSERTION')
    ? (source.evaluation_criteria?.nl_assertions ?? [])
    : [];
  return prose.map((text) => `assertion in natural language: ${text}`);
}

/** Stands for the one request that a user of prose has. */
const PROSE = 'prose';

function draftOf({ domain, state: initial, database, name }: Tau2Import, source: Tau2Task): TaskDraft {
  const calls = tau2Calls(source);
  const criteria = source.evaluation_criteria;
  const initialization = tau2Initialization(source);
  const assertions = tau2Assertions(source);
  const state = prepare(domain, initial, initialization);
  const { state: end } = replay(domain, state, calls);
  const endState = Object.entries(changedRows(state, end)).map(
    ([table, rows]) => [table, { ...rows }] as const,
  );
  const unjudged = unjudgedOf(source);
  const required = requiredOf(source);
  const facts = toldOf(source).map((value, i) => ({
    key: `fact-${i + 1}`,
    title: 'a required fact',
    value,
  }));
  return {
    // Of the database too: the same tasks on another database have other end states.
    id: `tau2-${source.id}-${shortDigest({ database: { ...database }, source })}`,
    domain: domain.id,
    database,
    ...(initialization.length === 0 ? {} : { initialization }),
    condition: 'general',
    conditions: ['general'],
    kinds: ['imported'],
    knobs: {},
    program: proseProgram(domain, state, calls, source),
    criteria: {
      basis: basisOf(source),
      reference: [
        ...calls.map((call) => ({ type: 'call' as const, request: null, call })),
        // The reference leaves open when it is said; after everything it cannot be too early.
        ...(facts.length === 0 ? [] : [{ type: 'state_facts' as const, request: PROSE, facts }]),
      ],
      // Without reference actions, or where only assertions count, no end state is stated; with an empty list, nothing may change.
      endStates:
        Array.isArray(criteria?.actions) && basisOf(source).includes('state')
          ? [Object.fromEntries(endState)]
          : [],
      communicate: facts.map((fact) => ({ request: PROSE, ...fact })),
      outcomes: [],
      forbidden: prohibitedOf(source).map((call) => ({
        call: { name: call.name, arguments: { ...call.arguments } },
        why: 'the task says so',
      })),
      ...(assertions.length === 0 ? {} : { assertions }),
      ...(required.length === 0 ? {} : { required }),
      ...(unjudged.length === 0 ? {} : { unjudged }),
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
  const userId = userOf(domain, state, calls);
  const { instructions } = source.user_scenario;
  const parts =
    typeof instructions === 'string'
      ? [instructions]
      : [
          instructions.reason_for_call,
          instructions.known_info,
          instructions.unknown_info,
          instructions.task_instructions,
        ];
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

/**
 * Whose task it is: the user that the reference looks up, or, as many references leave that out, the owner of the
 * first record that it names. Empty when neither tells.
 */
function userOf(domain: Domain, state: State, calls: readonly ToolCall[]): string {
  const [found] = replay(domain, state, calls).steps.flatMap(({ call, outcome }) =>
    outcome.ok ? (identifiedUser(domain, call.name, outcome.result) ?? []) : [],
  );
  if (found !== undefined) return found;
  for (const { value } of calls.flatMap((call) => leaves(call.arguments)))
    for (const table of Object.keys(state.base)) {
      if (typeof value !== 'string' || state.get(table, value) === undefined) continue;
      const [owner] = [domain.owner(state, { table, id: value })].flat();
      if (typeof owner === 'string') return owner;
    }
  return '';
}
