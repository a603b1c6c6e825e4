/** Bringing one's own data. One per page, loaded when first needed; it outlives the screens. */
import type { Task } from '#core/certify/index.ts';
import type { DatabaseRef, Domain } from '#core/environment/index.ts';
import type { RefusedTask } from '#core/interchange/index.ts';
import type { JobRunner } from '#core/pipeline/index.ts';
import { packDatabaseText } from '../../store/databaseContent.ts';
import type { Repository } from '../../store/repository.ts';
import { taskRow, type DatabaseRow } from '../../store/rows.ts';
import type { AppState } from './app.svelte.ts';
import type { BroughtFile } from './brought.ts';
import { clock } from './clock.ts';
import { loadForWorkers, openDatabase } from './databases.ts';
import { chosenEnvironment, environmentSetting, environmentTitle } from './environment.svelte.ts';
import { readFiles, type FoundFile, type Problem, type ReadProgress } from './importFiles.ts';
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
import { OWN } from './workspace.svelte.ts';

/** What was imported last. */
export interface Imported {
  readonly ref: DatabaseRef;
  readonly domain: string;
  readonly isNew: boolean;
  readonly tasks: number;
  readonly policy: boolean;
}

export type ImportPhase =
  | { readonly type: 'idle' }
  | { readonly type: 'reading'; readonly progress: ReadProgress }
  | { readonly type: 'preview'; readonly plan: ImportPlan }
  | { readonly type: 'writing'; readonly plan: ImportPlan }
  | { readonly type: 'done'; readonly imported: Imported };

type App = Pick<AppState, 'services' | 'workspace' | 'announcer' | 'setDomainTitle'>;

/** Tasks per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 5;
const LANES = 4;

/** Reads what was brought, shows what it is, and keeps it when a person says yes; before that nothing is written. */
export class Imports {
  readonly #app: App;
  #phase = $state.raw<ImportPhase>({ type: 'idle' });
  #problem = $state.raw<Problem | null>(null);
  #keepFailed = $state.raw(true);
  #abort: AbortController | null = null;

  constructor(app: App) {
    this.#app = app;
  }

  get phase(): ImportPhase {
    return this.#phase;
  }
  /** What went wrong outside the files: the storage, a worker. */
  get problem(): Problem | null {
    return this.#problem;
  }
  /** Whether tasks that failed their certificate are kept too, marked as such. */
  get keepFailed(): boolean {
    return this.#keepFailed;
  }
  setKeepFailed(keep: boolean): void {
    this.#keepFailed = keep;
  }
  dismissProblem(): void {
    this.#problem = null;
  }

  /** The tasks of a plan that would be kept. */
  kept(plan: ImportPlan): readonly Task[] {
    return plan.tasks.filter(({ certificate }) => certificate.accepted || this.#keepFailed);
  }

  /** Reads files and shows the plan. What was being looked at before is given up. Never rejects. */
  async bring(files: readonly BroughtFile[]): Promise<void> {
    if (this.#phase.type === 'writing') return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    this.#report({ step: 'Looking at the files', done: 0, unit: 'bytes' });
    try {
      const plan = await this.#plan(files, abort.signal);
      if (this.#abort !== abort) return;
      this.#phase = { type: 'preview', plan };
      this.#app.announcer.announce(
        plan.problems.length > 0
          ? 'These files cannot be imported.'
          : 'Ready to import. Nothing is kept yet.',
      );
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#phase = { type: 'idle' };
      if (!abort.signal.aborted) this.#problem = failure('Reading stopped.', error);
    }
  }

  /** Says why files could not even be gathered. */
  refuse(error: unknown): void {
    this.cancel();
    this.#problem = failure('These files cannot be taken.', error);
  }

  /** Forgets what was brought. Nothing was written. */
  cancel(): void {
    if (this.#phase.type === 'writing') return;
    this.#abort?.abort();
    this.#abort = null;
    this.#phase = { type: 'idle' };
  }

  /** Keeps what the preview shows: all of it, in one step, or nothing. Never rejects. */
  async confirm(): Promise<void> {
    if (this.#phase.type !== 'preview') return;
    const { plan } = this.#phase;
    const { target } = plan;
    if (target === null || plan.problems.length > 0) return;
    this.#phase = { type: 'writing', plan };
    this.#problem = null;
    const { services, workspace } = this.#app;
    try {
      const repository = await services.repository();
      // The demo's workspace is emptied by the next demo.
      if (workspace.demo) await workspace.open(OWN);
      const at = clock().toISOString();
      const tasks = this.kept(plan);
      await repository.write({
        put: {
          databases: [this.#row(plan, target, at)],
          tasks: tasks.map((task) => taskRow(workspace.id, task, at)),
          settings: [environmentSetting(workspace.id, target.ref)],
        },
      });
      const open = await openDatabase(services, workspace.id, target.ref);
      this.#app.setDomainTitle(environmentTitle(open));
      this.#phase = {
        type: 'done',
        imported: {
          ref: target.ref,
          domain: target.domain.title,
          isNew: target.row === null,
          tasks: tasks.length,
          policy: plan.policy !== null,
        },
      };
      this.#app.announcer.announce('Imported.');
    } catch (error) {
      this.#phase = { type: 'preview', plan };
      this.#problem = failure('Nothing was imported.', error);
    }
  }

  #row({ content, policy }: ImportPlan, { ref, row }: Target, at: string): DatabaseRow {
    const workspace = this.#app.workspace.id;
    if (row !== null) return { ...row, workspace, policy: policy?.text ?? row.policy };
    if (content === null) throw new Error('A new database has content.');
    return {
      ...{ workspace, id: ref.digest, name: ref.name, createdAt: at, ref },
      ...{ content, policy: policy?.text ?? null },
    };
  }

  async #plan(files: readonly BroughtFile[], signal: AbortSignal): Promise<ImportPlan> {
    const { services, workspace } = this.#app;
    const [runner, repository, domains] = await Promise.all([
      services.runner(),
      services.repository(),
      services.domains(),
    ]);
    const read = await readFiles(files, runner, signal, (progress) => this.#report(progress));
    const into = workspace.demo ? OWN : workspace.id;
    const plan: ImportPlan = {
      ...{ files: read.reports, problems: read.problems, warnings: [] },
      ...{
        database: databaseIn(read.found, domains),
        target: null,
        content: null,
        policy: policyIn(read.found),
      },
      ...{ tasks: [], refused: [], knownTasks: 0, splits: [] },
      workspace: (await repository.getWorkspace(into))?.title ?? 'My workspace',
    };
    const faults = plan.database === null ? [] : faultProblem(plan.database);
    if (read.problems.length + faults.length > 0) return { ...plan, problems: [...read.problems, ...faults] };
    const here = (await repository.list('databases', { workspace: into })).rows;
    const target = await targetOf(repository, into, here, domains, plan.database);
    if (target === null) return { ...plan, problems: homelessProblem(read.found, here) };
    const content = await this.#load(runner, into, target, plan, signal);
    const { tasks: given, refused: doubled } = tasksIn(read.found);
    const imported = await this.#certify(runner, target, given, signal);
    const known = new Set(await repository.ids('tasks', { workspace: into }));
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

  /** Gives the workers the database, and packs it when it is new. In memory only. */
  async #load(
    runner: JobRunner,
    workspace: string,
    { ref, row }: Target,
    { database, policy }: ImportPlan,
    signal: AbortSignal,
  ): Promise<ImportPlan['content']> {
    this.#report({ step: `Opening ${ref.name}`, done: 0, unit: 'bytes' });
    const text = database?.found.content?.text;
    if (text === undefined || row !== null) {
      await loadForWorkers(this.#app.services, workspace, [ref], signal);
      return null;
    }
    await runner.run({ type: 'load', ref, database: text, policy: policy?.text ?? null }, signal);
    return packDatabaseText(new Uint8Array(text));
  }

  async #certify(
    runner: JobRunner,
    { ref }: Target,
    given: readonly BroughtTask[],
    signal: AbortSignal,
  ): Promise<{ tasks: Task[]; refused: RefusedTask[] }> {
    const results: { tasks: Task[]; refused: RefusedTask[] }[] = [];
    const pieces = chunksOf(given);
    let done = 0;
    const report = () => this.#report({ step: 'Certifying tasks', done, total: given.length, unit: 'tasks' });
    const lane = async () => {
      for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
        const { at, file, first, tasks } = piece;
        const result = await runner.run({ type: 'import', database: ref, name: file, tasks, first }, signal);
        results[at] = { tasks: result.tasks, refused: result.refused };
        done += tasks.length;
        report();
      }
    };
    if (given.length > 0) report();
    await Promise.all(Array.from({ length: LANES }, lane));
    return {
      tasks: results.flatMap(({ tasks }) => tasks),
      refused: results.flatMap(({ refused }) => refused),
    };
  }

  #report(progress: ReadProgress): void {
    this.#phase = { type: 'reading', progress };
    if (progress.total !== undefined && progress.unit === 'tasks')
      this.#app.announcer.announce(`${progress.step}: ${progress.done} of ${progress.total}`);
  }
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

function failure(what: string, error: unknown): Problem {
  const where = error instanceof Error ? error.message : String(error);
  return { what, where, next: 'What the workspace held before is unchanged.' };
}
