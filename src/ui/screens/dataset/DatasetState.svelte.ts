import {
  databaseName,
  parts,
  selectExamples,
  splitOf,
  toExample,
  type Part,
  type SelectionRules,
  type SplitRules,
  type TrainingExample,
} from '#core/dataset/index.ts';
import { conditionOrder } from '../../components/meaning.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { openDomain } from '../../state/databases.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { agentsOf, distinct, newest } from '../../state/outcomes.ts';
import { candidatesOf, type DatasetCandidate } from './candidates.ts';

const EXCLUDED = 'dataset.excluded';

/** One example with its rollout's id, for the preview. */
export interface Preview {
  readonly id: string;
  readonly example: TrainingExample;
}

/** What Dataset shows: the rules, what they choose, and one record of it. */
export class DatasetState {
  readonly #app: AppState;
  readonly workspace: string;
  readonly #trials: LiveRows<'trials'>;
  readonly #tasks: LiveRows<'tasks'>;
  readonly #runs: LiveRows<'runs'>;
  #run = $state.raw<string | null>(null);
  #onlyPassed = $state.raw(true);
  #conditions = $state.raw<readonly string[]>(conditionOrder);
  #agents = $state.raw<readonly string[] | null>(null);
  #perTask = $state.raw<number | null>(1);
  #perTrajectory = $state.raw<number | null>(null);
  #excluded = $state.raw<readonly string[]>([]);
  #preview = $state.raw<Preview | null>(null);
  #choices = $state.raw(0);
  #problem = $state.raw<string | null>(null);

  readonly run = $derived.by(() => this.#run ?? newest(this.#runs.rows)?.id ?? '');
  readonly candidates = $derived.by(() =>
    candidatesOf(
      this.#trials.rows.filter((trial) => this.run === ALL || trial.run === this.run),
      this.#tasks.rows.map((row) => row.task),
    ),
  );
  /** The agents that there are rollouts of. */
  readonly agents = $derived.by(() => agentsOf(this.candidates.map(({ trial }) => trial)));
  readonly rules = $derived.by((): SelectionRules => ({
    onlyPassed: this.#onlyPassed,
    conditions: this.#conditions,
    agents: this.#agents ?? this.agents.map(({ id }) => id),
    perTask: this.#perTask,
    perTrajectory: this.#perTrajectory,
    excluded: this.#excluded,
  }));
  readonly selection = $derived(selectExamples(this.candidates, this.rules));
  /** Seeds of the runs that are looked at. */
  readonly seeds = $derived.by(() =>
    distinct(this.#runs.rows.filter(({ id }) => this.run === ALL || id === this.run).map(({ seed }) => seed)),
  );

  constructor(app: AppState) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.#trials = new LiveRows(app.services, 'trials', this.workspace);
    this.#tasks = new LiveRows(app.services, 'tasks', this.workspace);
    this.#runs = new LiveRows(app.services, 'runs', this.workspace);
  }

  get loaded(): boolean {
    return this.#trials.loaded && this.#tasks.loaded && this.#runs.loaded;
  }
  get problem(): string | null {
    return this.#problem ?? this.#trials.problem;
  }
  get runs() {
    return this.#runs.rows;
  }
  get preview(): Preview | null {
    return this.#preview;
  }
  /** How often a record was chosen to be looked at. */
  get choices(): number {
    return this.#choices;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.#trials.start(), this.#tasks.start(), this.#runs.start()]);
    try {
      const repository = await this.#app.services.repository();
      const saved = (await repository.get('settings', this.workspace, EXCLUDED))?.value;
      if (Array.isArray(saved)) this.#excluded = saved.filter((id): id is string => typeof id === 'string');
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  stop(): void {
    for (const rows of [this.#trials, this.#tasks, this.#runs]) rows.stop();
  }

  setRun(run: string): void {
    this.#run = run;
  }
  setOnlyPassed(only: boolean): void {
    this.#onlyPassed = only;
  }
  toggleCondition(condition: string): void {
    this.#conditions = flip(this.#conditions, condition);
  }
  toggleAgent(agent: string): void {
    this.#agents = flip(this.rules.agents, agent);
  }
  setPerTask(most: number | null): void {
    this.#perTask = most;
  }
  setPerTrajectory(most: number | null): void {
    this.#perTrajectory = most;
  }
  /** How many of the chosen examples each part would get, before anything that repeats is left out. */
  partCounts(split: SplitRules): Record<Part, number> {
    const drawn = this.selection.chosen.map(({ source }) =>
      splitOf({ database: databaseName(source.database), trajectory: source.provenance.trajectory }, split),
    );
    const counted = parts.map((part) => [part, drawn.filter((other) => other === part).length] as const);
    return Object.fromEntries(counted) as Record<Part, number>;
  }

  /** Takes a rollout out by hand, or back in; remembered with the workspace. */
  async toggleExcluded(id: string): Promise<void> {
    await this.#exclude(flip(this.#excluded, id));
  }

  /** Loads one record as it would be exported. Never rejects: what went wrong is the `problem`. */
  async show(candidate: DatasetCandidate): Promise<void> {
    try {
      const example = await this.#exampleOf(candidate);
      this.#preview = example === undefined ? null : { id: candidate.id, example };
      this.#problem = example === undefined ? 'This rollout is no longer in the workspace.' : null;
      this.#choices += 1;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Takes back in what was left out by hand. */
  async restoreExcluded(): Promise<void> {
    await this.#exclude([]);
  }

  async #exclude(ids: readonly string[]): Promise<void> {
    this.#excluded = ids;
    const repository = await this.#app.services.repository();
    await repository.put('settings', [{ workspace: this.workspace, id: EXCLUDED, value: [...ids] }]);
  }

  async #exampleOf({ id, source }: DatasetCandidate): Promise<TrainingExample | undefined> {
    const repository = await this.#app.services.repository();
    const row = await repository.get('rollouts', this.workspace, id);
    if (row === undefined) return undefined;
    const domain = await openDomain(this.#app.services, this.workspace, source.database);
    return toExample(domain, source, row.rollout, row.verdict);
  }
}

/** The value of the run choice that takes all runs. */
export const ALL = 'all';

function flip(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
}
