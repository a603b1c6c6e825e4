/** From files that were brought to the plan of an import. Reads the workspace, and writes nothing anywhere. */
import type { Domain, Json } from '#core/environment/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import { joinPolicy, manualFileNames, type RefusedTask } from '#core/interchange/index.ts';
import type { JobRunner } from '#core/pipeline/index.ts';
import type { Repository } from '../../store/repository.ts';
import type { DatabaseRow } from '../../store/rows.ts';
import type { BroughtFile } from './brought.ts';
import { loadForWorkers } from './databases.ts';
import { chosenEnvironment } from './environment.svelte.ts';
import { readFiles, type FoundFile, type ReadProgress } from './importFiles.ts';
import {
  everyTaskIn,
  faultProblem,
  homelessProblem,
  inPieces,
  splitsOf,
  tasksIn,
  uselessProblem,
  uselessChatsProblem,
  uselessRolloutsProblem,
  warningsOf,
  type BroughtDatabase,
  type BroughtTask,
  type BroughtTrajectories,
  type ImportPlan,
  type Target,
} from './importPlan.ts';
import { gradeFiles, idOf, type SourcedTask } from './importRollouts.ts';
import type { Services } from './services.ts';

/** Tasks per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 5;
const LANES = 4;
const CHATS_PER_JOB = 20;

/** What planning needs from outside. */
export interface PlanningInput {
  readonly services: Services;
  /** The workspace that it would go to. */
  readonly workspace: string;
  readonly signal: AbortSignal;
  readonly report: (progress: ReadProgress) => void;
}

/**
 * Reads files, certifies their tasks on the database that they are for, and says what an import would do. What is
 * wrong is part of the plan; rejects with the signal's reason, or when a worker or the storage fails.
 */
export async function planImport(files: readonly BroughtFile[], input: PlanningInput): Promise<ImportPlan> {
  const { services, workspace, signal, report } = input;
  const [runner, repository, domains] = await Promise.all([
    services.runner(),
    services.repository(),
    services.domains(),
  ]);
  const read = await readFiles(files, runner, signal, report);
  const plan: ImportPlan = {
    ...{ files: read.reports, problems: read.problems, warnings: [] },
    ...{ database: databaseIn(read.found, domains), target: null, content: null },
    ...{ policy: policyIn(read.found), tasks: [], refused: [], given: [], rollouts: [], trajectories: [] },
    ...{ knownTasks: 0, splits: [] },
    workspace: { id: workspace, title: (await repository.getWorkspace(workspace))?.title ?? 'My workspace' },
  };
  const problems = [...read.problems, ...(plan.database === null ? [] : faultProblem(plan.database))];
  if (problems.length > 0) return { ...plan, problems };
  const here = (await repository.list('databases', { workspace })).rows;
  const target = await targetOf(repository, workspace, here, domains, plan.database);
  if (target === null) return { ...plan, problems: homelessProblem(read.found, here) };
  const content = await load(runner, target, plan, input);
  const { tasks: given, refused: doubled } = tasksIn(read.found);
  const imported = await certifyAll(runner, target, given, input);
  const rollouts = await gradeFiles(read.found, {
    ...{ runner, signal, report },
    beside: new Map(imported.sourced.map((one) => [idOf(one.source), one])),
    async certify(file, tasks) {
      const carried = await certifyAll(
        runner,
        target,
        tasks.map((value) => ({ file, value })),
        input,
      );
      return { tasks: carried.sourced, refused: carried.refused };
    },
  });
  const trajectories = await liftAll(runner, target, read.found, input);
  const certified = imported.sourced.map(({ task }) => task);
  const ids = new Set(certified.map(({ id }) => id));
  // A results file carries the tasks of the task file beside it: once is enough.
  const carried = rollouts.flatMap(({ tasks }) => tasks).filter(({ id }) => !ids.has(id));
  const tasks = [...new Map([...certified, ...carried].map((task) => [task.id, task])).values()];
  const known = new Set(await repository.ids('tasks', { workspace }));
  const complete = {
    ...plan,
    ...{ target, content, tasks, refused: [...imported.refused, ...doubled], rollouts, trajectories },
    given: everyTaskIn(read.found),
    knownTasks: tasks.filter(({ id }) => known.has(id)).length,
    splits: splitsOf(read.found, given),
  };
  const names = [...new Set(given.map(({ file }) => file))].join(', ');
  return {
    ...complete,
    problems: [
      ...uselessProblem(complete.refused, complete.tasks.length, names),
      ...uselessRolloutsProblem(rollouts),
      ...uselessChatsProblem(trajectories),
    ],
    warnings: warningsOf(complete),
  };
}

/** Gives the workers the database, in memory only. Gives how it would be kept when it was brought. */
async function load(
  runner: JobRunner,
  { ref, row }: Target,
  { database, policy }: ImportPlan,
  { services, workspace, signal, report }: PlanningInput,
): Promise<ImportPlan['content']> {
  report({ step: `Opening ${ref.name}`, done: 0, unit: 'bytes' });
  const brought = database?.found.content ?? null;
  if (brought === null) {
    await loadForWorkers(services, workspace, [ref], signal);
    return null;
  }
  const given = policy?.text ?? row?.policy ?? null;
  await runner.run({ type: 'load', ref, database: brought.gzip, policy: given }, signal);
  return { encoding: 'gzip', bytes: brought.gzip, size: brought.size };
}

async function certifyAll(
  runner: JobRunner,
  { ref }: Target,
  given: readonly BroughtTask[],
  { signal, report }: PlanningInput,
): Promise<{ sourced: SourcedTask[]; refused: RefusedTask[] }> {
  const results: { sourced: SourcedTask[]; refused: RefusedTask[] }[] = [];
  const pieces = inPieces(given, PER_JOB);
  let done = 0;
  const tell = () => report({ step: 'Certifying tasks', done, total: given.length, unit: 'tasks' });
  const lane = async () => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const { at, file, first, tasks } = piece;
      const result = await runner.run({ type: 'import', database: ref, name: file, tasks, first }, signal);
      const sourced = result.tasks.map((task, i): SourcedTask => {
        const source = tasks[result.from[i] ?? -1];
        return { source: source as Json, task };
      });
      results[at] = { sourced, refused: result.refused };
      done += tasks.length;
      tell();
    }
  };
  if (given.length > 0) tell();
  await Promise.all(Array.from({ length: LANES }, lane));
  return {
    sourced: results.flatMap(({ sourced }) => sourced),
    refused: results.flatMap(({ refused }) => refused),
  };
}

/** Makes trajectories of every file of chats. */
async function liftAll(
  runner: JobRunner,
  { ref }: Target,
  files: readonly FoundFile[],
  { signal, report }: PlanningInput,
): Promise<readonly BroughtTrajectories[]> {
  const brought: BroughtTrajectories[] = [];
  for (const { path, found } of files) {
    if (found.kind !== 'chats') continue;
    const file = path.split('/').at(-1) ?? path;
    const { chats } = found;
    const lifted: { line: number; trajectory: Trajectory }[] = [];
    for (let at = 0; at < chats.length; at += CHATS_PER_JOB) {
      report({ step: `Replaying ${file}`, done: at, total: chats.length, unit: 'chats' });
      const part = chats.slice(at, at + CHATS_PER_JOB);
      const given = part.map(({ line, calls }) => ({ seed: `${file}/${line}`, calls }));
      const job = { type: 'lift' as const, database: ref, origin: `chats of ${file}`, chats: given };
      const made = (await runner.run(job, signal)).trajectories;
      for (const [i, { line }] of part.entries()) {
        const trajectory = made[i];
        if (trajectory !== undefined) lifted.push({ line, trajectory });
      }
    }
    brought.push({ file, lifted });
  }
  return brought;
}

function databaseIn(files: readonly FoundFile[], domains: readonly Domain[]): BroughtDatabase | null {
  for (const { path, size, found } of files) {
    const domain = found.kind === 'database' ? domains.find(({ id }) => id === found.domain) : undefined;
    if (found.kind === 'database' && domain !== undefined) return { path, size, found, domain };
  }
  return null;
}

function policyIn(files: readonly FoundFile[]): ImportPlan['policy'] {
  const parts = files.flatMap(({ path, found }) =>
    found.kind === 'policy' ? [{ path, text: found.text }] : [],
  );
  const isManual = ({ path }: { path: string }) =>
    manualFileNames.includes(path.split('/').at(-1)?.toLowerCase() ?? '');
  const [main, manual] = [parts.find((part) => !isManual(part)), parts.find(isManual)];
  if (main === undefined || manual === undefined) return main ?? manual ?? null;
  return { path: main.path, text: joinPolicy(main.text, manual.text) };
}

/** The database that was brought, else the one in use when that was brought earlier. */
async function targetOf(
  repository: Repository,
  workspace: string,
  here: readonly DatabaseRow[],
  domains: readonly Domain[],
  database: BroughtDatabase | null,
): Promise<Target | null> {
  const brought = database?.found.content?.ref;
  const ref = brought ?? (await chosenEnvironment(repository, workspace));
  const domain = domains.find(({ id }) => id === ref?.domain);
  if (ref?.kind !== 'file' || domain === undefined) return null;
  const row = here.find(({ id }) => id === ref.digest) ?? null;
  if (row === null) return brought === undefined ? null : { ref, domain, row };
  return row.ref.kind === 'file' ? { ref: row.ref, domain, row } : null;
}
