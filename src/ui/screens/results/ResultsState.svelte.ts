import { digest } from '#core/environment/index.ts';
import { matrix, wilson, type Cell } from '#core/evaluate/index.ts';
import type { RunRow, TrialRow } from '../../../store/rows.ts';
import { count } from '../../components/format.ts';
import type { Share } from '../../components/matrixRows.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import type { RouteKeys } from '../../state/route.ts';
import { modelPlanOf } from '../../state/modelPlan.ts';
import { agentsOf, distinct, newest, outcomesOf } from '../../state/outcomes.ts';
import { costsOf } from './compared.ts';
import {
  facetIds,
  formatFilters,
  factsIn,
  narrow,
  parseFilters,
  tally,
  type FacetId,
  type Filters,
} from './filters.ts';

/** The value of the run facet that lets all runs through. */
const ALL_RUNS = 'all';

/** Facets that are known only after a trial. */
const AFTERWARDS = ['outcome', 'tag', 'end', 'turns'] as const;

export type Measure = 'hat' | 'at';

/** What Results shows: the trials that the filters let through, and every figure drawn from them. */
export class ResultsState {
  readonly #app: AppState;
  #known: RouteKeys = {};
  readonly #trials: LiveRows<'trials'>;
  readonly #tasks: LiveRows<'tasks'>;
  readonly #runRows: LiveRows<'runs'>;
  #measure = $state.raw<Measure>('hat');
  #k = $state.raw(1);
  #baseline = $state.raw<string | null>(null);

  /** As in the address; while another screen is on its way in, as they were: nothing is worked out for it any more. */
  readonly keys = $derived.by(() => {
    const { screen, keys } = this.#app.router;
    if (screen === 'results') this.#known = keys;
    return this.#known;
  });
  /** As in the address; without a run there, the newest: trials of two runs with one seed are the same trials. */
  readonly filters = $derived.by((): Filters => {
    const asked = parseFilters(this.keys.v);
    if (asked.run === ALL_RUNS) return { ...asked, run: undefined };
    return { ...asked, run: asked.run ?? newest(this.#runRows.rows)?.id };
  });
  readonly factsOf = $derived.by(() => factsIn(this.#tasks.rows.map((row) => row.task)));
  readonly trials = $derived.by(() => narrow(this.#trials.rows, this.filters, this.factsOf));
  readonly cells = $derived(matrix(outcomesOf(this.trials)));
  /** In the order in which the runs list them. */
  readonly agents = $derived.by(() => {
    const order = this.#runRows.rows.flatMap((row) => row.agents);
    return agentsOf(this.trials).toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  });
  /** The largest k that every cell has enough trials for. */
  readonly most = $derived(
    this.cells.length === 0 ? 1 : Math.max(1, Math.min(...this.cells.map((cell) => cell.passHat.length))),
  );
  readonly k = $derived(Math.min(this.#k, this.most));
  readonly runs = $derived.by(() =>
    this.#runRows.rows.filter((row) => this.trials.some((trial) => trial.run === row.id)),
  );
  /** One line that says what the figures rest on, with a digest to find them again. */
  readonly recipe = $derived.by(() => {
    const runs = this.runs.map((row) => {
      const { id, seed, agents, tasks, trials } = row;
      const user = modelPlanOf(row)?.user ?? null;
      return { id, seed, agents, tasks, trials, ...(user === null ? {} : { user }), ...promptsOf(row) };
    });
    // Rollouts from files have none.
    const seeds = distinct(runs.map(({ seed }) => seed)).filter((seed) => seed !== '');
    const hash = digest([runs, { ...this.filters }]).slice(0, 12);
    const of = `${count(this.trials.length, 'trial')} of ${count(runs.length, 'run')}`;
    const voices = distinct(runs.flatMap(({ user }) => user ?? []));
    const voiced = voices.length === 0 ? '' : `, user voiced by ${voices.join(' and ')}`;
    const from = seeds.length === 0 ? '' : `, ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
    return `${of}${voiced}${from}, recipe ${hash}`;
  });

  /** What each condition costs each agent, on goals that were served both ways. */
  readonly costs = $derived.by(() => costsOf(this.trials, this.#tasks.rows));

  constructor(app: AppState) {
    this.#app = app;
    const workspace = app.workspace.id;
    this.#trials = new LiveRows(app.services, 'trials', workspace);
    this.#tasks = new LiveRows(app.services, 'tasks', workspace);
    this.#runRows = new LiveRows(app.services, 'runs', workspace);
  }

  get loaded(): boolean {
    return this.#trials.loaded;
  }
  get problem(): string | null {
    return this.#trials.problem ?? this.#trials.problems[0]?.reason ?? null;
  }
  get all(): readonly TrialRow[] {
    return this.#trials.rows;
  }
  /** Whether the address narrows anything. */
  get narrowed(): boolean {
    return this.#app.router.keys.v !== undefined;
  }
  /** Whether trials were chosen by how they went: a share of those is no pass rate. */
  get conditional(): boolean {
    return AFTERWARDS.some((facet) => this.filters[facet] !== undefined);
  }
  get measure(): Measure {
    return this.#measure;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.#trials.start(), this.#tasks.start(), this.#runRows.start()]);
  }

  stop(): void {
    for (const rows of [this.#trials, this.#tasks, this.#runRows]) rows.stop();
  }

  setMeasure(measure: Measure): void {
    this.#measure = measure;
  }
  /** The agent that the others are compared with. */
  get baseline(): string | null {
    return this.agents.some(({ id }) => id === this.#baseline) ? this.#baseline : null;
  }
  setBaseline(agent: string | null): void {
    this.#baseline = agent;
  }
  setK(k: number): void {
    this.#k = k;
  }
  /** Narrows by one value; null takes the facet's filter away. */
  filter(facet: FacetId, value: string | null): void {
    const asked = parseFilters(this.#app.router.keys.v);
    const all = facet === 'run' ? ALL_RUNS : undefined;
    this.#app.router.setKeys({ v: formatFilters({ ...asked, [facet]: value ?? all }) });
  }
  clear(): void {
    this.#app.router.setKeys({ v: undefined });
  }
  /** The address of these results with more filters. */
  link(more: Filters): string {
    const v = formatFilters({ ...parseFilters(this.#app.router.keys.v), ...more });
    return this.#app.router.href('results', null, v === undefined ? {} : { v });
  }

  /** The values of a facet with their counts among what the other filters let through. */
  values(facet: FacetId): readonly (readonly [value: string, count: number])[] {
    return tally(narrow(this.#trials.rows, this.filters, this.factsOf, facet), facet, this.factsOf);
  }

  /** Facets that narrow anything: with a choice, or chosen already. The run is always named. */
  readonly facets = $derived.by(() =>
    facetIds.filter(
      (facet) => facet === 'run' || this.filters[facet] !== undefined || this.values(facet).length > 1,
    ),
  );

  /** A run's title, for its facet. */
  titleOf(run: string): string {
    return this.#runRows.rows.find(({ id }) => id === run)?.title ?? run;
  }

  /** pass^k or pass@k of a cell. Its interval is Wilson's over tasks, as for pass^1. */
  share(cell: Cell): Share {
    const value = (this.#measure === 'hat' ? cell.passHat : cell.passAt)[this.k - 1] ?? null;
    return { value, interval: wilson(value ?? 0, cell.tasks) };
  }
}

/** The prompts of a run with models are part of what its figures rest on. */
function promptsOf({ recipe }: RunRow): { prompts?: string } {
  const { prompts } = recipe;
  return typeof prompts === 'string' ? { prompts } : {};
}
