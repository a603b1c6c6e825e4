import type { DatabaseRef, Domain } from '#core/environment/index.ts';
import type { DatabaseRow } from '../../../store/rows.ts';
import { clock } from '../../state/clock.ts';
import { environmentTitle, FIRST_SEED } from '../../state/environment.svelte.ts';
import type { RunLocks } from '../../state/runLocks.svelte.ts';
import type { RunStatus } from '../../state/runStatus.ts';
import type { Services } from '../../state/services.ts';
import { DEMO, type WorkspaceState } from '../../state/workspace.svelte.ts';
import { bringAlong } from './bringAlong.ts';
import { readKeptRun, type KeptRun } from './keptRun.ts';
import { RUN_ID, RUN_SEED } from './pipelinePlan.ts';
import { PipelineRunState, type PipelineRunInput } from './PipelineRunState.svelte.ts';

/** What the one-click run needs from the page around it. */
export interface DemoRunInput {
  readonly services: Services;
  readonly locks: Pick<RunLocks, 'hold' | 'atWorkIn'>;
  readonly workspace: Pick<WorkspaceState, 'startDemo' | 'open' | 'demo'>;
  setStage(stage: string | null): void;
  setRun(run: RunStatus | null): void;
  setDomainTitle(title: string): void;
}

/** The domain and the database that a run works on. */
interface Used {
  readonly domain: Domain;
  readonly ref: DatabaseRef;
}

/** How long a finished stage stands before the next begins, in milliseconds. */
const REST_MS = 1000;
const ELSEWHERE =
  'Another tab of this browser is at work in the demo workspace (its title begins with ▶). Watch it there, or wait.';
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
  #used = $state.raw<Used | null>(null);
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
    return this.#used?.domain ?? null;
  }
  /** The name of the person's own database that the run works on; null for the domain's. */
  get brought(): string | null {
    return this.#used?.ref.kind === 'file' ? this.#used.ref.name : null;
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
   * @param brought a database of the person's own to run on; the domain's own when null
   */
  async start(still: boolean, brought: DatabaseRow | null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await this.#showing;
    await this.#guarded(async () => {
      // One tab plays the demo: two would empty its workspace under each other.
      const { signal } = new AbortController();
      const { locks } = this.#input;
      const locked = await locks.hold({ workspace: DEMO, id: RUN_ID }, signal, async () => {
        const others = (await locks.atWorkIn(DEMO)).filter(({ id }) => id !== RUN_ID);
        if (others.length > 0) this.#problem = ELSEWHERE;
        else await this.#begin(still, brought);
      });
      if (locked.status === 'elsewhere') this.#problem = ELSEWHERE;
    });
    this.#busy = false;
  }

  /** Starts over, on the database that the last run worked on. Never rejects. */
  async again(still: boolean): Promise<void> {
    const ref = this.#used?.ref;
    await this.#guarded(async () => {
      const repository = await this.#input.services.repository();
      const row = ref?.kind === 'file' ? await repository.get('databases', DEMO, ref.digest) : undefined;
      await this.start(still, row ?? null);
    });
  }

  /** Shows the run of this page, else the one that the demo workspace holds. Never rejects. */
  show(): Promise<void> {
    if (this.#busy) return Promise.resolve();
    this.#showing = this.#showing.then(() => this.#guarded(() => this.#open()));
    return this.#showing;
  }

  async #begin(still: boolean, brought: DatabaseRow | null): Promise<void> {
    this.#run = null;
    const { services, workspace } = this.#input;
    await workspace.startDemo();
    const used =
      brought === null
        ? await this.#own()
        : await bringAlong(this.#input, await services.repository(), brought);
    this.#run = new PipelineRunState(await this.#prepare(used, still ? 0 : REST_MS));
    await this.#run.run();
  }

  async #open(): Promise<void> {
    if (this.#run === null) {
      const kept = await readKeptRun(await this.#input.services.repository(), DEMO);
      if (kept === undefined) return;
      this.#run = PipelineRunState.restored(await this.#prepare(await this.#usedBy(kept), 0), kept);
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

  /** The first domain's own database. */
  async #own(): Promise<Used> {
    const [domain] = await this.#input.services.domains();
    if (domain === undefined) throw new Error('This build has no domain.');
    return { domain, ref: { kind: 'seed', domain: domain.id, seed: FIRST_SEED, size: domain.defaultSize } };
  }

  /** What a run that the store holds was made on. */
  async #usedBy({ trajectories: [first] }: KeptRun): Promise<Used> {
    if (first === undefined) return this.#own();
    const { database: ref } = first;
    const domain = (await this.#input.services.domains()).find(({ id }) => id === ref.domain);
    if (domain === undefined) throw new Error(`This build has no domain '${ref.domain}'.`);
    return { domain, ref };
  }

  async #prepare(used: Used, rest: number): Promise<PipelineRunInput> {
    const { services } = this.#input;
    const [runner, repository] = await Promise.all([services.runner(), services.repository()]);
    const { domain, ref: database } = used;
    this.#used = used;
    this.#input.setDomainTitle(environmentTitle(used));
    return {
      ...{ runner, repository, domain, database, rest, workspace: DEMO, seed: RUN_SEED, now: clock },
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
