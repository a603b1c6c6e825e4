import type { LanguageModel } from '#core/model/index.ts';
import { NOTHING } from '../../models/index.ts';
import { estimate, overLimit, type EstimatedTask } from '../screens/rollout/modelEstimate.ts';
import type { ModelPlan, RunLimits } from './modelPlan.ts';
import type { ModelsState } from './models.svelte.ts';

const FIRST_LIMITS: RunLimits = { calls: 200, tokens: 2_000_000, dollars: 1 };

/** One model that does work outside of a run: which, about what it takes, what it may spend and has spent. */
export class ModelWork {
  readonly #work: () => readonly EstimatedTask[];
  #models = $state.raw<ModelsState | null>(null);
  #chosen = $state.raw<string | null>(null);
  #limits = $state.raw<RunLimits>(FIRST_LIMITS);
  #spent = $state.raw<ModelPlan['spent']>(NOTHING);

  readonly offered = $derived.by(() => this.#models?.chosen ?? []);
  /** The id of the model; null when none was chosen, or it is no longer set up. */
  readonly chosen = $derived.by(() =>
    this.offered.some(({ id }) => id === this.#chosen) ? this.#chosen : null,
  );
  /** Why it cannot begin; null when it can. */
  readonly problem = $derived.by(() =>
    this.chosen === null ? null : (this.#models?.missing(this.chosen) ?? null),
  );
  readonly estimate = $derived.by(() =>
    estimate({
      tasks: this.#work(),
      trials: 1,
      agents: this.chosen === null ? [] : [{ price: this.#models?.priceOf(this.chosen) ?? null }],
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

  start(models: ModelsState): void {
    this.#models = models;
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
    if (this.#models === null || chosen === null) throw new TypeError('no model was chosen');
    this.#spent = NOTHING;
    const open = await this.#models.open([chosen], this.plan, (spent) => (this.#spent = spent));
    try {
      const [model] = open.models;
      if (model === undefined) throw new Error(`"${chosen}" could not be opened.`);
      return await work(model);
    } finally {
      open.close();
    }
  }
}
