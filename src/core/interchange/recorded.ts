import { z } from 'zod';
import {
  InputError,
  isJsonObject,
  jsonObjectSchema,
  toolCallSchema,
  type Assertion,
  type Json,
  type ToolCall,
} from '../environment/index.ts';
import { tau2Assertions, callOf, envAssertionSchema, initialStateSchema } from './tau2Environment.ts';
import type { EnvironmentOfTask } from './tau2Environment.ts';
import { defaultBasis, t2tListsOf, type T2tLists } from './t2tLists.ts';

/** What a task of a tau benchmark asks for. */
export interface Tau2Criteria {
  /** How its environment begins. */
  readonly environment: EnvironmentOfTask;
  /** Null when the task states no end state. An empty list means that nothing may change. */
  readonly actions: readonly { readonly call: ToolCall; readonly compare: readonly string[] | null }[] | null;
  readonly say: readonly string[];
  /** What has to be true of the end. */
  readonly assertions: readonly Assertion[];
  /** What the method's own release adds. */
  readonly lists: T2tLists;
  /** Criteria in prose, which no program here can judge. */
  readonly prose: number;
  readonly basis: readonly string[];
}

const stepSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('message'), by: z.enum(['agent', 'user']), text: z.string() }),
  z.strictObject({
    type: z.literal('call'),
    call: toolCallSchema,
    /** What it was answered, where the file tells. */
    answer: z.string().nullable(),
  }),
]);

/** A rollout that somebody else ran, as far as it can be run again here. */
export const recordedRunSchema = z.strictObject({
  task_id: z.string(),
  trial: z.int().nonnegative(),
  /** Why it ended, in the words of its file. */
  termination: z.string(),
  /** Whether the user or the agent ended it; any other ending earns nothing. */
  complete: z.boolean(),
  /** False when model or network failed: such a run says nothing about the agent. */
  counts: z.boolean(),
  /** What was said and called, in order. */
  steps: z.array(stepSchema),
  /** The reward that the file carries. */
  recorded: z.number().nullable(),
});
export type RecordedRun = z.infer<typeof recordedRunSchema>;

/** Rollouts of one file. */
export interface Recorded {
  readonly runs: readonly RecordedRun[];
  /** The tasks that the file carries, in the form of tau2-bench. Ids in this file are theirs alone. */
  readonly tasks: readonly Json[];
  /** The model that served, where the file tells. */
  readonly agent: string | null;
  /**
   * Whether a task file beside it may be meant instead of the tasks that it carries. The task numbers of tau-bench
   * are not those of tau2-bench, so a trajectory's own task is what it is judged by.
   */
  readonly ownTasksOnly: boolean;
}

/** The calls of a recorded rollout, in order. */
export const callsIn = (run: Pick<RecordedRun, 'steps'>): ToolCall[] =>
  run.steps.flatMap((step) => (step.type === 'call' ? [step.call] : []));

const action = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.string().nullish(),
  compare_args: z.array(z.string()).nullish(),
});

const idSchema = z.union([z.string(), z.number()]).transform(String);

const criteriaSchema = z.object({
  id: idSchema,
  initial_state: initialStateSchema.nullish(),
  user_scenario: z.object({ instructions: z.unknown() }).nullish(),
  evaluation_criteria: z
    .object({
      actions: z.array(action).nullish(),
      communicate_info: z.array(z.string()).nullish(),
      nl_assertions: z.array(z.unknown()).nullish(),
      env_assertions: z.array(envAssertionSchema).nullish(),
      reward_basis: z.array(z.string()).nullish(),
    })
    .nullish(),
});

const answerSchema = {
  role: z.string(),
  content: z.string().nullish(),
};

const resultsSchema = z.object({
  tasks: z.array(z.looseObject({ id: idSchema })).nullish(),
  info: z
    .object({
      agent_info: z.object({ llm: z.string().nullish(), implementation: z.string().nullish() }).nullish(),
    })
    .nullish(),
  simulations: z.array(
    z.object({
      task_id: idSchema,
      trial: z.int().nonnegative().nullish(),
      termination_reason: z.string(),
      reward_info: z.object({ reward: z.number().nullish() }).nullish(),
      messages: z.array(
        z.object({
          ...answerSchema,
          tool_calls: z
            .array(
              z.object({ name: z.string(), arguments: jsonObjectSchema, requestor: z.string().nullish() }),
            )
            .nullish(),
        }),
      ),
    }),
  ),
});

const trajectoriesSchema = z
  .array(
    z.object({
      task_id: idSchema,
      trial: z.int().nonnegative().nullish(),
      reward: z.number().nullish(),
      info: z
        .object({
          task: z.object({
            instruction: z.string().nullish(),
            actions: z.array(z.object({ name: z.string(), kwargs: jsonObjectSchema })),
            outputs: z.array(z.string()).nullish(),
          }),
        })
        .nullish(),
      traj: z.array(
        z.object({
          ...answerSchema,
          name: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) }))
            .nullish(),
        }),
      ),
    }),
  )
  .min(1);

const ENDED_BY_A_PERSON = ['user_stop', 'agent_stop'];
const INFRASTRUCTURE = ['infrastructure_error', 'unexpected_error', 'timeout'];
const STOP = /###(STOP|TRANSFER|OUT-OF-SCOPE)###/;
const DEFAULT_BASIS = ['DB', 'COMMUNICATE'];

/** The criteria of tau2 tasks, per task id. Throws {@link InputError} that names the field at fault. */
export function tau2Criteria(tasks: unknown, where: string): Map<string, Tau2Criteria> {
  return new Map(
    parsed(z.array(criteriaSchema), tasks, where, 'a list of tau2 tasks').map((task) => {
      const criteria = task.evaluation_criteria;
      const lists = t2tListsOf(task.user_scenario?.instructions);
      return [
        task.id,
        {
          environment: task,
          actions:
            criteria?.actions?.map(({ name, arguments: args, requestor, compare_args }) => ({
              call: callOf(name, args, requestor),
              compare: compare_args ?? null,
            })) ?? null,
          say: criteria?.communicate_info ?? [],
          assertions: tau2Assertions(task),
          lists,
          prose: criteria?.nl_assertions?.length ?? 0,
          basis: criteria?.reward_basis ?? defaultBasis(lists),
        },
      ];
    }),
  );
}

/** True for a results file of tau2-bench. */
export const isResults = (value: unknown) =>
  typeof value === 'object' && value !== null && 'simulations' in value;

/**
 * The rollouts of a results file of tau2-bench, or of a list of trajectories of tau-bench. Throws {@link InputError}
 * that names the field at fault. `transferTools` are the tools by which domains hand over: a trajectory does not say
 * how it ended, and such a call is one way.
 */
export function recordedRuns(value: unknown, where: string, transferTools: readonly string[]): Recorded {
  if (Array.isArray(value)) return trajectories(value, where, transferTools);
  if (isResults(value)) return results(value, where);
  throw new InputError(
    where,
    'expected rollouts: a tau2 results file (an object with `simulations`), a list of tau-bench trajectories, or JSON Lines as `rollout` writes them.',
  );
}

function results(value: unknown, where: string): Recorded {
  const { simulations, info, tasks } = parsed(resultsSchema, value, where, 'a tau2 results file');
  return {
    agent: info?.agent_info?.llm ?? info?.agent_info?.implementation ?? null,
    ownTasksOnly: false,
    // Parsed for their ids only: what they hold is JSON as it stood in the file.
    tasks: (tasks ?? []) as unknown as readonly Json[],
    runs: simulations.map((run): RecordedRun => ({
      task_id: run.task_id,
      trial: run.trial ?? 0,
      termination: run.termination_reason,
      complete: ENDED_BY_A_PERSON.includes(run.termination_reason),
      counts: !INFRASTRUCTURE.includes(run.termination_reason),
      steps: stepsOf(run.messages, ({ name, arguments: args, requestor }) => callOf(name, args, requestor)),
      recorded: run.reward_info?.reward ?? null,
    })),
  };
}

function trajectories(value: unknown, where: string, transferTools: readonly string[]): Recorded {
  const all = parsed(trajectoriesSchema, value, where, 'a list of tau-bench trajectories');
  const tasks = new Map<string, Json>();
  for (const { task_id, info } of all)
    if (info !== null && info !== undefined && !tasks.has(task_id))
      tasks.set(task_id, {
        id: task_id,
        user_scenario: { instructions: info.task.instruction ?? '' },
        evaluation_criteria: {
          actions: info.task.actions.map(({ name, kwargs }) => ({ name, arguments: kwargs })),
          communicate_info: [...(info.task.outputs ?? [])],
          reward_basis: DEFAULT_BASIS,
        },
      });
  return {
    agent: null,
    ownTasksOnly: true,
    tasks: [...tasks.values()],
    runs: all.map((run): RecordedRun => {
      const last = run.traj.at(-1);
      const stopped = last?.role === 'user' && STOP.test(last.content ?? '');
      const transferred = last?.role === 'tool' && transferTools.includes(last.name ?? '');
      return {
        task_id: run.task_id,
        trial: run.trial ?? 0,
        termination: stopped ? 'user_stop' : transferred ? 'agent_stop' : 'max_steps',
        complete: stopped || transferred,
        counts: true,
        steps: stepsOf(run.traj, ({ function: call }) => ({
          name: call.name,
          arguments: argumentsOf(call.arguments),
        })),
        recorded: run.reward ?? null,
      };
    }),
  };
}

interface Message<Call> {
  readonly role: string;
  readonly content?: string | null | undefined;
  readonly tool_calls?: readonly Call[] | null | undefined;
}

/** What was said and called. A message with calls is followed by one answer for each. */
function stepsOf<Call>(
  messages: readonly Message<Call>[],
  toCall: (call: Call) => ToolCall,
): RecordedRun['steps'] {
  return messages.flatMap(({ role, content, tool_calls }, at): RecordedRun['steps'] => [
    ...((role === 'assistant' || role === 'user') &&
    content !== null &&
    content !== undefined &&
    content !== ''
      ? [
          {
            type: 'message' as const,
            by: role === 'user' ? ('user' as const) : ('agent' as const),
            text: content,
          },
        ]
      : []),
    ...(tool_calls ?? []).map((call, i) => {
      const answer = messages[at + 1 + i];
      return {
        type: 'call' as const,
        call: toCall(call),
        answer: answer?.role === 'tool' ? (answer.content ?? null) : null,
      };
    }),
  ]);
}

// What a model wrote as arguments need not be JSON; such a call has failed, and fails here too.
function argumentsOf(text: string): ToolCall['arguments'] {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : { '': value };
  } catch {
    return { '': text };
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InputError(
    where,
    `not ${what}: at ${issue?.path.join('.') || 'the top level'}: ${issue?.message ?? 'unreadable'}.`,
  );
}
