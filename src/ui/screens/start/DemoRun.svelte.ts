import type { Domain } from '#core/environment/index.ts';
import { withRunLock, type Locks } from '../../../store/locks.ts';
import { clock } from '../../state/clock.ts';
import type { RunStatus } from '../../state/runStatus.ts';
import type { Services } from '../../state/services.ts';
import { FIRST_SEED } from '../../state/environment.svelte.ts';
import { DEMO, type WorkspaceState } from '../../state/workspace.svelte.ts';
import { readKeptRun } from './keptRun.ts';
import { RUN_ID, RUN_SEED } from './pipelinePlan.ts';
import { PipelineRunState, type PipelineRunInput } from './PipelineRunState.svelte.ts';

/** What the one-click run needs from the page around it. */
export interface DemoRunInput {
  readonly services: Services;
  /** `navigator.locks`; undefined where the browser has none. */
  readonly locks: Locks | undefined;
  readonly workspace: Pick<WorkspaceState, 'startDemo' | 'open' | 'demo'>;
  setStage(stage: string | null): void;
  setRun(run: RunStatus | null): void;
  setDomainTitle(title: string): void;
}

/** How long a finished stage stands before the next begins, in milliseconds. */
const REST_MS = 1000;
const names = {
  trajectory: 'Exploring',
  task: 'Writing tasks',
  rollout: 'Rolling out',
  verdict: 'Judging',
  example: 'Collecting examples',
} as const;

/** The one-click run of this page. It goes on while other screens are looked at, and is found again after a reload. */
export class DemoRun {
  readonly #input: DemoRunInput;
  #run = $state.raw<PipelineRunState | null>(null);
  #domain = $state.raw<Domain | null>(null);
  #problem = $state.raw<string | null>(null);
  #busy = $state.raw(false);
  #showing: Promise<void> = Promise.resolve();

  constructor(input: DemoRunInput) {
    this.#input = input;
  }

  get run(): PipelineRunState | null {
    return this.#run;
  }
  get domain(): Domain | null {
    return this.#domain;
  }
  /** Why it could not begin, or be read. */
  get problem(): string | null {
    return this.#problem;
  }
  /** Between the wish for a run and its first stage. */
  get starting(): boolean {
    return this.#busy && this.#run?.active !== true;
  }

  /**
   * Empties the demo workspace and runs everything in it. Never rejects.
   * @param still no time to look at each stage before the next begins
   */
  async start(still: boolean): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await this.#showing;
    await this.#guarded(async () => {
      // Two tabs would empty the demo workspace under each other.
      const { signal } = new AbortController();
      const locked = await withRunLock(this.#input.locks, RUN_ID, signal, () => this.#begin(still));
      if (locked.status === 'elsewhere') this.#problem = locked.reason;
    });
    this.#busy = false;
  }

  /** Shows the run of this page, else the one that the demo workspace holds. Never rejects. */
  show(): Promise<void> {
    if (this.#busy) return Promise.resolve();
    this.#showing = this.#showing.then(() => this.#guarded(() => this.#open()));
    return this.#showing;
  }

  async #begin(still: boolean): Promise<void> {
    this.#run = null;
    const input = await this.#prepare(still ? 0 : REST_MS);
    await this.#input.workspace.startDemo();
    this.#run = new PipelineRunState(input);
    await this.#run.run();
  }

  async #open(): Promise<void> {
    if (this.#run === null) {
      const kept = await readKeptRun(await this.#input.services.repository(), DEMO);
      if (kept === undefined) return;
      this.#run = PipelineRunState.restored(await this.#prepare(0), kept);
    }
    // Its links lead into the demo workspace.
    if (!this.#input.workspace.demo) await this.#input.workspace.open(DEMO);
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    this.#problem = null;
    try {
      await work();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  async #prepare(rest: number): Promise<PipelineRunInput> {
    const { services } = this.#input;
    const [[domain], runner, repository] = await Promise.all([
      services.domains(),
      services.runner(),
      services.repository(),
    ]);
    if (domain === undefined) throw new Error('This build has no domain.');
    this.#domain = domain;
    this.#input.setDomainTitle(domain.title);
    return {
      ...{ runner, repository, domain, rest, workspace: DEMO, now: clock },
      ...{ databaseSeed: FIRST_SEED, seed: RUN_SEED },
      onprogress: (progress) => {
        this.#input.setStage(progress?.stage ?? null);
        if (progress === null) {
          this.#input.setRun(null);
          return;
        }
        const { stage, done, total, paused } = progress;
        const state = paused ? 'paused' : 'running';
        const place = { screen: 'start', keys: { v: 'run' } } as const;
        this.#input.setRun({ label: names[stage], state, done, total, ...place });
      },
    };
  }
}
