import type { Rejection, Task } from '#core/certify/index.ts';
import type { State } from '#core/environment/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import {
  rewordTask,
  type JudgedRollout,
  type Knobs,
  type Reworded,
  type RolloutItem,
} from '#core/pipeline/index.ts';
import { taskRow, trajectoryRow } from '../../../store/rows.ts';
import { conditionOrder } from '../../components/meaning.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { clock } from '../../state/clock.ts';
import { loadForWorkers, openDatabase } from '../../state/databases.ts';
import { EnvironmentState } from '../../state/environment.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { ModelWork } from '../../state/modelWork.svelte.ts';
import { formatSettings, parseSettings, type LabSettings } from './settings.ts';

/** The baselines that tell whether a task discriminates: one is right, the others fail on one twist each. */
export const tryAgents = ['careful', 'eager', 'stubborn', 'overcompliant'] as const;
const TRY_TRIALS = 3;
const WAIT_MS = 120;
/** Tokens of the prompt that asks for an opening in new words. */
const WRITER_PROMPT = 200;

/** What the lab shows: one trajectory, and the matched set that the transforms make of it. */
export class LabState {
  readonly #app: AppState;
  readonly workspace: string;
  readonly environment: EnvironmentState;
  readonly #rows: LiveRows<'trajectories'>;
  #initial = $state.raw<State | null>(null);
  #tasks = $state.raw<readonly Task[]>([]);
  #rejections = $state.raw<readonly Rejection[]>([]);
  #made = $state.raw<string | null>(null);
  #busy = $state.raw(false);
  #took = $state.raw<number | null>(null);
  #problem = $state.raw<string | null>(null);
  #tried = $state.raw<readonly JudgedRollout[] | null>(null);
  #trying = $state.raw(false);
  #kept = $state.raw(0);
  #reworded = $state.raw<readonly Reworded[]>([]);
  #rewording = $state.raw<AbortController | null>(null);
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** As in the address, so that a reload or a link makes the same set. */
  readonly settings = $derived.by(() => parseSettings(this.#app.router.keys.v));
  /** Those that a feasible task can be made of. */
  readonly trajectories = $derived.by(() =>
    this.#rows.rows.map((row) => row.trajectory).filter(({ problem }) => problem === null),
  );
  readonly trajectory = $derived.by(
    () => this.trajectories.find(({ id }) => id === this.#app.router.id) ?? this.trajectories.at(-1) ?? null,
  );
  readonly certified = $derived(this.#tasks.filter(({ certificate }) => certificate.accepted));
  /** The model that words openings, when one does. An estimate adds four messages to a task, so four tasks are one. */
  readonly writer = new ModelWork(() =>
    Array.from({ length: Math.ceil(this.certified.length / 4) }, () => ({ calls: 0, system: WRITER_PROMPT })),
  );
  readonly base = $derived(this.#tasks.find(({ condition }) => condition === 'general') ?? null);

  constructor(app: AppState) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.environment = new EnvironmentState(app, this.workspace);
    this.#rows = new LiveRows(app.services, 'trajectories', this.workspace);
  }

  get loaded(): boolean {
    return this.#rows.loaded;
  }
  /** The state that the tasks of the set start from. */
  get initial(): State | null {
    return this.#initial;
  }
  get tasks(): readonly Task[] {
    return this.#tasks;
  }
  get rejections(): readonly Rejection[] {
    return this.#rejections;
  }
  get busy(): boolean {
    return this.#busy;
  }
  /** Milliseconds that the last set took to make and certify. */
  get took(): number | null {
    return this.#took;
  }
  get problem(): string | null {
    return this.#problem ?? this.environment.problem;
  }
  get tried(): readonly JudgedRollout[] | null {
    return this.#tried;
  }
  /** What came of the last rewording. */
  get reworded(): readonly Reworded[] {
    return this.#reworded;
  }
  get rewording(): boolean {
    return this.#rewording !== null;
  }
  get trying(): boolean {
    return this.#trying;
  }
  /** Tasks of this set that are kept in the workspace. */
  get kept(): number {
    return this.#kept;
  }

  /** Begins to follow the store, and makes the first set. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.environment.start(), this.#rows.start()]);
    await this.make();
    this.writer.start(await this.#app.models(), await this.#app.tabModels(), this.#app.openModels);
  }

  stop(): void {
    this.#rewording?.abort();
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#rows.stop();
  }

  /** Makes the set that the address names, after it changed. */
  follow(): void {
    if (this.#app.router.screen === 'lab') this.#soon();
  }

  select(id: string): void {
    const v = formatSettings(this.settings);
    this.#app.router.go('lab', id, v === undefined ? {} : { v });
  }
  setSeed(seed: string): void {
    this.#set({ ...this.settings, seed });
  }
  setKnob(name: keyof Knobs, value: number | undefined): void {
    const { [name]: _, ...others } = this.settings.knobs;
    this.#set({ ...this.settings, knobs: value === undefined ? others : { ...others, [name]: value } });
  }

  /** Explores a little, for a workspace that has no trajectory yet. */
  async explore(): Promise<void> {
    const open = this.environment.current;
    if (open === null) return;
    await this.#guarded(async (signal) => {
      const [runner, repository] = await Promise.all([
        this.#app.services.runner(),
        this.#app.services.repository(),
      ]);
      await loadForWorkers(this.#app.services, this.workspace, [open.ref], signal);
      const { trajectories } = await runner.run(
        {
          ...{ type: 'explore', database: open.ref, explorer: 'grounded' },
          ...{ seed: this.settings.seed, batch: 0, count: 8, knobs: {} },
        },
        signal,
      );
      const at = clock().toISOString();
      await repository.put(
        'trajectories',
        trajectories.map((trajectory) => trajectoryRow(this.workspace, trajectory, at)),
      );
      await this.#rows.refresh();
    });
    await this.make();
  }

  /** Makes and certifies the matched set anew; the latest wish wins. */
  async make(): Promise<void> {
    const { trajectory } = this;
    if (trajectory === null) return;
    await this.#guarded(async (signal) => {
      const { services } = this.#app;
      const runner = await services.runner();
      await loadForWorkers(services, this.workspace, [trajectory.database], signal);
      const { state } = await openDatabase(services, this.workspace, trajectory.database);
      const began = performance.now();
      const { tasks, rejections } = await runner.run(
        {
          ...{ type: 'transform', trajectories: [trajectory], seed: this.settings.seed },
          ...{ conditions: [...conditionOrder], perCondition: 1, knobs: this.settings.knobs },
        },
        signal,
      );
      this.#took = performance.now() - began;
      this.#initial = state;
      this.#tasks = tasks;
      this.#rejections = rejections;
      this.#made = trajectory.id;
      this.#tried = null;
      this.#reworded = [];
      this.#kept = 0;
    });
  }

  /** Whether what is shown was made of this trajectory. */
  isCurrent(trajectory: Trajectory): boolean {
    return this.#made === trajectory.id;
  }

  /** Lets the baselines serve the set at once, without keeping anything. */
  async try(): Promise<void> {
    this.#trying = true;
    await this.#guarded(async (signal) => {
      const runner = await this.#app.services.runner();
      const items = this.certified.flatMap(({ certificate: _, ...task }) =>
        tryAgents.flatMap((agent) =>
          Array.from({ length: TRY_TRIALS }, (_trial, trial): RolloutItem => ({ task, agent, trial })),
        ),
      );
      const { rollouts } = await runner.run({ type: 'rollout', seed: this.settings.seed, items }, signal);
      this.#tried = rollouts;
    });
    this.#trying = false;
  }

  /** Keeps the certified tasks in the workspace. */
  async keep(): Promise<void> {
    const repository = await this.#app.services.repository();
    const at = clock().toISOString();
    await repository.put(
      'tasks',
      this.certified.map((task) => taskRow(this.workspace, task, at)),
    );
    this.#kept = this.certified.length;
  }

  /** Has the chosen model word the openings anew; a task whose text passes every check again takes its place. */
  async reword(): Promise<void> {
    const { trajectory } = this;
    if (trajectory === null || this.rewording) return;
    const abort = new AbortController();
    this.#rewording = abort;
    this.#problem = null;
    this.#reworded = [];
    const { signal } = abort;
    try {
      const { domain, state } = await openDatabase(this.#app.services, this.workspace, trajectory.database);
      await this.writer.run(async (model) => {
        for (const task of this.certified) {
          const made = await rewordTask({ domain, state, task, model, seed: this.settings.seed }, signal);
          // Other settings have made another set meanwhile.
          if (!this.#tasks.includes(task)) return;
          this.#reworded = [...this.#reworded, made];
          this.#tasks = this.#tasks.map((other) => (other === task ? made.task : other));
          if (made.changed) this.#kept = 0;
        }
      });
    } catch (error) {
      if (!signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#rewording = null;
    }
  }

  cancelRewording(): void {
    this.#rewording?.abort();
  }

  /** Keeps one task of the set and lets a person play it. */
  async play(task: Task): Promise<void> {
    const repository = await this.#app.services.repository();
    await repository.put('tasks', [taskRow(this.workspace, task, clock().toISOString())]);
    this.#app.router.go('play', task.id);
  }

  #set(settings: LabSettings): void {
    this.#app.router.setKeys({ v: formatSettings(settings) });
    this.#soon();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.make().catch((error: unknown) => (this.#problem = String(error)));
    }, WAIT_MS);
  }

  async #guarded(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#busy = true;
    this.#problem = null;
    try {
      await work(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#abort === abort) this.#busy = false;
    }
  }
}
