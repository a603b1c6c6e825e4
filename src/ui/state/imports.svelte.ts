/** Bringing one's own data. One per page, loaded when first needed; it outlives the screens. */
import type { Task } from '#core/certify/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import type { Review } from '#core/review/index.ts';
import { shortDigest } from '#core/environment/index.ts';
import { rolloutRow, taskRow, trajectoryRow, type BenchmarkRow, type RunRow } from '../../store/rows.ts';
import type { Announcer } from './announcer.svelte.ts';
import type { BroughtFile } from './brought.ts';
import { clock } from './clock.ts';
import { openDatabase } from './databases.ts';
import { environmentSetting, environmentTitle, type EnvironmentInput } from './environment.svelte.ts';
import type { Problem, ReadProgress } from './importFiles.ts';
import type { ImportPlan, Target } from './importPlan.ts';
import { planImport } from './importPlanning.ts';
import type { BroughtRollouts } from './importRollouts.ts';
import { conditionsById } from './runItems.ts';
import { filesOf } from './benchmark.ts';
import type { WorkspaceState } from './workspace.svelte.ts';

export type ImportPhase =
  | { readonly type: 'idle' }
  | { readonly type: 'reading'; readonly progress: ReadProgress }
  | { readonly type: 'preview'; readonly plan: ImportPlan }
  | { readonly type: 'writing'; readonly plan: ImportPlan }
  /** It is kept, and is the environment in use. */
  | { readonly type: 'done'; readonly database: string; readonly rollouts: number };

interface App extends EnvironmentInput {
  readonly workspace: WorkspaceState;
  readonly announcer: Announcer;
}

/** Reads what was brought, shows what it is, and keeps it when a person says yes; before that nothing is written. */
export class Imports {
  readonly #app: App;
  #phase = $state.raw<ImportPhase>({ type: 'idle' });
  #problem = $state.raw<Problem | null>(null);
  #keepFailed = $state.raw(true);
  /** Made of the plan that is shown. */
  #reviews: readonly Review[] | null = null;
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
  /** A review that was made of the plan: it is kept with its tasks. */
  keepReview(reviews: readonly Review[]): void {
    this.#reviews = reviews;
  }
  dismissProblem(): void {
    this.#problem = null;
  }

  /** The tasks of a plan that would be kept: those that rollouts need in any case. */
  kept(plan: ImportPlan): readonly Task[] {
    const needed = plan.rollouts.flatMap(({ tasks }) => tasks.map(({ id }) => id));
    return plan.tasks.filter(
      ({ id, certificate }) => certificate.accepted || this.#keepFailed || needed.includes(id),
    );
  }

  /** Reads files and shows the plan. What was being looked at before is given up. Never rejects. */
  async bring(files: readonly BroughtFile[]): Promise<void> {
    if (this.#phase.type === 'writing') return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#reviews = null;
    this.#problem = null;
    this.#report({ step: 'Looking at the files', done: 0, unit: 'bytes' });
    try {
      const { services, workspace } = this.#app;
      const plan = await planImport(files, {
        services,
        workspace: workspace.demo ? workspace.home : workspace.id,
        signal: abort.signal,
        report: (progress) => {
          if (this.#abort === abort) this.#report(progress);
        },
      });
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
    try {
      await this.#write(plan, target);
    } catch (error) {
      this.#phase = { type: 'preview', plan };
      this.#problem = failure('Nothing was imported.', error);
      return;
    }
    try {
      const open = await openDatabase(this.#app.services, plan.workspace.id, target.ref);
      this.#app.setDomainTitle(environmentTitle(open));
    } catch (error) {
      this.#problem = failure('It is kept, and could not be opened.', error);
    }
    const rollouts = plan.rollouts.reduce((sum, { graded }) => sum + graded.length, 0);
    this.#phase = { type: 'done', database: target.ref.digest, rollouts };
    this.#app.announcer.announce('Imported.');
  }

  async #write(plan: ImportPlan, { ref, row }: Target): Promise<void> {
    const { services, workspace } = this.#app;
    const { id } = plan.workspace;
    const repository = await services.repository();
    // From the demo, and from wherever the person went meanwhile.
    if (workspace.id !== id) await workspace.open(id);
    const at = clock().toISOString();
    const content = plan.content ?? row?.content;
    if (content === undefined) throw new Error('A database that is new has content.');
    const policy = plan.policy?.text ?? row?.policy ?? null;
    const known = row ?? { workspace: id, id: ref.digest, name: ref.name, createdAt: at, ref };
    const runs = plan.rollouts.map((brought) => runOf(brought, id, at));
    const benchmark = await this.#benchmarkOf(plan, ref.digest, at);
    await repository.write({
      put: {
        databases: [{ ...known, content, policy }],
        benchmarks: benchmark === null ? [] : [benchmark],
        tasks: this.kept(plan).map((task) => taskRow(id, task, at)),
        settings: [environmentSetting(id, ref)],
        trajectories: usable(plan).map((trajectory) => trajectoryRow(id, trajectory, at)),
        runs: runs.map(({ run }) => run),
        rollouts: runs.flatMap(({ rollouts }) => rollouts),
      },
    });
  }

  /** The task files of a plan as they came; a review that was made of the same files before stays with them. */
  async #benchmarkOf(plan: ImportPlan, database: string, at: string): Promise<BenchmarkRow | null> {
    const files = filesOf(plan.given);
    if (files.length === 0) return null;
    const { id: workspace } = plan.workspace;
    const id = shortDigest({ database, files });
    const known = await (await this.#app.services.repository()).get('benchmarks', workspace, id);
    return {
      workspace,
      id,
      createdAt: at,
      database,
      files,
      reviews: this.#reviews?.slice() ?? known?.reviews ?? null,
    };
  }

  #report(progress: ReadProgress): void {
    this.#phase = { type: 'reading', progress };
    if (progress.total !== undefined && progress.unit !== 'bytes')
      this.#app.announcer.announce(`${progress.step}: ${progress.done} of ${progress.total}`);
  }
}

/** The trajectories of a plan that would be kept: those that tasks can be made of. */
export function usable({ trajectories }: ImportPlan): readonly Trajectory[] {
  return trajectories
    .flatMap(({ lifted }) => lifted)
    .flatMap(({ trajectory }) => (trajectory.problem === null ? [trajectory] : []));
}

/** Recorded rollouts as a run that is over. Its id is that of what it holds: brought again, it is written again. */
function runOf({ file, agent, graded, tasks: served }: BroughtRollouts, workspace: string, at: string) {
  const conditionOf = conditionsById(served);
  const tasks = served.map(({ id: task }) => task);
  const id = `imported-${shortDigest({ file, rollouts: graded.map(({ rollout }) => rollout.id) })}`;
  const run: RunRow = {
    ...{ workspace, id, title: file, kind: 'imported', seed: '', agents: [agent.id], tasks },
    ...{ trials: Math.max(0, ...graded.map(({ rollout }) => rollout.trial + 1)), state: 'finished' },
    ...{ note: null, recipe: { file }, createdAt: at, updatedAt: at, demo: false },
    ...{ total: graded.length, done: graded.length },
  };
  return {
    run,
    rollouts: graded.map((one) =>
      rolloutRow({ workspace, run: id, condition: conditionOf(one.rollout.task) }, one, at),
    ),
  };
}

function failure(what: string, error: unknown): Problem {
  const where = error instanceof Error ? error.message : String(error);
  return { what, where, next: 'What the workspace held before is unchanged.' };
}
