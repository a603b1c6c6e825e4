/** Rollouts that somebody else recorded: with which task each belongs, and what judging them again gives. */
import type { Task } from '#core/certify/index.ts';
import type { Json } from '#core/environment/index.ts';
import type { RecordedRun, RefusedTask } from '#core/interchange/index.ts';
import type { JobResults, JobRunner } from '#core/pipeline/index.ts';
import type { AgentIdentity } from '#core/rollout/index.ts';
import type { FoundFile, ReadProgress } from './importFiles.ts';

/** A rollout, judged again. */
export type GradedRollout = JobResults['grade']['rollouts'][number];

/** The rollouts of one file. */
export interface BroughtRollouts {
  readonly file: string;
  readonly agent: AgentIdentity;
  readonly graded: readonly GradedRollout[];
  /** The tasks that they served. */
  readonly tasks: readonly Task[];
  /** Those that cannot be judged here, and why. */
  readonly refused: readonly RefusedTask[];
}

/** A task as its file has it, and as one of ours. */
export interface SourcedTask {
  readonly source: Json;
  readonly task: Task;
}

/** What a file of rollouts needs to be judged. */
export interface GradingInput {
  readonly runner: JobRunner;
  /** Makes tasks of those that a file carries. */
  readonly certify: (
    file: string,
    tasks: readonly Json[],
  ) => Promise<{ readonly tasks: readonly SourcedTask[]; readonly refused: readonly RefusedTask[] }>;
  /** Tasks that came in files of their own, by the ids of their files. */
  readonly beside: ReadonlyMap<string, SourcedTask>;
  readonly signal: AbortSignal;
  readonly report: (progress: ReadProgress) => void;
}

/** Rollouts per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 20;

/** Judges the rollouts of every file. Rejects with the signal's reason, or when a worker fails. */
export async function gradeFiles(
  files: readonly FoundFile[],
  input: GradingInput,
): Promise<readonly BroughtRollouts[]> {
  const graded: BroughtRollouts[] = [];
  for (const { path, found } of files)
    if (found.kind === 'rollouts') graded.push(await gradeFile(path.split('/').at(-1) ?? path, found, input));
  return graded;
}

type FoundRollouts = Extract<FoundFile['found'], { kind: 'rollouts' }>;

async function gradeFile(file: string, found: FoundRollouts, input: GradingInput) {
  const { runner, certify, beside, signal, report } = input;
  const carried = await certify(file, found.tasks);
  const own = new Map(carried.tasks.map((one) => [idOf(one.source), one]));
  const [first, second] = found.ownTasksOnly ? [own, new Map<string, SourcedTask>()] : [beside, own];
  const why = new Map(carried.refused.map(({ task, reason }) => [task, reason]));
  const refused: RefusedTask[] = [];
  const items: (SourcedTask & { readonly run: RecordedRun })[] = [];
  const free = freeTrials();
  for (const run of found.runs) {
    const sourced = first.get(run.task_id) ?? second.get(run.task_id);
    if (sourced !== undefined) items.push({ ...sourced, run: { ...run, trial: free(run) } });
    else refused.push({ task: run.task_id, reason: why.get(run.task_id) ?? NO_TASK });
  }
  const agent = identityOf(found.agent ?? file.replace(/\.json$/i, ''));
  const graded: GradedRollout[] = [];
  for (let at = 0; at < items.length; at += PER_JOB) {
    report({ step: `Judging ${file}`, done: at, total: items.length, unit: 'rollouts' });
    const job = { type: 'grade' as const, agent, items: items.slice(at, at + PER_JOB) };
    graded.push(...(await runner.run(job, signal)).rollouts);
  }
  return { file, agent, graded, refused, tasks: tasksOf(items) };
}

const NO_TASK = 'its task is not in this file, nor in a task file that came with it.';

/** The id of a task in its file. */
export function idOf(source: Json): string {
  const id = typeof source === 'object' && source !== null && 'id' in source ? source.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

const tasksOf = (items: readonly SourcedTask[]): readonly Task[] => [
  ...new Map(items.map(({ task }) => [task.id, task])).values(),
];

/** Files may number all trials of a task alike; rows of one run must not have one id. */
function freeTrials(): (run: RecordedRun) => number {
  const taken = new Set<string>();
  return ({ task_id, trial }) => {
    let next = trial;
    while (taken.has(JSON.stringify([task_id, next]))) next += 1;
    taken.add(JSON.stringify([task_id, next]));
    return next;
  };
}

/** Whoever served is a recording here, whatever it is elsewhere. */
function identityOf(name: string): AgentIdentity {
  const short = name.length > 60 ? `${name.slice(0, 57)}...` : name;
  return { id: `recorded-${short.replaceAll('/', '-')}`, title: short, kind: 'recorded' };
}

/** How the recorded rewards compare with the computed ones. */
export function agreement(graded: readonly GradedRollout[]) {
  const both = graded.filter(({ recorded, verdict }) => recorded.reward !== null && verdict.reward !== null);
  return { compared: both.length, agree: both.filter(({ recorded }) => recorded.difference === null).length };
}
