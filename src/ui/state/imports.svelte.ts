/** Bringing one's own data. One per page, loaded when first needed; it outlives the screens. */
import type { Task } from '#core/certify/index.ts';
import { taskRow } from '../../store/rows.ts';
import type { Announcer } from './announcer.svelte.ts';
import type { BroughtFile } from './brought.ts';
import { clock } from './clock.ts';
import { openDatabase } from './databases.ts';
import { environmentSetting, environmentTitle, type EnvironmentInput } from './environment.svelte.ts';
import type { Problem, ReadProgress } from './importFiles.ts';
import type { ImportPlan, Target } from './importPlan.ts';
import { planImport } from './importPlanning.ts';
import type { WorkspaceState } from './workspace.svelte.ts';

export type ImportPhase =
  | { readonly type: 'idle' }
  | { readonly type: 'reading'; readonly progress: ReadProgress }
  | { readonly type: 'preview'; readonly plan: ImportPlan }
  | { readonly type: 'writing'; readonly plan: ImportPlan }
  /** It is kept, and is the environment in use. */
  | { readonly type: 'done'; readonly database: string };

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
    this.#phase = { type: 'done', database: target.ref.digest };
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
    await repository.write({
      put: {
        databases: [{ ...known, content, policy }],
        tasks: this.kept(plan).map((task) => taskRow(id, task, at)),
        settings: [environmentSetting(id, ref)],
      },
    });
  }

  #report(progress: ReadProgress): void {
    this.#phase = { type: 'reading', progress };
    if (progress.total !== undefined && progress.unit === 'tasks')
      this.#app.announcer.announce(`${progress.step}: ${progress.done} of ${progress.total}`);
  }
}

function failure(what: string, error: unknown): Problem {
  const where = error instanceof Error ? error.message : String(error);
  return { what, where, next: 'What the workspace held before is unchanged.' };
}
