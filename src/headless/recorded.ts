import { z } from 'zod';
import {
  InputError,
  isJsonObject,
  jsonObjectSchema,
  type Json,
  type ToolCall,
} from '#core/environment/index.ts';
import { parseRow } from './tasks.ts';

/** What a task of a tau benchmark asks for, in either of its shapes. */
export interface Tau2Criteria {
  /** Null when the task states no end state. An empty list means that nothing may change. */
  readonly actions: readonly { readonly call: ToolCall; readonly compare: readonly string[] | null }[] | null;
  readonly say: readonly string[];
  /** Criteria that no program here can judge. */
  readonly unjudged: { readonly NL_ASSERTION: number; readonly ENV_ASSERTION: number };
  readonly basis: readonly string[];
}

/** A rollout that somebody else ran. */
export interface RecordedRun {
  readonly task_id: string;
  readonly trial: number;
  readonly termination: string;
  /** Whether the user or the agent ended it; any other ending earns nothing. */
  readonly complete: boolean;
  /** False when model or network failed: such a run says nothing about the agent. */
  readonly counts: boolean;
  readonly calls: readonly ToolCall[];
  /** What each call was answered, where the file tells. */
  readonly answers: readonly (string | undefined)[];
  /** What the agent wrote to the user. */
  readonly said: readonly string[];
  /** The reward that the file carries. */
  readonly recorded: number | null;
  /** The task as the file carries it. */
  readonly criteria: Tau2Criteria | undefined;
}

const action = z.object({
  name: z.string(),
  arguments: jsonObjectSchema,
  requestor: z.string().nullish(),
  compare_args: z.array(z.string()).nullish(),
});

const taskSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  evaluation_criteria: z
    .object({
      actions: z.array(action).nullish(),
      communicate_info: z.array(z.string()).nullish(),
      nl_assertions: z.array(z.unknown()).nullish(),
      env_assertions: z.array(z.unknown()).nullish(),
      reward_basis: z.array(z.string()).nullish(),
    })
    .nullish(),
});

const resultsSchema = z.object({
  tasks: z.array(taskSchema).nullish(),
  simulations: z.array(
    z.object({
      task_id: z.union([z.string(), z.number()]).transform(String),
      trial: z.int().nullish(),
      termination_reason: z.string(),
      reward_info: z.object({ reward: z.number().nullish() }).nullish(),
      messages: z.array(
        z.object({
          role: z.string(),
          content: z.string().nullish(),
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
      task_id: z.union([z.string(), z.number()]).transform(String),
      trial: z.int().nullish(),
      reward: z.number().nullish(),
      info: z
        .object({
          task: z.object({
            actions: z.array(z.object({ name: z.string(), kwargs: jsonObjectSchema })),
            outputs: z.array(z.string()).nullish(),
          }),
        })
        .nullish(),
      traj: z.array(
        z.object({
          role: z.string(),
          content: z.string().nullish(),
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

/** The criteria of tau2 tasks, per task id. */
export function tau2Criteria(tasks: unknown, where: string): Map<string, Tau2Criteria> {
  const parsed = parseRow(z.array(taskSchema), { value: tasks, where }, 'a list of tau2 tasks');
  return new Map(
    parsed.map(({ id, evaluation_criteria: criteria }) => [
      id,
      {
        actions:
          criteria?.actions?.map(({ name, arguments: args, compare_args }) => ({
            call: { name, arguments: args },
            compare: compare_args ?? null,
          })) ?? null,
        say: criteria?.communicate_info ?? [],
        unjudged: {
          NL_ASSERTION: criteria?.nl_assertions?.length ?? 0,
          ENV_ASSERTION: criteria?.env_assertions?.length ?? 0,
        },
        basis: criteria?.reward_basis ?? ['DB', 'COMMUNICATE'],
      },
    ]),
  );
}

/** True for a results file of tau2-bench. */
export const isResults = (value: unknown) =>
  typeof value === 'object' && value !== null && 'simulations' in value;

/** The rollouts of a results file of tau2-bench, or of a list of trajectories of tau-bench. */
export function recordedRuns(value: unknown, where: string, transferTool: string | undefined): RecordedRun[] {
  if (Array.isArray(value)) return trajectories(value, where, transferTool);
  if (!isResults(value))
    throw new InputError(
      where,
      'expected rollouts: a tau2 results file (an object with `simulations`), a list of tau-bench trajectories, or JSON Lines as `rollout` writes them.',
    );
  return results(value, where);
}

function results(value: unknown, where: string): RecordedRun[] {
  const parsed = parseRow(resultsSchema, { value, where }, 'a tau2 results file');
  const own = isJsonObject(value as Json) ? (value as { tasks?: unknown }).tasks : undefined;
  const criteria = Array.isArray(own) ? tau2Criteria(own, where) : new Map<string, Tau2Criteria>();
  return parsed.simulations.map((run, i): RecordedRun => {
    const calls = run.messages.flatMap((message) => message.tool_calls ?? []);
    const byUser = calls.find((call) => call.requestor === 'user');
    if (byUser !== undefined)
      throw new InputError(
        where,
        `simulation ${i} (task ${run.task_id}) has a call of the user's own tool '${byUser.name}', which is not supported.`,
      );
    return {
      task_id: run.task_id,
      trial: run.trial ?? 0,
      termination: run.termination_reason,
      complete: ENDED_BY_A_PERSON.includes(run.termination_reason),
      counts: !INFRASTRUCTURE.includes(run.termination_reason),
      calls: calls.map(({ name, arguments: args }) => ({ name, arguments: args })),
      answers: answersIn(run.messages),
      said: saidBy(run.messages),
      recorded: run.reward_info?.reward ?? null,
      criteria: criteria.get(run.task_id),
    };
  });
}

function trajectories(value: unknown, where: string, transferTool: string | undefined): RecordedRun[] {
  return parseRow(trajectoriesSchema, { value, where }, 'a list of tau-bench trajectories').map(
    (run): RecordedRun => {
      const last = run.traj.at(-1);
      const stopped = last?.role === 'user' && STOP.test(last.content ?? '');
      const transferred = last?.role === 'tool' && last.name === transferTool;
      const task = run.info?.task;
      return {
        task_id: run.task_id,
        trial: run.trial ?? 0,
        termination: stopped ? 'user_stop' : transferred ? 'agent_stop' : 'max_steps',
        complete: stopped || transferred,
        counts: true,
        calls: run.traj.flatMap(({ tool_calls }) =>
          (tool_calls ?? []).map(({ function: call }) => ({
            name: call.name,
            arguments: argumentsOf(call.arguments),
          })),
        ),
        answers: answersIn(run.traj),
        said: saidBy(run.traj),
        recorded: run.reward ?? null,
        criteria: task && {
          actions: task.actions.map(({ name, kwargs }) => ({
            call: { name, arguments: kwargs },
            compare: null,
          })),
          say: task.outputs ?? [],
          unjudged: { NL_ASSERTION: 0, ENV_ASSERTION: 0 },
          basis: ['DB', 'COMMUNICATE'],
        },
      };
    },
  );
}

const saidBy = (messages: readonly { role: string; content?: string | null | undefined }[]) =>
  messages.flatMap(({ role, content }) =>
    role === 'assistant' && content !== null && content !== undefined ? [content] : [],
  );

// A message with calls is followed by one answer for each.
function answersIn(
  messages: readonly {
    role: string;
    content?: string | null | undefined;
    tool_calls?: readonly unknown[] | null | undefined;
  }[],
): (string | undefined)[] {
  return messages.flatMap(({ tool_calls }, at) =>
    (tool_calls ?? []).map((_, i) => {
      const answer = messages[at + 1 + i];
      return answer?.role === 'tool' ? (answer.content ?? undefined) : undefined;
    }),
  );
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
