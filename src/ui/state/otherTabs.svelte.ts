import { followRuns, recoverInterrupted } from '../../store/recover.ts';
import type { Repository } from '../../store/repository.ts';
import type { RunRow } from '../../store/rows.ts';
import type { RunLocks } from './runLocks.svelte.ts';

export interface OtherTabsInput {
  repository(): Promise<Repository>;
  readonly locks: RunLocks;
  readonly now: () => Date;
  /** Told when a run whose tab is gone could not be marked. */
  readonly onproblem: (error: unknown) => void;
}

/**
 * What other tabs of this browser are doing. Marks runs whose tab is gone as interrupted: those found at the start,
 * and those whose tab goes while this one is open.
 */
export class OtherTabs {
  readonly #input: OtherTabsInput;
  #running = $state.raw<readonly RunRow[]>([]);
  #stop: (() => void) | undefined;

  constructor(input: OtherTabsInput) {
    this.#input = input;
  }

  /** Runs that another tab works on, in any workspace. */
  get runs(): readonly RunRow[] {
    return this.#running.filter((run) => !this.#input.locks.holds(run));
  }

  /** Begins to follow. Call it once, after the first paint. Rejects when the storage cannot be read. */
  async start(): Promise<void> {
    const { locks, onproblem } = this.#input;
    const now = () => this.#input.now().toISOString();
    const repository = await this.#input.repository();
    await recoverInterrupted(repository, locks.platform, now());
    this.#stop ??= followRuns(repository, {
      locks: locks.platform,
      now,
      // What this tab holds now is not held elsewhere, nor was it a moment ago when its run has just ended.
      onrunning: (runs) => (this.#running = runs.filter((run) => !locks.holds(run))),
      onproblem,
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
