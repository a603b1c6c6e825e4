import { z } from 'zod';
import {
  InputError,
  isJsonObject,
  jsonObjectSchema,
  toolCallSchema,
  type Json,
  type ToolCall,
} from '../environment/index.ts';
import { idSchema, parsed } from './tau2Criteria.ts';
import { callOf } from './tau2Environment.ts';
import type { Outline, Piece, Wanted } from './pieces.ts';

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

/** Rollouts of one file, or of a piece of it. */
export interface RecordedPart {
  readonly runs: RecordedRun[];
  /** The tasks that the file carries, in the form of tau2-bench. Ids in this file are theirs alone. */
  readonly tasks: Json[];
  /** The model that served, where the file tells. */
  readonly agent: string | null;
  /**
   * Whether a task file beside it may be meant instead of the tasks that it carries. The task numbers of tau-bench
   * are not those of tau2-bench, so a trajectory's own task is what it is judged by.
   */
  readonly ownTasksOnly: boolean;
  /**
   * Ids of rollouts that lie in files of their own, below `simulations/`; empty where nothing says which, null where
   * all are here.
   */
  readonly elsewhere: string[] | null;
}

/** The calls of a recorded rollout, in order. */
export const callsIn = (run: Pick<RecordedRun, 'steps'>): ToolCall[] =>
  run.steps.flatMap((step) => (step.type === 'call' ? [step.call] : []));

const answerSchema = {
  role: z.string(),
  content: z.string().nullish(),
};

const simulationSchema = z.object({
  task_id: idSchema,
  trial: z.int().nonnegative().nullish(),
  termination_reason: z.string(),
  reward_info: z.object({ reward: z.number().nullish() }).nullish(),
  messages: z.array(
    z.object({
      ...answerSchema,
      tool_calls: z
        .array(z.object({ name: z.string(), arguments: jsonObjectSchema, requestor: z.string().nullish() }))
        .nullish(),
    }),
  ),
});

/** The other fields of a results file, by name. */
const resultsFields = {
  tasks: z.looseObject({ id: idSchema }),
  info: z
    .object({
      agent_info: z.object({ llm: z.string().nullish(), implementation: z.string().nullish() }).nullish(),
    })
    .nullish(),
  simulation_index: z.array(z.object({ id: idSchema })).nullish(),
};

const trajectorySchema = z.object({
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
});

const ENDED_BY_A_PERSON = ['user_stop', 'agent_stop'];
const INFRASTRUCTURE = ['infrastructure_error', 'unexpected_error', 'timeout'];
const STOP = /###(STOP|TRANSFER|OUT-OF-SCOPE)###/;
const DEFAULT_BASIS = ['DB', 'COMMUNICATE'];

/** What is looked for in a file of rollouts: '' is a list of trajectories, the rest a results file. */
export const RECORDED_FIELDS: Wanted = {
  lists: ['', 'tasks', 'simulations'],
  values: ['info', 'simulation_index'],
};

/**
 * The rollouts of a results file of tau2-bench, or of a list of trajectories of tau-bench, parsed as a whole. Throws
 * {@link InputError} that names the field at fault. `transferTools` are the tools by which domains hand over: a
 * trajectory does not say how it ended, and such a call is one way.
 */
export function recordedRuns(value: unknown, where: string, transferTools: readonly string[]): RecordedPart {
  const part = (field: string, elements: readonly Json[]) =>
    recordedPart(where, { field, first: 0 }, elements, transferTools);
  if (Array.isArray(value))
    return joinRecorded(where, { root: 'list', fields: [] }, [part('', value as readonly Json[])]);
  if (typeof value !== 'object' || value === null) throw notRollouts(where);
  const parts = Object.entries(value as Readonly<Record<string, Json>>).flatMap(([field, content]) => {
    if (RECORDED_FIELDS.values.includes(field)) return [part(field, [content])];
    if (field === '' || !RECORDED_FIELDS.lists.includes(field) || content === null) return [];
    if (Array.isArray(content)) return [part(field, content as readonly Json[])];
    throw new InputError(where, `not a tau2 results file: at ${field}: expected a list.`);
  });
  return joinRecorded(where, { root: 'object', fields: Object.keys(value) }, parts);
}

/**
 * What one piece of such a file holds: elements of a list, or the value of a field. Throws {@link InputError} that
 * names the element and the field at fault.
 */
export function recordedPart(
  where: string,
  { field, first }: Pick<Piece, 'field' | 'first'>,
  elements: readonly Json[],
  transferTools: readonly string[],
): RecordedPart {
  const none: RecordedPart = { runs: [], tasks: [], agent: null, ownTasksOnly: false, elsewhere: null };
  const each = <T>(schema: z.ZodType<T>, what: string) =>
    elements.map((element, i) => parsed(schema, element, where, what, [field, first + i]));
  if (field === '') return { ...none, ...trajectories(each(trajectorySchema, TRAJECTORIES), transferTools) };
  if (field === 'simulations') return { ...none, runs: each(simulationSchema, RESULTS).map(runOf) };
  if (field === 'tasks') {
    // Parsed for their ids only: what they hold is JSON as it stood in the file.
    return { ...none, tasks: each(resultsFields.tasks, RESULTS) as unknown as Json[] };
  }
  const [value = null] = elements;
  if (field === 'info') {
    const agent = parsed(resultsFields.info, value, where, RESULTS, [field])?.agent_info;
    return { ...none, agent: agent?.llm ?? agent?.implementation ?? null };
  }
  const index = parsed(resultsFields.simulation_index, value, where, RESULTS, [field]);
  return { ...none, elsewhere: index?.map(({ id }) => id) ?? null };
}

const TRAJECTORIES = 'a list of tau-bench trajectories';
const RESULTS = 'a tau2 results file';

/** All parts of one file together. Throws {@link InputError} when there is no rollout in it. */
export function joinRecorded(
  where: string,
  { root, fields }: Pick<Outline, 'root' | 'fields'>,
  parts: readonly RecordedPart[],
): RecordedPart {
  const isFolder = fields.includes('simulation_index');
  if (root !== 'list' && !fields.includes('simulations') && !isFolder) throw notRollouts(where);
  const runs = parts.flatMap((part) => part.runs);
  if (runs.length === 0 && !isFolder) throw new InputError(where, 'there is no rollout in this file.');
  const tasks = parts.flatMap((part) => part.tasks);
  return {
    runs,
    // A trajectory carries its task, and so does every other one of that task.
    tasks: root === 'list' ? [...new Map(tasks.map((task) => [idIn(task), task])).values()] : tasks,
    agent: parts.find(({ agent }) => agent !== null)?.agent ?? null,
    ownTasksOnly: root === 'list',
    // A file that was saved as one may keep the index of its former folder.
    elsewhere: runs.length > 0 ? null : (parts.find(({ elsewhere }) => elsewhere !== null)?.elsewhere ?? []),
  };
}

const idIn = (task: Json) => (isJsonObject(task) ? task.id : undefined);

const notRollouts = (where: string) =>
  new InputError(
    where,
    'expected rollouts: a tau2 results file (an object with `simulations`), a list of tau-bench trajectories, or JSON Lines as `rollout` writes them.',
  );

/** A rollout of a results folder, from a file of its own. Throws {@link InputError} that names the field at fault. */
export function recordedSimulation(value: Json, where: string): RecordedRun {
  return runOf(parsed(simulationSchema, value, where, 'a rollout of tau2-bench', []));
}

/**
 * A results folder of tau2-bench as one: its `results.json` and the rollouts below `simulations/`, each under the
 * name of its file. Throws {@link InputError} when they are not the ones that it lists, as the reference does.
 */
export function withSimulations<R extends Pick<RecordedPart, 'runs' | 'elsewhere'>>(
  where: string,
  results: R,
  simulations: readonly { readonly id: string; readonly run: RecordedRun }[],
): R {
  const listed = results.elsewhere;
  if (listed === null) {
    if (simulations.length === 0) return results;
    throw new InputError(
      where,
      'the rollouts are in this file and in files of their own.',
      'Bring one of both.',
    );
  }
  if (simulations.length === 0)
    throw new InputError(
      where,
      'its rollouts lie in files of their own, below simulations/.',
      'Bring the whole folder.',
    );
  const here = new Set(simulations.map(({ id }) => id));
  const missing = listed.filter((id) => !here.has(id));
  const known = new Set(listed);
  const extra = listed.length === 0 ? [] : [...here].filter((id) => !known.has(id));
  const problems = [
    ...(missing.length === 0
      ? []
      : [`it lists ${some(missing)}, and there is no such file below simulations/`]),
    ...(extra.length === 0 ? [] : [`it does not list ${some(extra)}, which lies below simulations/`]),
  ];
  if (problems.length > 0) throw new InputError(where, `${problems.join('; ')}.`, 'Bring the whole folder.');
  const sorted = simulations.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { ...results, runs: sorted.map(({ run }) => run), elsewhere: null };
}

const some = (ids: readonly string[]) =>
  `${ids.slice(0, 3).join(', ')}${ids.length > 3 ? ` and ${ids.length - 3} more` : ''}`;

const runOf = (run: z.infer<typeof simulationSchema>): RecordedRun => ({
  task_id: run.task_id,
  trial: run.trial ?? 0,
  termination: run.termination_reason,
  complete: ENDED_BY_A_PERSON.includes(run.termination_reason),
  counts: !INFRASTRUCTURE.includes(run.termination_reason),
  steps: stepsOf(run.messages, ({ name, arguments: args, requestor }) => callOf(name, args, requestor)),
  recorded: run.reward_info?.reward ?? null,
});

function trajectories(all: readonly z.infer<typeof trajectorySchema>[], transferTools: readonly string[]) {
  const tasks = all.flatMap(({ task_id, info }): Json[] =>
    info === null || info === undefined
      ? []
      : [
          {
            id: task_id,
            user_scenario: { instructions: info.task.instruction ?? '' },
            evaluation_criteria: {
              actions: info.task.actions.map(({ name, kwargs }) => ({ name, arguments: kwargs })),
              communicate_info: [...(info.task.outputs ?? [])],
              reward_basis: DEFAULT_BASIS,
            },
          },
        ],
  );
  const runs = all.map((run): RecordedRun => {
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
  });
  return { runs, tasks, ownTasksOnly: true };
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
