import { checkRows } from '../../../store/checkRows.ts';
import type { RowProblem } from '../../../store/repository.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { isAbort } from '../../state/abort.ts';

/** What a check of every row found. */
export interface CheckResult {
  readonly checked: number;
  readonly problems: readonly RowProblem[];
}

/** Looks for rows of the open workspace that cannot be read. They stay until the person deletes them. */
export class DamagedState {
  readonly #app: Pick<AppState, 'services'>;
  readonly workspace: string;
  #abort = $state.raw<AbortController | null>(null);
  #progress = $state.raw({ done: 0, total: 0 });
  #result = $state.raw<CheckResult | null>(null);
  #known = $state.raw<readonly RowProblem[]>([]);
  #problem = $state.raw<string | null>(null);

  constructor(app: Pick<AppState, 'services'>, workspace: string) {
    this.#app = app;
    this.workspace = workspace;
  }

  get busy(): boolean {
    return this.#abort !== null;
  }
  get progress(): { readonly done: number; readonly total: number } {
    return this.#progress;
  }
  /** Null before the first check. */
  get result(): CheckResult | null {
    return this.#result;
  }
  /** Rows that cannot be read: of the check, or before it those that are found without one. */
  get damaged(): readonly RowProblem[] {
    return this.#result?.problems ?? this.#known;
  }
  get problem(): string | null {
    return this.#problem;
  }

  /** Looks through the small tables. Never rejects. */
  async start(): Promise<void> {
    const { workspace } = this;
    try {
      const repository = await this.#app.services.repository();
      const lists = await Promise.all([
        repository.listWorkspaces(),
        repository.list('runs', { workspace }),
        repository.list('settings', { workspace }),
      ]);
      this.#known = lists.flatMap(({ problems }) => problems);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Reads every row. Never rejects. */
  async check(): Promise<void> {
    if (this.busy) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    try {
      this.#result = await checkRows(await this.#app.services.repository(), this.workspace, {
        signal: abort.signal,
        onprogress: (done, total) => (this.#progress = { done, total }),
      });
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Deletes a row that cannot be read; of a workspace, all that it holds. Never rejects. */
  async remove(problem: RowProblem): Promise<void> {
    try {
      const repository = await this.#app.services.repository();
      if (problem.table === 'workspaces') await repository.deleteWorkspace(problem.id);
      else {
        // A trial is derived: what cannot be read is its rollout.
        const table = problem.table === 'trials' ? 'rollouts' : problem.table;
        await repository.delete(table, problem.workspace, [problem.id]);
      }
      const others = this.damaged.filter((known) => known !== problem);
      if (this.#result === null) this.#known = others;
      else this.#result = { ...this.#result, problems: others };
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}
