/** Runs of rollouts. Loaded when the first run starts or is looked for; one per page, it outlives the screens. */
import type { Task } from '#core/certify/index.ts';
import type { DatabaseRef } from '#core/environment/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import { QuotaError } from '../../store/errors.ts';
import type { Repository } from '../../store/repository.ts';
import { rolloutRow, type RunRow, type RunState } from '../../store/rows.ts';
import { isAbort } from './abort.ts';
import { loadForWorkers } from './databases.ts';
import { inLanes } from './lanes.ts';
import { modelPlanOf, modelsIn, withModelPlan, type ModelPlan, type RunLimits } from './modelPlan.ts';
import type { ModelRun, ModelRunRequest } from './modelRun.ts';
import { conditionsById, missingItems } from './runItems.ts';
import type { RunLocks } from './runLocks.svelte.ts';
import type { RunStatus } from './runStatus.ts';
import type { Services } from './services.ts';

/** Rollouts per job: small, so that progress shows and a pause takes effect soon. */
const PER_JOB = 8;
const LANES = 4;
const SAVE_EVERY_MS = 500;
/** A fast model ends many calls in the time of one frame; who looks cannot see them, and drawing each takes long. */
const SHOW_EVERY_MS = 200;

/** What a new run consists of. */
export interface RunPlan {
  readonly title: string;
  readonly kind: RunRow['kind'];
  readonly seed: string;
  readonly tasks: readonly Task[];
  /** Agent ids. */
  readonly agents: readonly string[];
  readonly trials: number;
  /** Absent when no model takes part. */
  readonly models?: ModelPlan | null;
}

/** What runs need from outside. */
export interface RunsInput {
  readonly services: Services;
  readonly locks: RunLocks;
  /** Opens the models of a run. */
  readonly models: (request: ModelRunRequest, signal: AbortSignal) => Promise<ModelRun>;
  readonly now: () => Date;
  /** An id that no run has. */
  readonly newId: () => string;
  /** Told how the run at work comes along; null when there is none. */
  readonly report: (status: RunStatus | null) => void;
  /** Told when a run stops by itself, or cannot start. */
  readonly tell: (problem: string) => void;
}

/** Starts, pauses, resumes and cancels runs; every rollout is kept as soon as it is judged. One run at a time. */
export class Runs {
  readonly #input: RunsInput;
  /** The run at work as it is. */
  #now: RunRow | null = null;
  /** The run at work as it is shown: a little later, while it only counts on. */
  #row = $state.raw<RunRow | null>(null);
  #showing: ReturnType<typeof setTimeout> | null = null;
  #paused = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #full = $state.raw(false);
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;
  #savedAt = 0;

  constructor(input: RunsInput) {
    this.#input = input;
  }

  /** The run that this tab works on. */
  get current(): RunRow | null {
    return this.#row;
  }
  get paused(): boolean {
    return this.#paused;
  }
  /** Why the last run stopped, or cannot start. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Whether it stopped because the browser's storage is full: export, delete, then go on. */
  get full(): boolean {
    return this.#full;
  }

  dismissProblem(): void {
    this.#problem = null;
    this.#full = false;
  }

  /** Runs a plan to its end. Never rejects: what goes wrong becomes the run's note and {@link Runs.problem}. */
  async start(workspace: string, demo: boolean, plan: RunPlan): Promise<void> {
    const at = this.#at();
    const { title, kind, seed, agents, trials, models = null } = plan;
    const row: RunRow = {
      ...{ workspace, id: this.#input.newId(), title, kind, seed, agents: [...agents], trials, demo },
      tasks: plan.tasks.map(({ id }) => id),
      state: 'running',
      note: null,
      recipe: models === null ? {} : withModelPlan({}, models),
      createdAt: at,
      updatedAt: at,
      total: plan.tasks.length * agents.length * trials,
      done: 0,
    };
    await this.#work(row, plan.tasks);
  }

  /** Goes on with a run that was paused, cancelled or interrupted: only what is missing is done. Never rejects. */
  async resume(row: RunRow): Promise<void> {
    if (this.#now?.id === row.id) {
      this.unpause();
      return;
    }
    try {
      await this.#work(row, await this.#tasksOf(row));
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Repeats what ended by a model's server or the network rather than by the agent. What is there stays until something
   * takes its place. Never rejects.
   */
  async retryFailed(row: RunRow): Promise<void> {
    try {
      const repository = await this.#input.services.repository();
      const { rows } = await repository.list('trials', { workspace: row.workspace, run: row.id });
      const failed = rows.filter((trial) => trial.class === 'error').map(({ id }) => id);
      await this.#work(row, await this.#tasksOf(row), failed);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Other limits for a run that is not at work. Rejects as the store does. */
  async setLimits(row: RunRow, limits: RunLimits): Promise<void> {
    const plan = modelPlanOf(row);
    if (plan === null) return;
    const repository = await this.#input.services.repository();
    await repository.put('runs', [{ ...row, recipe: withModelPlan(row.recipe, { ...plan, limits }) }]);
  }

  /** Throws when some of them were deleted. */
  async #tasksOf(row: RunRow): Promise<readonly Task[]> {
    const repository = await this.#input.services.repository();
    const found = await Promise.all(row.tasks.map((id) => repository.get('tasks', row.workspace, id)));
    const tasks = found.flatMap((task) => task?.task ?? []);
    const gone = row.tasks.length - tasks.length;
    if (gone === 0) return tasks;
    throw new Error(
      `${row.title}: ${gone} of its ${row.tasks.length} tasks are no longer in this workspace, so it cannot go on.`,
    );
  }

  /** Starts no further rollouts; those under way are finished and kept. */
  pause(): void {
    if (this.#now === null || this.#paused) return;
    this.#paused = true;
    this.#show();
  }

  unpause(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#wake?.();
    this.#show();
  }

  cancel(): void {
    this.#abort?.abort();
    this.#wake?.();
  }

  /** Deletes a run with its rollouts, unless some tab works on it. Rejects as the store does. */
  async delete(row: RunRow): Promise<void> {
    const repository = await this.#input.services.repository();
    const { signal } = new AbortController();
    const locked = await this.#input.locks.hold(row, signal, () =>
      repository.deleteRun(row.workspace, row.id),
    );
    if (locked.status === 'elsewhere') this.#fail(locked.reason);
    else await (await this.#input.services.turns()).clear(row.workspace, row.id);
  }

  /** @param again ids of rollouts that are done once more */
  async #work(row: RunRow, tasks: readonly Task[], again: readonly string[] = []): Promise<void> {
    if (this.#now !== null) {
      this.#fail(`${this.#now.title} is still running. Wait for it, or cancel it first.`);
      return;
    }
    const abort = new AbortController();
    this.#abort = abort;
    this.dismissProblem();
    this.#paused = false;
    this.#now = row;
    this.#row = row;
    try {
      const repository = await this.#input.services.repository();
      const locked = await this.#input.locks.hold(row, abort.signal, () =>
        this.#rollOut(repository, tasks, again, abort.signal),
      );
      if (locked.status === 'elsewhere') this.#fail(locked.reason);
    } catch (error) {
      // A full storage may not even take the note that the run is paused; what was said first is the cause.
      if (this.#problem === null) this.#fail(error);
    } finally {
      if (this.#showing !== null) clearTimeout(this.#showing);
      this.#showing = null;
      this.#now = null;
      this.#row = null;
      this.#abort = null;
      this.#paused = false;
      this.#input.report(null);
    }
  }

  async #rollOut(
    repository: Repository,
    tasks: readonly Task[],
    again: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const row = this.#current();
    const known = await repository.ids('rollouts', { workspace: row.workspace, run: row.id });
    const waiting = missingItems(tasks, row, known, again);
    const conditionOf = conditionsById(tasks);
    await this.#save(repository, { state: 'running', note: null, done: row.total - waiting.length });
    let models: ModelRun | null = null;
    try {
      const databases = tasks.map((task) => task.database);
      models = await this.#models(repository, row, databases, signal);
      await loadForWorkers(this.#input.services, row.workspace, databases, signal);
      const pool = await this.#input.services.runner();
      const runner = models?.route(pool) ?? pool;
      const keep = async (rollouts: readonly JudgedRollout[]) => {
        const at = this.#at();
        await repository.put(
          'rollouts',
          rollouts.map((judged) => {
            const condition = conditionOf(judged.rollout.task);
            return rolloutRow({ workspace: row.workspace, run: row.id, condition }, judged, at);
          }),
        );
        await this.#advance(repository, rollouts.length);
      };
      const lane = async () => {
        while (waiting.length > 0) {
          await this.#gate(repository, signal);
          // A model's rollout takes long enough to be a job of its own.
          const items = waiting.splice(0, models === null ? PER_JOB : 1);
          if (items.length === 0) return;
          const { rollouts } = await runner.run({ type: 'rollout', seed: row.seed, items }, signal);
          await (models === null ? keep(rollouts) : models.settle(rollouts, keep));
        }
      };
      await inLanes(models?.atOnce ?? LANES, lane, () => this.cancel());
      await this.#save(repository, { state: 'finished' });
    } catch (error) {
      const byHand = signal.aborted && isAbort(error);
      if (!byHand) this.#fail(error);
      const note = byHand ? null : this.#problem;
      await this.#save(repository, { state: byHand ? 'cancelled' : 'paused', note });
    } finally {
      await models?.close();
    }
  }

  /** The models of a run, opened; null when none takes part. */
  async #models(
    repository: Repository,
    row: RunRow,
    databases: readonly DatabaseRef[],
    signal: AbortSignal,
  ): Promise<ModelRun | null> {
    const plan = modelPlanOf(row);
    if (plan === null) return null;
    const { workspace, agents, id: run } = row;
    const onspent = (spent: ModelPlan['spent']) => {
      // What is under way when a run ends may still count; there is nothing left to add it to.
      if (this.#now?.id !== row.id) return;
      this.#now = { ...this.#now, recipe: withModelPlan(this.#now.recipe, { ...plan, spent }) };
      this.#showSoon();
      // A page that is closed in the middle of a rollout must not forget what was spent. Where this cannot be
      // written, the rollout cannot either, and that is told.
      this.#saveSoon(repository).catch(() => undefined);
    };
    return this.#input.models({ workspace, run, agents, databases, plan, onspent }, signal);
  }

  #fail(error: unknown): void {
    this.#problem = error instanceof Error ? error.message : String(error);
    this.#full = error instanceof QuotaError;
    this.#input.tell(this.#problem);
  }

  /** Waits while paused; throws once cancelled. */
  async #gate(repository: Repository, signal: AbortSignal): Promise<void> {
    if (this.#paused && !signal.aborted) {
      await this.#save(repository, { state: 'paused' });
      while (this.#paused && !signal.aborted)
        await new Promise<void>((resolve) => {
          const before = this.#wake;
          this.#wake = () => {
            before?.();
            resolve();
          };
        });
      this.#wake = null;
      if (!signal.aborted) await this.#save(repository, { state: 'running' });
    }
    signal.throwIfAborted();
  }

  async #advance(repository: Repository, more: number): Promise<void> {
    const row = this.#current();
    this.#now = { ...row, done: Math.min(row.total, row.done + more) };
    this.#showSoon();
    await this.#saveSoon(repository);
  }

  async #saveSoon(repository: Repository): Promise<void> {
    const now = this.#input.now().getTime();
    if (now - this.#savedAt < SAVE_EVERY_MS) return;
    this.#savedAt = now;
    await this.#save(repository, {});
  }

  async #save(
    repository: Repository,
    change: { readonly state?: RunState; readonly note?: string | null; readonly done?: number },
  ): Promise<void> {
    const row: RunRow = { ...this.#current(), ...change, updatedAt: this.#at() };
    this.#now = row;
    // What is only counted on need not be seen at once.
    if (Object.keys(change).length > 0) this.#show();
    await repository.put('runs', [row]);
  }

  #current(): RunRow {
    if (this.#now === null) throw new Error('No run is at work.');
    return this.#now;
  }

  #showSoon(): void {
    this.#showing ??= setTimeout(() => this.#show(), SHOW_EVERY_MS);
  }

  #show(): void {
    if (this.#showing !== null) clearTimeout(this.#showing);
    this.#showing = null;
    this.#row = this.#now;
    if (this.#row === null) return;
    const { title, done, total, agents } = this.#row;
    const state = this.#paused ? 'paused' : 'running';
    const models = modelsIn(agents, modelPlanOf(this.#row));
    this.#input.report({ label: title, state, done, total, screen: 'rollout', models });
  }

  #at(): string {
    return this.#input.now().toISOString();
  }
}
