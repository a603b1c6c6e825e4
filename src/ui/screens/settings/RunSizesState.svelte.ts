import { runSizes, type RunSize } from '../../../store/storage.ts';
import type { RunRow } from '../../../store/rows.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import type { SettingsApp } from './settingsApp.ts';

/** A run and what it takes. Its own row is null when it cannot be read. */
export interface SizedRun extends RunSize {
  readonly row: RunRow | null;
}

const AGAIN_AFTER_MS = 1000;

/** The runs of the open workspace by size, to delete what is no longer needed. */
export class RunSizesState {
  readonly #app: SettingsApp;
  readonly workspace: string;
  readonly #runs: LiveRows<'runs'>;
  #sizes = $state.raw<readonly RunSize[]>([]);
  #loaded = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Largest first; runs without any rollout last. */
  readonly runs = $derived.by((): readonly SizedRun[] => {
    const rows = new Map(this.#runs.rows.map((row) => [row.id, row]));
    const sized = this.#sizes.map((size) => ({ ...size, row: rows.get(size.run) ?? null }));
    const known = new Set(this.#sizes.map(({ run }) => run));
    const empty = this.#runs.rows
      .filter(({ id }) => !known.has(id))
      .map((row) => ({ run: row.id, rollouts: 0, bytes: 0, row }));
    return [...sized, ...empty];
  });
  readonly total = $derived(this.#sizes.reduce((sum, { bytes }) => sum + bytes, 0));

  constructor(app: SettingsApp) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.#runs = new LiveRows(app.services, 'runs', this.workspace);
  }

  get loaded(): boolean {
    return this.#loaded && this.#runs.loaded;
  }
  get problem(): string | null {
    return this.#problem ?? this.#runs.problem;
  }

  async start(): Promise<void> {
    await Promise.all([this.#runs.start(), this.#measure()]);
    try {
      const repository = await this.#app.services.repository();
      this.#unwatch ??= repository.watch(['trials'], () => {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#measure().catch(() => undefined);
        }, AGAIN_AFTER_MS);
      });
    } catch (error) {
      this.#fail(error);
    }
  }

  stop(): void {
    this.#unwatch?.();
    this.#runs.stop();
    clearTimeout(this.#timer);
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
      this.#fail(error);
    }
  }

  async #measure(): Promise<void> {
    try {
      this.#sizes = await runSizes(await this.#app.services.repository(), this.workspace);
      this.#loaded = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
  }
}
