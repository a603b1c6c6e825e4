import type { LanguageModel } from '#core/model/index.ts';
import { FREE, NOTHING } from '../../models/index.ts';
import { estimate, overLimit, type EstimatedTask } from '../screens/rollout/modelEstimate.ts';
import type { ModelPlan, RunLimits } from './modelPlan.ts';
import { isTabModelId } from './modelId.ts';
import type { ModelsState } from './models.svelte.ts';
import type { OpenRun } from './openModels.ts';
import type { TabModels } from './tabModels.svelte.ts';

const FIRST_LIMITS: RunLimits = { calls: 200, tokens: 2_000_000, dollars: 1 };

/** One model that does work outside of a run: which, about what it takes, what it may spend and has spent. */
export class ModelWork {
  readonly #work: () => readonly EstimatedTask[];
  #models = $state.raw<ModelsState | null>(null);
  #tab = $state.raw<TabModels | null>(null);
  #open: OpenRun | null = null;
  #chosen = $state.raw<string | null>(null);
  #limits = $state.raw<RunLimits>(FIRST_LIMITS);
  #spent = $state.raw<ModelPlan['spent']>(NOTHING);

  /** Models that were chosen in Settings, and those of this tab. */
  readonly offered = $derived.by(() => [
    ...(this.#models?.chosen.map(({ id }) => ({ id })) ?? []),
    ...(this.#tab?.offered.map((id) => ({ id })) ?? []),
  ]);
  /** The id of the model; null when none was chosen, or it is no longer set up. */
  readonly chosen = $derived.by(() =>
    this.offered.some(({ id }) => id === this.#chosen) ? this.#chosen : null,
  );
  /** Why it cannot begin; null when it can. */
  readonly problem = $derived.by(() =>
    this.chosen === null
      ? null
      : isTabModelId(this.chosen)
        ? (this.#tab?.missing(this.chosen) ?? null)
        : (this.#models?.missing(this.chosen) ?? null),
  );
  readonly estimate = $derived.by(() =>
    estimate({
      tasks: this.#work(),
      trials: 1,
      agents: this.chosen === null ? [] : [{ price: this.#priceOf(this.chosen) }],
      scripted: 0,
      user: null,
    }),
  );
  /** The limit that the estimate is beyond, in words. */
  readonly tooMuch = $derived.by(() => overLimit(this.estimate, this.#limits));

  /** @param work what is to be done, as an estimate sees it; called inside deriveds */
  constructor(work: () => readonly EstimatedTask[]) {
    this.#work = work;
  }

  get limits(): RunLimits {
    return this.#limits;
  }
  /** The limits, and what the last piece of work has used of them. */
  get plan(): ModelPlan {
    return { user: null, atOnce: 1, limits: this.#limits, spent: this.#spent };
  }

  start(models: ModelsState, tab: TabModels, open: OpenRun): void {
    this.#models = models;
    this.#tab = tab;
    this.#open = open;
  }
  choose(id: string | null): void {
    this.#chosen = id;
  }
  setLimits(limits: RunLimits): void {
    this.#limits = limits;
  }

  /** Opens the model for as long as `work` takes, with a budget of its own. Rejects as the work does. */
  async run<T>(work: (model: LanguageModel) => Promise<T>): Promise<T> {
    const { chosen } = this;
    if (this.#open === null || chosen === null) throw new TypeError('no model was chosen');
    this.#spent = NOTHING;
    const open = await this.#open([chosen], this.plan, (spent) => (this.#spent = spent));
    try {
      const [model] = open.models;
      if (model === undefined) throw new Error(`"${chosen}" could not be opened.`);
      return await work(model);
    } finally {
      open.close();
    }
  }

  #priceOf(id: string) {
    return isTabModelId(id) ? FREE : (this.#models?.priceOf(id) ?? null);
  }
}
