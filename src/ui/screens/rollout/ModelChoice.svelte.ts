import type { Task } from '#core/certify/index.ts';
import type { Domain } from '#core/environment/index.ts';
import { FREE, NOTHING } from '../../../models/index.ts';
import { isTabModelId, modelName } from '../../state/modelId.ts';
import type { ModelPlan, RunLimits } from '../../state/modelPlan.ts';
import type { ModelSpeeds } from '../../state/modelSpeeds.svelte.ts';
import type { ModelsState } from '../../state/models.svelte.ts';
import type { TabModels } from '../../state/tabModels.svelte.ts';
import { distinct } from '../../state/outcomes.ts';
import { toggled } from '../../state/toggled.ts';
import { setOf } from './choices.ts';
import { promptTokens } from '../../state/promptTokens.ts';
import { estimate, overLimit, secondsOf } from './modelEstimate.ts';
import { lacksRoom } from './modelRoom.ts';

/** Enough for a first look, and no surprise on a bill. */
const FIRST_LIMITS: RunLimits = { calls: 1000, tokens: 5_000_000, dollars: 1 };

/** What the plan is made for. */
interface Around {
  readonly chosen: readonly Task[];
  readonly domains: readonly Domain[];
  readonly trials: number;
  /** Ids of the scripted baselines that were chosen. */
  readonly scripted: readonly string[];
}

/** Models in Roll out: which serve, which one speaks for the user, and what that may cost. */
export class ModelChoice {
  readonly #around: () => Around;
  #models = $state.raw<ModelsState | null>(null);
  #tab = $state.raw<TabModels | null>(null);
  #speeds = $state.raw<ModelSpeeds | null>(null);
  #picked = $state.raw<ReadonlySet<string>>(setOf([]));
  #user = $state.raw<string | null>(null);
  #atOnce = $state.raw(4);
  #limits = $state.raw<RunLimits>(FIRST_LIMITS);

  /** Models that were chosen in Settings, and the one that is loaded in this tab. */
  readonly offered = $derived.by(() => [
    ...(this.#models?.chosen ?? []),
    ...(this.#tab?.offered.map((id) => ({ id, price: null })) ?? []),
  ]);
  /** Whether a chosen task was imported: its user is prose, whom only a model can play. */
  readonly hasProse = $derived.by(() =>
    this.#around().chosen.some((task) => task.provenance.source === 'imported'),
  );
  readonly user = $derived.by(() => (this.offered.some(({ id }) => id === this.#user) ? this.#user : null));
  /** Whether there is somebody whom a model could serve. */
  readonly able = $derived.by(() => !this.hasProse || this.user !== null);
  readonly agentIds = $derived.by(() =>
    this.able ? this.offered.map(({ id }) => id).filter((id) => this.#picked.has(id)) : [],
  );
  readonly takePart = $derived(this.agentIds.length > 0 || this.user !== null);
  /** One id for each load of the estimate. */
  readonly #seats = $derived([...this.agentIds, ...(this.user === null ? [] : [this.user])]);
  /** Ids of all models of the run. */
  readonly used = $derived(distinct(this.#seats));
  /** Why the run cannot start; null when it can. */
  readonly problem = $derived.by(() => {
    const [models, tab] = [this.#models, this.#tab];
    if (models === null || tab === null) return null;
    const missing = (id: string) => (isTabModelId(id) ? tab.missing(id) : models.missing(id));
    return this.used.map(missing).find((problem) => problem !== null) ?? null;
  });
  readonly estimate = $derived.by(() => {
    const { chosen, domains, trials, scripted } = this.#around();
    const system = Object.fromEntries(domains.map((domain) => [domain.id, promptTokens(domain)]));
    const priced = (id: string) => ({
      price: isTabModelId(id) ? FREE : (this.#models?.priceOf(id) ?? null),
    });
    return estimate({
      tasks: chosen.map((task) => ({
        calls: task.criteria.reference.length,
        system: system[task.domain] ?? 0,
      })),
      trials,
      agents: this.agentIds.map(priced),
      scripted: scripted.length,
      user: this.user === null ? null : priced(this.user),
    });
  });

  /** Seconds at least and at most, after the speed of the models; null until all of them were timed. */
  readonly seconds = $derived.by(() => {
    const speeds = this.#seats.map((id) => this.#speeds?.of(id) ?? null);
    // One engine in a tab serves one rollout at a time.
    return secondsOf(this.estimate.loads, speeds, this.used.some(isTabModelId) ? 1 : this.#atOnce);
  });

  /** The limit that the estimate is beyond, in words; null when it is within all of them. */
  readonly tooMuch = $derived.by(() => overLimit(this.estimate, this.#limits));

  /** Chosen domains that are too long for a model of the run, in words. */
  readonly tooLong = $derived.by(() => {
    const { chosen, domains } = this.#around();
    const served = domains.filter(({ id }) => chosen.some(({ domain }) => domain === id));
    return this.agentIds.flatMap((id) => {
      const contextTokens = isTabModelId(id)
        ? (this.#tab?.contextOf(id) ?? null)
        : (this.#models?.contextOf(id) ?? null);
      return contextTokens === null
        ? []
        : lacksRoom(modelName(id), served, contextTokens, isTabModelId(id) ? 'grammar' : 'native');
    });
  });

  /** @param around reads what else was chosen; called inside deriveds. */
  constructor(around: () => Around) {
    this.#around = around;
  }

  get picked(): ReadonlySet<string> {
    return this.#picked;
  }
  get atOnce(): number {
    return this.#atOnce;
  }
  get limits(): RunLimits {
    return this.#limits;
  }

  get timing(): boolean {
    return this.#speeds?.working ?? false;
  }
  /** Why the models could not be timed. */
  get timingProblem(): string | null {
    return this.#speeds?.problem ?? null;
  }

  /** @param speeds absent where nobody is told how long it takes */
  start(models: ModelsState, tab: TabModels, speeds: ModelSpeeds | null = null): void {
    this.#models = models;
    this.#tab = tab;
    this.#speeds = speeds;
  }
  /** Ends a timing: whoever left does not wait for it. */
  stop(): void {
    this.#speeds?.stop();
  }
  /** Times the models of the run: two short requests to each. Never rejects. */
  async time(): Promise<void> {
    await this.#speeds?.time(this.used);
  }
  toggle(id: string): void {
    this.#picked = toggled(this.#picked, id);
  }
  setUser(id: string | null): void {
    this.#user = id;
  }
  setAtOnce(atOnce: number): void {
    this.#atOnce = atOnce;
  }
  setLimits(limits: RunLimits): void {
    this.#limits = limits;
  }

  /** The plan of a run that starts now; null when no model takes part. */
  plan(): ModelPlan | null {
    if (!this.takePart) return null;
    return { user: this.user, atOnce: this.#atOnce, limits: this.#limits, spent: NOTHING };
  }
}
