import { runSizes } from '../../../store/storage.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { sizedRuns, type SizedRun } from './sizedRuns.ts';
import type { SettingsApp } from './settingsApp.ts';

/** The runs of the open workspace by size, to delete what is no longer needed. */
export class RunSizesState {
  readonly #app: SettingsApp;
  readonly workspace: string;
  readonly #runs: LiveRows<'runs'>;
  readonly #trials: LiveRows<'trials'>;
  #problem = $state.raw<string | null>(null);

  /** Largest first; runs without any rollout last. */
  readonly runs = $derived.by(() => sizedRuns(this.#runs.rows, runSizes(this.#trials.rows)));
  readonly total = $derived(this.runs.reduce((sum, { bytes }) => sum + bytes, 0));

  constructor(app: SettingsApp) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.#runs = new LiveRows(app.services, 'runs', this.workspace);
    this.#trials = new LiveRows(app.services, 'trials', this.workspace);
  }

  get loaded(): boolean {
    return this.#runs.loaded && this.#trials.loaded;
  }
  get problem(): string | null {
    return this.#problem ?? this.#runs.problem ?? this.#trials.problem;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.#runs.start(), this.#trials.start()]);
  }

  stop(): void {
    this.#runs.stop();
    this.#trials.stop();
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  /** Deletes a run with its rollouts, unless a tab works on it. Never rejects. */
  async remove(run: SizedRun): Promise<void> {
    const { workspace } = this;
    const { signal } = new AbortController();
    try {
      const repository = await this.#app.services.repository();
      const locked = await this.#app.locks.hold({ workspace, id: run.run }, signal, () =>
        repository.deleteRun(workspace, run.run),
      );
      if (locked.status === 'elsewhere') this.#problem = locked.reason;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}
