import type { Domain } from '#core/environment/index.ts';
import { generateTasks, type GenerateProgress, type Wanted } from '#core/pipeline/index.ts';
import { baselines } from '#core/rollout/index.ts';
import type { Condition } from '#core/transform/index.ts';
import { taskRow, type RunRow } from '../../../store/rows.ts';
import { conditionOrder } from '../../components/meaning.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { isAbort } from '../../state/abort.ts';
import { clock } from '../../state/clock.ts';
import { loadForWorkers } from '../../state/databases.ts';
import { EnvironmentState } from '../../state/environment.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { toggled } from '../../state/toggled.ts';
import { firstGroup, groupsOf } from '../../state/taskGroups.ts';
import {
  AGENTS_FOR_PROSE,
  ALL_TASKS,
  canServe,
  FIRST_AGENTS,
  FIRST_CONDITIONS,
  GUESS_MS,
  PAPER_SIZE,
  SMALL,
  setOf,
} from './choices.ts';
import type { RunLimits } from '../../state/modelPlan.ts';
import type { Runs } from '../../state/runs.svelte.ts';
import { ModelChoice } from './ModelChoice.svelte.ts';

/** Milliseconds between two readings of the tasks while more are made. */
const REST_WHILE_MAKING_MS = 4000;

/** What Roll out shows: tasks to choose from or to make, agents, and the runs of the workspace. */
export class RolloutState {
  readonly #app: AppState;
  readonly workspace: string;
  readonly environment: EnvironmentState;
  readonly tasks: LiveRows<'tasks'>;
  readonly runRows: LiveRows<'runs'>;
  #runs = $state.raw<Runs | null>(null);
  #wanted = $state.raw<Wanted>(SMALL);
  #taskSeed = $state.raw('1');
  #progress = $state.raw<GenerateProgress | null>(null);
  #generating = $state.raw<AbortController | null>(null);
  #problem = $state.raw<string | null>(null);
  #domains = $state.raw<readonly Domain[]>([]);
  #group = $state.raw<string | null>(null);
  #conditions = $state.raw<ReadonlySet<Condition>>(FIRST_CONDITIONS);
  #uncertified = $state.raw(false);
  /** Null until the person chose: then a sensible few of those that are able. */
  #agents = $state.raw<ReadonlySet<string> | null>(null);
  #trials = $state.raw(1);
  #seed = $state.raw('1');
  #shown = $state.raw<string | null>(null);
  #choices = $state.raw(0);

  /** Tasks by what they were made on, or imported with. */
  readonly groups = $derived.by(() =>
    groupsOf(
      this.tasks.rows.map((row) => row.task),
      (id) => this.#domains.find((domain) => domain.id === id)?.title ?? id,
    ),
  );
  /** The id of the group to choose from; {@link ALL_TASKS} for all of them. */
  readonly group = $derived.by(() => {
    const known = this.groups.some(({ id }) => id === this.#group) || this.#group === ALL_TASKS;
    return (known ? this.#group : firstGroup(this.groups, this.environment.current?.ref)) ?? ALL_TASKS;
  });
  readonly inGroup = $derived.by(() =>
    this.groups
      .filter(({ id }) => this.group === ALL_TASKS || this.group === id)
      .flatMap(({ tasks }) => tasks),
  );
  readonly chosen = $derived.by(() =>
    conditionOrder
      .filter((condition) => this.#conditions.has(condition))
      .flatMap((condition) =>
        this.inGroup.filter(
          (task) => task.condition === condition && (task.certificate.accepted || this.#uncertified),
        ),
      ),
  );
  /** Agents that every chosen task can be given to. */
  readonly able = $derived(
    baselines.filter(({ identity }) => this.chosen.every((task) => canServe(identity.id, task))),
  );
  readonly #scripted = $derived.by(() => {
    const able = this.able.map(({ identity }) => identity.id);
    if (this.#agents !== null) return able.filter((id) => this.#agents?.has(id));
    const first = able.filter((id) => FIRST_AGENTS.has(id));
    return first.length > 0 ? first : able.filter((id) => AGENTS_FOR_PROSE.has(id));
  });
  readonly models = new ModelChoice(() => ({
    chosen: this.chosen,
    domains: this.#domains,
    trials: this.#trials,
    scripted: this.#scripted,
  }));
  readonly agents = $derived(setOf(this.#scripted));
  /** Scripted baselines first, then models. */
  readonly agentIds = $derived.by(() => [...this.#scripted, ...this.models.agentIds]);
  readonly total = $derived(this.chosen.length * this.agentIds.length * this.#trials);
  /** The run that is looked at: the one asked for, else the one at work, else the newest. */
  readonly run = $derived.by(() => {
    const rows = this.sortedRuns;
    const current = this.#runs?.current ?? null;
    const row = rows.find(({ id }) => id === (this.#shown ?? current?.id)) ?? rows[0] ?? null;
    return row !== null && current?.id === row.id ? current : row;
  });
  readonly sortedRuns = $derived.by(() =>
    this.runRows.rows.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
  );
  /** About how long the run would take, in seconds, after the speed of earlier runs here. */
  readonly estimate = $derived.by(() => {
    const timed = this.runRows.rows.filter((row) => row.state === 'finished' && row.done >= 50);
    const speeds = timed
      .map((row) => (Date.parse(row.updatedAt) - Date.parse(row.createdAt)) / row.done)
      .sort((a, b) => a - b);
    return {
      seconds: ((speeds[Math.floor(speeds.length / 2)] ?? GUESS_MS) * this.total) / 1000,
      timed: speeds.length > 0,
    };
  });

  constructor(app: AppState) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.environment = new EnvironmentState(app, this.workspace);
    this.tasks = new LiveRows(app.services, 'tasks', this.workspace);
    this.runRows = new LiveRows(app.services, 'runs', this.workspace);
    this.#group = app.router.keys.v ?? null;
  }

  get runs(): Runs | null {
    return this.#runs;
  }
  get wanted(): Wanted {
    return this.#wanted;
  }
  get taskSeed(): string {
    return this.#taskSeed;
  }
  get progress(): GenerateProgress | null {
    return this.#progress;
  }
  get generating(): boolean {
    return this.#generating !== null;
  }
  get problem(): string | null {
    return this.#problem ?? this.#runs?.problem ?? null;
  }
  get conditions(): ReadonlySet<Condition> {
    return this.#conditions;
  }
  /** Whether tasks that failed their certificate are rolled out as well. */
  get uncertified(): boolean {
    return this.#uncertified;
  }
  get trials(): number {
    return this.#trials;
  }
  get seed(): string {
    return this.#seed;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    const domains = this.#app.services.domains().then((known) => (this.#domains = known));
    await Promise.all([domains, this.environment.start(), this.tasks.start(), this.runRows.start()]);
    this.#runs = await this.#app.runs();
    const [models, tab, speeds] = await Promise.all([
      this.#app.models(),
      this.#app.tabModels(),
      this.#app.modelSpeeds(),
    ]);
    this.models.start(models, tab, speeds);
  }

  stop(): void {
    this.#generating?.abort();
    this.tasks.stop();
    this.runRows.stop();
    this.models.stop();
  }

  setWanted(condition: Condition, count: number): void {
    this.#wanted = { ...this.#wanted, [condition]: count };
  }
  setPaperSize(): void {
    this.#wanted = PAPER_SIZE;
  }
  setTaskSeed(seed: string): void {
    this.#taskSeed = seed;
  }
  setTrials(trials: number): void {
    this.#trials = trials;
  }
  setSeed(seed: string): void {
    this.#seed = seed;
  }
  toggleCondition(condition: Condition): void {
    this.#conditions = toggled(this.#conditions, condition);
  }
  toggleAgent(agent: string): void {
    this.#agents = toggled(this.agents, agent);
  }
  toggleUncertified(): void {
    this.#uncertified = !this.#uncertified;
  }
  setGroup(group: string): void {
    this.#group = group;
  }
  /** How often a run was chosen by hand. */
  get choices(): number {
    return this.#choices;
  }
  show(run: string): void {
    this.#choices += 1;
    this.#shown = run;
  }
  dismissProblem(): void {
    this.#problem = null;
    this.#runs?.dismissProblem();
  }

  /** Makes certified tasks on the database in use, and keeps each batch as it comes. */
  async generate(): Promise<void> {
    const open = this.environment.current;
    if (open === null || this.generating) return;
    const abort = new AbortController();
    this.#generating = abort;
    this.#problem = null;
    const waiting: Promise<void>[] = [];
    // Reading them all again and again would take from the making.
    const { rest } = this.tasks;
    this.tasks.rest = REST_WHILE_MAKING_MS;
    try {
      const [runner, repository] = await Promise.all([
        this.#app.services.runner(),
        this.#app.services.repository(),
      ]);
      await loadForWorkers(this.#app.services, this.workspace, [open.ref], abort.signal);
      const input = {
        database: open.ref,
        seed: this.#taskSeed,
        wanted: this.#wanted,
        knobs: {},
        parallel: 4,
      };
      const { tasks } = await generateTasks(runner, input, abort.signal, (progress) => {
        this.#progress = progress;
        this.#report(progress);
        const at = clock().toISOString();
        const rows = progress.added.map((task) => taskRow(this.workspace, task, at));
        if (rows.length === 0) return;
        const kept = repository.put('tasks', rows);
        // What cannot be kept ends the making at once.
        kept.catch((error: unknown) => abort.abort(error));
        waiting.push(kept);
      });
      await Promise.all(waiting);
      // Whoever reads that they were made and presses Start means all of them.
      await this.tasks.refresh();
      this.#app.announcer.toast(`${tasks.length} certified tasks were made and kept.`);
    } catch (error) {
      await Promise.allSettled(waiting);
      await this.tasks.refresh();
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.tasks.rest = rest;
      this.#generating = null;
      this.#progress = null;
      this.#app.setRun(null);
    }
  }

  cancelGenerating(): void {
    this.#generating?.abort();
  }

  /** Starts a run of the chosen tasks by the chosen agents. */
  async rollOut(): Promise<void> {
    if (this.#runs === null || this.total === 0) return;
    this.#shown = null;
    await this.#runs.start(this.workspace, this.#app.workspace.demo, {
      title: `${this.chosen.length} tasks × ${this.agentIds.length} agents`,
      kind: 'rollouts',
      seed: this.#seed,
      tasks: this.chosen,
      agents: this.agentIds,
      trials: this.#trials,
      models: this.models.plan(),
    });
  }

  /** Repeats what a model's server or the network ended. */
  async retryFailed(row: RunRow): Promise<void> {
    this.#shown = row.id;
    await this.#runs?.retryFailed(row);
  }

  async setLimits(row: RunRow, limits: RunLimits): Promise<void> {
    try {
      await this.#runs?.setLimits(row, limits);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  async resume(row: RunRow): Promise<void> {
    this.#shown = row.id;
    await this.#runs?.resume(row);
  }

  async deleteRun(row: RunRow): Promise<void> {
    try {
      await this.#runs?.delete(row);
      if (this.#shown === row.id) this.#shown = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  async deleteTasks(): Promise<void> {
    const repository = await this.#app.services.repository();
    await repository.delete(
      'tasks',
      this.workspace,
      this.chosen.map((task) => task.id),
    );
  }

  #report({ found, wanted }: GenerateProgress): void {
    const sum = (counts: Wanted) => conditionOrder.reduce((all, condition) => all + counts[condition], 0);
    const [done, total] = [sum(found), sum(wanted)];
    this.#app.setRun({ label: 'Writing tasks', state: 'running', done, total, screen: 'rollout' });
  }
}
