import { applyCall, type DatabaseRef, type State } from '#core/environment/index.ts';
import {
  addCoverage,
  coverageOf,
  emptyCoverage,
  exploreWithModel,
  modelOrigin,
  type Trajectory,
} from '#core/explore/index.ts';
import type { LanguageModel } from '#core/model/index.ts';
import { trajectoryRow } from '../../../store/rows.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { clock } from '../../state/clock.ts';
import { loadForWorkers, type OpenDatabase } from '../../state/databases.ts';
import { EnvironmentState } from '../../state/environment.svelte.ts';
import { isAbort } from '../../state/abort.ts';
import { inLanes } from '../../state/lanes.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { isModelId } from '../../state/modelId.ts';
import { ModelWork } from '../../state/modelWork.svelte.ts';
import { setOf, toggled } from '../../state/toggled.ts';
import { promptTokens } from '../../state/promptTokens.ts';
import { firstBatch, onDatabase } from './trajectories.ts';

export type Show = 'all' | 'valid' | 'rejected';

const PINNED = 'explore.pinned';
const BATCH = 5;
const AT_ONCE = 2;
/** Calls of a run of a model, about: the estimate adds a few messages. */
const MODEL_CALLS = 8;
const FIRST_RUNS = 5;

/** What Explore shows: the environment in use, the trajectories made in it, and the one that is looked at. */
export class ExploreState {
  readonly #app: AppState;
  readonly workspace: string;
  readonly environment: EnvironmentState;
  readonly databases: LiveRows<'databases'>;
  readonly #rows: LiveRows<'trajectories'>;
  #explorer = $state.raw('grounded');
  #seed = $state.raw('1');
  #requests = $state.raw<number | undefined>(undefined);
  #show = $state.raw<Show>('all');
  #abort = $state.raw<AbortController | null>(null);
  #problem = $state.raw<string | null>(null);
  #step = $state.raw(0);
  #pinned = $state.raw(setOf<string>([]));
  #choices = $state.raw(0);
  #runs = $state.raw(FIRST_RUNS);
  /** The model that explores, when one does. */
  readonly model = new ModelWork(() => {
    const domain = this.environment.current?.domain;
    const system = domain === undefined ? 0 : promptTokens(domain);
    return Array.from({ length: this.#runs }, () => ({ calls: MODEL_CALLS, system }));
  });

  /** Those made on the database in use. */
  readonly trajectories = $derived.by(() =>
    onDatabase(
      this.#rows.rows.map((row) => row.trajectory),
      this.environment.current?.ref,
    ),
  );
  /** Those that are shown, pinned ones first. */
  readonly listed = $derived.by(() =>
    this.trajectories
      .filter(({ problem }) => this.#show === 'all' || (problem === null) === (this.#show === 'valid'))
      .toSorted((a, b) => Number(this.#pinned.has(b.id)) - Number(this.#pinned.has(a.id))),
  );
  readonly selected = $derived.by(
    () => this.listed.find(({ id }) => id === this.#app.router.id) ?? this.listed[0] ?? null,
  );
  readonly step = $derived(Math.min(this.#step, Math.max(0, (this.selected?.steps.length ?? 1) - 1)));
  /** The state before each call of the selected trajectory, and after the last. */
  readonly states = $derived.by((): readonly State[] => {
    const open = this.environment.current;
    if (open === null || this.selected === null) return [];
    const states = [open.state];
    for (const { call } of this.selected.steps)
      states.push(applyCall(open.domain, states.at(-1) ?? open.state, call).state);
    return states;
  });
  readonly coverage = $derived.by(() => {
    const domain = this.environment.current?.domain;
    if (domain === undefined) return null;
    return this.trajectories.reduce(
      (sum, trajectory) => addCoverage(sum, coverageOf(domain, trajectory)),
      emptyCoverage(domain),
    );
  });

  constructor(app: AppState) {
    this.#app = app;
    this.workspace = app.workspace.id;
    this.environment = new EnvironmentState(app, this.workspace);
    this.databases = new LiveRows(app.services, 'databases', this.workspace);
    this.#rows = new LiveRows(app.services, 'trajectories', this.workspace);
    this.follow();
  }

  get loaded(): boolean {
    return this.#rows.loaded && (this.environment.current !== null || this.environment.problem !== null);
  }
  get explorer(): string {
    return this.#explorer;
  }
  /** Runs of a model that are wanted. */
  get runs(): number {
    return this.#runs;
  }
  get seed(): string {
    return this.#seed;
  }
  get requests(): number | undefined {
    return this.#requests;
  }
  get show(): Show {
    return this.#show;
  }
  /** Ids of trajectories that stay at the top of the list. */
  get pinned(): ReadonlySet<string> {
    return this.#pinned;
  }
  /** How often a trajectory was chosen by hand. */
  get choices(): number {
    return this.#choices;
  }
  get busy(): boolean {
    return this.#abort !== null;
  }
  get problem(): string | null {
    return this.#problem ?? this.environment.problem ?? this.#rows.problem;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.environment.start(), this.databases.start(), this.#rows.start()]);
    try {
      const repository = await this.#app.services.repository();
      const saved = (await repository.get('settings', this.workspace, PINNED))?.value;
      if (Array.isArray(saved)) this.#pinned = setOf(saved.map(String));
      this.model.start(await this.#app.models(), await this.#app.tabModels(), this.#app.openModels);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  stop(): void {
    this.#abort?.abort();
    this.databases.stop();
    this.#rows.stop();
  }

  setExplorer(id: string): void {
    this.#explorer = id;
    this.model.choose(isModelId(id) ? id : null);
  }
  setRuns(runs: number): void {
    this.#runs = runs;
  }
  setSeed(seed: string): void {
    this.#seed = seed;
  }
  setRequests(requests: number | undefined): void {
    this.#requests = requests;
  }
  setShow(show: Show): void {
    this.#show = show;
  }
  dismissProblem(): void {
    this.#problem = null;
  }

  /** Looks at the call that the address names. */
  follow(): void {
    this.#step = Math.max(0, Number(this.#app.router.keys.s ?? '1') - 1) || 0;
  }

  /** Looks at a call of the selected trajectory. */
  go(step: number): void {
    this.#step = step;
    this.#app.router.setKeys({ s: String(step + 1) });
  }

  /** Looks at a trajectory from its first call. */
  select(id: string): void {
    this.#choices += 1;
    this.#app.router.go('explore', id);
  }

  /** Changes to another database. A problem is shown, and the old one stays. */
  async choose(ref: DatabaseRef): Promise<void> {
    try {
      await this.environment.choose(ref);
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Explores on, batch by batch: pressing again gives other trajectories, the same for the same seed. */
  async explore(count: number): Promise<void> {
    const open = this.environment.current;
    if (open === null || this.busy) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    const first = firstBatch(this.trajectories, this.#explorer, this.#seed);
    const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, i) => first + i);
    let done = 0;
    try {
      await loadForWorkers(this.#app.services, this.workspace, [open.ref], abort.signal);
      const lane = async () => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
          await this.#exploreBatch(open.ref, batch, abort.signal);
          done += BATCH;
          this.#app.setRun({ label: 'Exploring', state: 'running', done, total: count, screen: 'explore' });
        }
      };
      await inLanes(AT_ONCE, lane, () => abort.abort());
      await this.#rows.refresh();
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
      this.#app.setRun(null);
    }
  }

  /** Lets the chosen model explore, and keeps each trajectory as it comes. What was kept stays when it fails. */
  async exploreByModel(): Promise<void> {
    const open = this.environment.current;
    if (open === null || this.busy) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    try {
      await this.model.run((model) => this.#followModel(model, open, abort.signal));
    } catch (error) {
      if (!abort.signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
      this.#app.setRun(null);
      await this.#rows.refresh();
    }
  }

  async #followModel(model: LanguageModel, open: OpenDatabase, signal: AbortSignal): Promise<void> {
    const repository = await this.#app.services.repository();
    const total = this.#runs;
    const report = (done: number) =>
      this.#app.setRun({
        ...{ label: 'Exploring', state: 'running', done, total, screen: 'explore' },
        models: [model.id],
      });
    const { domain, state, ref: database } = open;
    const batch = firstBatch(this.trajectories, modelOrigin(model.id), this.#seed);
    const seed = `${this.#seed}/${batch}`;
    const coverage = this.coverage ?? emptyCoverage(domain);
    let done = 0;
    report(done);
    const input = { domain, state, database, model, seed, count: total, coverage };
    for await (const { trajectory } of exploreWithModel(input, signal)) {
      await repository.put('trajectories', [
        trajectoryRow(this.workspace, trajectory, clock().toISOString()),
      ]);
      done += 1;
      report(done);
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Keeps a trajectory at the top of the list, or lets it go; remembered with the workspace. */
  async togglePin(id: string): Promise<void> {
    this.#pinned = toggled(this.#pinned, id);
    const repository = await this.#app.services.repository();
    await repository.put('settings', [{ workspace: this.workspace, id: PINNED, value: [...this.#pinned] }]);
  }

  async remove(trajectory: Trajectory): Promise<void> {
    const repository = await this.#app.services.repository();
    await repository.delete('trajectories', this.workspace, [trajectory.id]);
    await this.#rows.refresh();
  }

  async #exploreBatch(database: DatabaseRef, batch: number, signal: AbortSignal): Promise<void> {
    const [runner, repository] = await Promise.all([
      this.#app.services.runner(),
      this.#app.services.repository(),
    ]);
    const knobs = this.#requests === undefined ? {} : { requests: this.#requests };
    const { trajectories } = await runner.run(
      { type: 'explore', database, explorer: this.#explorer, seed: this.#seed, batch, count: BATCH, knobs },
      signal,
    );
    const at = clock().toISOString();
    await repository.put(
      'trajectories',
      trajectories.map((trajectory) => trajectoryRow(this.workspace, trajectory, at)),
    );
  }
}
