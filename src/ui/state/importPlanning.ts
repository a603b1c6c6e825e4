/** From files that were brought to the plan of an import. Reads the workspace, and writes nothing anywhere. */
import type { Task } from '#core/certify/index.ts';
import type { Domain } from '#core/environment/index.ts';
import type { RefusedTask } from '#core/interchange/index.ts';
import type { JobRunner } from '#core/pipeline/index.ts';
import type { Repository } from '../../store/repository.ts';
import type { DatabaseRow } from '../../store/rows.ts';
import type { BroughtFile } from './brought.ts';
import { loadForWorkers } from './databases.ts';
import { chosenEnvironment } from './environment.svelte.ts';
import { readFiles, type FoundFile, type ReadProgress } from './importFiles.ts';
import {
  faultProblem,
  homelessProblem,
  splitsOf,
  tasksIn,
  uselessProblem,
  warningsOf,
  type BroughtDatabase,
  type BroughtTask,
  type ImportPlan,
  type Target,
} from './importPlan.ts';
import type { Services } from './services.ts';

/** Tasks per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 5;
const LANES = 4;

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
    ...{ policy: policyIn(read.found), tasks: [], refused: [], knownTasks: 0, splits: [] },
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
  const known = new Set(await repository.ids('tasks', { workspace }));
  const complete = {
    ...plan,
    ...{ target, content, tasks: imported.tasks, refused: [...imported.refused, ...doubled] },
    knownTasks: imported.tasks.filter(({ id }) => known.has(id)).length,
    splits: splitsOf(read.found, given),
  };
  const names = [...new Set(given.map(({ file }) => file))].join(', ');
  return {
    ...complete,
    problems: uselessProblem(complete.refused, complete.tasks.length, names),
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
): Promise<{ tasks: Task[]; refused: RefusedTask[] }> {
  const results: { tasks: Task[]; refused: RefusedTask[] }[] = [];
  const pieces = chunksOf(given);
  let done = 0;
  const tell = () => report({ step: 'Certifying tasks', done, total: given.length, unit: 'tasks' });
  const lane = async () => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const { at, file, first, tasks } = piece;
      const result = await runner.run({ type: 'import', database: ref, name: file, tasks, first }, signal);
      results[at] = { tasks: result.tasks, refused: result.refused };
      done += tasks.length;
      tell();
    }
  };
  if (given.length > 0) tell();
  await Promise.all(Array.from({ length: LANES }, lane));
  return {
    tasks: results.flatMap(({ tasks }) => tasks),
    refused: results.flatMap(({ refused }) => refused),
  };
}

/** Tasks in pieces of one file each. */
function chunksOf(given: readonly BroughtTask[]) {
  const pieces: { at: number; file: string; first: number; tasks: unknown[] }[] = [];
  const counts = new Map<string, number>();
  for (const { file, value } of given) {
    const last = pieces.at(-1);
    const first = counts.get(file) ?? 0;
    counts.set(file, first + 1);
    if (last?.file === file && last.tasks.length < PER_JOB) last.tasks.push(value);
    else pieces.push({ at: pieces.length, file, first, tasks: [value] });
  }
  return pieces;
}

function databaseIn(files: readonly FoundFile[], domains: readonly Domain[]): BroughtDatabase | null {
  for (const { path, size, found } of files) {
    const domain = found.kind === 'database' ? domains.find(({ id }) => id === found.domain) : undefined;
    if (found.kind === 'database' && domain !== undefined) return { path, size, found, domain };
  }
  return null;
}

function policyIn(files: readonly FoundFile[]): ImportPlan['policy'] {
  for (const { path, found } of files) if (found.kind === 'policy') return { path, text: found.text };
  return null;
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
