import { z } from 'zod';
import {
  changedRows,
  checkAssertion,
  InputError,
  jsonObjectSchema,
  replay,
  requestorOf,
} from '../environment/index.ts';
import type { Assertion, ChangedRows, Domain, Requestor, State, ToolCall } from '../environment/index.ts';
import { callOf, envAssertionSchema, initialStateSchema } from './tau2Environment.ts';
import { t2tListsShape } from './t2tLists.ts';

const actionSchema = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.string().optional(),
  compare_args: z.array(z.string()).nullish(),
});

const text = z.string().nullish();

/** A task as tau2-bench publishes it. Keys that do not matter here are ignored, as its own reader does. */
export const tau2TaskSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  user_scenario: z.object({
    instructions: z.union([
      z.string(),
      z.object({
        domain: text,
        reason_for_call: text,
        task_instructions: text,
        known_info: text,
        unknown_info: text,
        ...t2tListsShape,
      }),
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

/**
 * Parses a tau2 task file for one domain. Throws {@link InputError} naming the task and field at fault, and when all
 * of its tasks name tools that the domain has not: see {@link unknownTool} for single ones.
 */
export function parseTau2Tasks(domain: Domain, value: unknown, where: string): Tau2Task[] {
  if (!Array.isArray(value)) throw new InputError(where, 'expected a JSON array of tasks.');
  const tasks = value.map((item: unknown, i) => {
    const parsed = tau2TaskSchema.safeParse(item);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new InputError(
        where,
        `task ${i}: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
        'Nothing was loaded.',
      );
    }
    return parsed.data;
  });
  const unknown = tasks.map((task) => unknownTool(domain, task));
  const [first] = unknown;
  if (typeof first === 'string' && unknown.every((name) => name !== null))
    throw new InputError(
      where,
      `task ${tasks[0]?.id}: the ${domain.title} domain has no tool '${first}'.`,
      'Is this task file of another domain?',
    );
  return tasks;
}

/** The first tool among a task's reference actions that the domain has not; null where it has all of them. */
export function unknownTool(domain: Domain, task: Tau2Task): string | null {
  const actions = task.evaluation_criteria?.actions ?? [];
  return actions.find(({ name }) => domain.tool(name) === undefined)?.name ?? null;
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
