import type { Task } from '#core/certify/index.ts';
import type { DatabaseRef, Domain } from '#core/environment/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import type { JobRunner, JudgedRollout, RolloutItem } from '#core/pipeline/index.ts';
import type { Repository } from '../../../store/repository.ts';
import { rolloutRow, taskRow, trajectoryRow } from '../../../store/rows.ts';
import { inLanes } from '../../state/lanes.ts';
import type { KeptRun } from './keptRun.ts';
import { agentsOfTheRun, chunks, conditionsOfTheRun, runRow, RUN_ID } from './pipelinePlan.ts';

/** The stages, by what each leaves behind. */
export const stageIds = ['trajectory', 'task', 'rollout', 'verdict', 'example'] as const;
export type StageId = (typeof stageIds)[number];

export type RunPhase = 'running' | 'paused' | 'finished' | 'cancelled' | 'failed';

export interface PipelineRunInput {
  readonly runner: JobRunner;
  readonly repository: Repository;
  readonly workspace: string;
  readonly domain: Pick<Domain, 'id' | 'defaultSize'>;
  /** The database that everything happens on. Workers have to hold it if it came from a file. */
  readonly database: DatabaseRef;
  readonly seed: string;
  readonly now: () => Date;
  /** How long each finished stage stands before the next begins, in milliseconds. */
  readonly rest: number;
  /** Told of every step; null when there is nothing more to tell. */
  readonly onprogress?: (
    progress: { stage: StageId; done: number; total: number; paused: boolean } | null,
  ) => void;
}

const EXPLORATIONS = 10;
const AT_ONCE = 3;

/** The whole pipeline, once: explore, transform, roll out; every stage is kept as soon as it is there. */
export class PipelineRunState {
  readonly #input: PipelineRunInput;
  readonly #abort = new AbortController();
  #reached = $state.raw<readonly StageId[]>([]);
  #phase = $state.raw<RunPhase>('running');
  #problem = $state.raw<string | null>(null);
  #trajectories = $state.raw<readonly Trajectory[]>([]);
  #tasks = $state.raw<readonly Task[]>([]);
  #rejected = $state.raw(0);
  #judged = $state.raw<readonly JudgedRollout[]>([]);
  #total = $state.raw(0);
  #resumed: Promise<void> = Promise.resolve();
  #resume: (() => void) | null = null;
  #endRest: (() => void) | null = null;

  readonly valid = $derived(this.#trajectories.filter(({ problem }) => problem === null));
  readonly rejected = $derived(this.#trajectories.filter(({ problem }) => problem !== null));
  readonly passed = $derived(this.#judged.filter(({ verdict }) => verdict.class === 'pass'));
  readonly failed = $derived(this.#judged.filter(({ verdict }) => verdict.class === 'fail'));

  constructor(input: PipelineRunInput) {
    this.#input = input;
  }

  /** A run as it was kept, to be looked at; it cannot go on. */
  static restored(input: PipelineRunInput, kept: KeptRun): PipelineRunState {
    const run = new PipelineRunState(input);
    const finished = kept.row.state === 'finished';
    run.#reached = finished ? stageIds : stageIds.slice(0, stageIds.indexOf('rollout') + 1);
    run.#phase = finished ? 'finished' : 'cancelled';
    run.#problem = kept.row.note;
    run.#trajectories = kept.trajectories;
    run.#tasks = kept.tasks;
    run.#rejected = kept.rejectedDrafts;
    run.#judged = kept.judged;
    run.#total = kept.row.total;
    return run;
  }

  /** The stages that have begun, in order. */
  get reached(): readonly StageId[] {
    return this.#reached;
  }
  get phase(): RunPhase {
    return this.#phase;
  }
  get problem(): string | null {
    return this.#problem;
  }
  get trajectories(): readonly Trajectory[] {
    return this.#trajectories;
  }
  get tasks(): readonly Task[] {
    return this.#tasks;
  }
  /** Drafts that failed a check. */
  get rejectedDrafts(): number {
    return this.#rejected;
  }
  get judged(): readonly JudgedRollout[] {
    return this.#judged;
  }
  /** Rollouts wanted. */
  get total(): number {
    return this.#total;
  }
  get active(): boolean {
    return this.#phase === 'running' || this.#phase === 'paused';
  }

  taskOf({ rollout }: JudgedRollout): Task | undefined {
    return this.#tasks.find((task) => task.id === rollout.task);
  }

  /** Runs to the end. Never rejects: what goes wrong becomes the phase and the problem. */
  async run(): Promise<void> {
    try {
      await this.#explore();
      await this.#transform();
      await this.#rollOut();
      await this.#show('verdict');
      await this.#show('example');
      await this.#end('finished', null);
    } catch (error) {
      if (this.#abort.signal.aborted) await this.#end('cancelled', null);
      else await this.#end('failed', error instanceof Error ? error.message : String(error));
    }
  }

  pause(): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'paused';
    // One promise for all lanes that come to the gate.
    this.#resumed = new Promise((resolve) => (this.#resume = resolve));
    this.#report();
  }

  resume(): void {
    if (this.#phase !== 'paused') return;
    this.#phase = 'running';
    this.#resume?.();
    this.#report();
  }

  /** Goes on to the next stage without waiting. */
  skip(): void {
    this.#endRest?.();
  }

  cancel(): void {
    if (!this.active) return;
    this.#abort.abort();
    this.#resume?.();
    this.#endRest?.();
  }

  async #explore(): Promise<void> {
    const { seed, database } = this.#input;
    await this.#begin('trajectory');
    const { trajectories } = await this.#input.runner.run(
      {
        type: 'explore',
        database,
        explorer: 'grounded',
        seed,
        batch: 0,
        count: EXPLORATIONS,
        knobs: {},
      },
      this.#abort.signal,
    );
    const at = this.#at();
    const { repository, workspace } = this.#input;
    await repository.put(
      'trajectories',
      trajectories.map((trajectory) => trajectoryRow(workspace, trajectory, at)),
    );
    this.#trajectories = trajectories;
    await this.#rest();
  }

  async #transform(): Promise<void> {
    const { repository, workspace, seed } = this.#input;
    await this.#begin('task');
    // One trajectory a job, so that tasks appear as they are certified.
    for (const trajectory of this.valid) {
      await this.#gate();
      const { tasks, rejections } = await this.#input.runner.run(
        {
          type: 'transform',
          trajectories: [trajectory],
          seed,
          conditions: [...conditionsOfTheRun],
          perCondition: 1,
          knobs: {},
        },
        this.#abort.signal,
      );
      const at = this.#at();
      await repository.put(
        'tasks',
        tasks.map((task) => taskRow(workspace, task, at)),
      );
      this.#tasks = [...this.#tasks, ...tasks];
      this.#rejected += rejections.length;
      this.#report();
    }
    await this.#rest();
  }

  async #rollOut(): Promise<void> {
    await this.#begin('rollout');
    const items = this.#tasks.flatMap((task) =>
      agentsOfTheRun.map((agent): RolloutItem => ({ task, agent, trial: 0 })),
    );
    this.#total = items.length;
    const waiting = chunks(items);
    await this.#keepRun('running', null);
    const lane = async () => {
      for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
        await this.#gate();
        await this.#rollOutSome(chunk);
      }
    };
    await inLanes(AT_ONCE, lane, () => {
      waiting.length = 0;
      this.resume();
    });
    await this.#rest();
  }

  async #rollOutSome(items: readonly RolloutItem[]): Promise<void> {
    const { runner, repository, workspace, seed } = this.#input;
    const { rollouts } = await runner.run({ type: 'rollout', seed, items: [...items] }, this.#abort.signal);
    const at = this.#at();
    const rows = rollouts.map((judged) => {
      const condition = this.taskOf(judged)?.condition ?? 'general';
      return rolloutRow({ workspace, run: RUN_ID, condition }, judged, at);
    });
    await repository.put('rollouts', rows);
    this.#judged = [...this.#judged, ...rollouts];
    this.#report();
  }

  /** A stage that only looks at what is there. */
  async #show(stage: StageId): Promise<void> {
    await this.#begin(stage);
    await this.#rest();
  }

  async #begin(stage: StageId): Promise<void> {
    await this.#gate();
    this.#reached = [...this.#reached, stage];
    this.#report();
  }

  /** Waits while paused; throws once cancelled. */
  async #gate(): Promise<void> {
    while (this.#phase === 'paused' && !this.#abort.signal.aborted) await this.#resumed;
    this.#abort.signal.throwIfAborted();
  }

  async #rest(): Promise<void> {
    if (this.#input.rest > 0)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#input.rest);
        this.#endRest = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    await this.#gate();
  }

  async #end(phase: RunPhase, problem: string | null): Promise<void> {
    this.#phase = phase;
    this.#problem = problem;
    this.#input.onprogress?.(null);
    if (this.#total === 0) return;
    try {
      await this.#keepRun(phase === 'finished' ? 'finished' : 'cancelled', problem);
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  async #keepRun(state: 'running' | 'finished' | 'cancelled', note: string | null): Promise<void> {
    const { repository, workspace, seed, domain } = this.#input;
    const tasks = this.#tasks.map((task) => task.id);
    const done = this.#judged.length;
    const recipe = { domain: domain.id, rejectedDrafts: this.#rejected };
    await repository.put('runs', [
      runRow({ workspace, seed, recipe, tasks, state, note, done, at: this.#at() }),
    ]);
  }

  #report(): void {
    const stage = this.#reached.at(-1);
    if (stage === undefined || !this.active) return;
    const rolling = stage === 'rollout';
    this.#input.onprogress?.({
      stage,
      done: rolling ? this.#judged.length : this.#reached.length,
      total: rolling ? this.#total : stageIds.length,
      paused: this.#phase === 'paused',
    });
  }

  #at(): string {
    return this.#input.now().toISOString();
  }
}
