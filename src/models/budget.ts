import { ModelError, tokensOf, type LanguageModel, type ModelUsage } from '#core/model/index.ts';

/** What tokens cost, in US dollars per million. */
export interface Price {
  readonly prompt: number;
  /** Prompt tokens that were cached. */
  readonly cached: number;
  readonly reply: number;
}

/** Limits of one run; null for none. */
export interface BudgetLimits {
  readonly calls: number | null;
  readonly tokens: number | null;
  readonly dollars: number | null;
}

/** What a run has used. */
export interface Spent {
  readonly calls: number;
  readonly prompt: number;
  readonly cached: number;
  readonly reply: number;
  readonly dollars: number;
  /** Replies whose usage the server did not tell: their tokens are estimates, of four characters each. */
  readonly estimated: number;
  /** Calls of models without a price: what they cost is unknown, and not in the sum. */
  readonly unpriced: number;
}

/** What a model costs that runs on the person's own machine. */
export const FREE: Price = { prompt: 0, cached: 0, reply: 0 };

/** Of a run that has not begun. */
export const NOTHING: Spent = {
  calls: 0,
  prompt: 0,
  cached: 0,
  reply: 0,
  dollars: 0,
  estimated: 0,
  unpriced: 0,
};

/**
 * The limit that is reached, in words; null while nothing is.
 * @param underWay calls that have begun and are not in `spent` yet
 */
export function limitReached(
  { calls, tokens, dollars }: BudgetLimits,
  spent: Spent,
  underWay = 0,
): string | null {
  const over = (limit: number | null, used: number) => limit !== null && used >= limit;
  if (over(calls, spent.calls + underWay)) return `${calls} calls`;
  if (over(tokens, spent.prompt + spent.reply)) return `${tokens} tokens`;
  return over(dollars, spent.dollars) ? `$${dollars}` : null;
}

/** What a reply cost. Cached tokens are part of the prompt. */
export function costOf(usage: ModelUsage, price: Price): number {
  const cached = usage.cached ?? 0;
  const fresh = Math.max(0, (usage.prompt ?? 0) - cached);
  return (fresh * price.prompt + cached * price.cached + (usage.reply ?? 0) * price.reply) / 1_000_000;
}

/** Counts what all models of a run use, and lets no request begin once a limit is reached. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #onspent: ((spent: Spent) => void) | undefined;
  #spent: Spent;
  #underWay = 0;

  /** @param spent what the run had used before, when it goes on */
  constructor(limits: BudgetLimits, onspent?: (spent: Spent) => void, spent: Spent = NOTHING) {
    this.#limits = limits;
    this.#onspent = onspent;
    this.#spent = spent;
  }

  get spent(): Spent {
    return this.#spent;
  }

  /**
   * A request begins, and counts from now on. Throws a `ModelError` of kind "budget" when nothing more may be spent.
   * How many tokens those under way will use nobody knows; a limit on tokens or dollars stops what comes after them.
   */
  begin(): void {
    const what = limitReached(this.#limits, this.#spent, this.#underWay);
    if (what !== null)
      throw new ModelError('budget', `The limit of ${what} is reached.`, 'Raise it to go on.');
    this.#underWay += 1;
  }

  /** A request that began has ended, and used this. */
  end(usage: ModelUsage, price: Price | null, isEstimate: boolean): void {
    this.#underWay -= 1;
    this.#spent = {
      calls: this.#spent.calls + 1,
      prompt: this.#spent.prompt + (usage.prompt ?? 0),
      cached: this.#spent.cached + (usage.cached ?? 0),
      reply: this.#spent.reply + (usage.reply ?? 0),
      dollars: this.#spent.dollars + (price === null ? 0 : costOf(usage, price)),
      estimated: this.#spent.estimated + Number(isEstimate),
      unpriced: this.#spent.unpriced + Number(price === null),
    };
    this.#onspent?.(this.#spent);
  }
}

/** A model that spends from a budget: every request counts, also one that fails. `price` is null when nobody said. */
export function withBudget(model: LanguageModel, budget: Budget, price: Price | null): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      budget.begin();
      const asked = JSON.stringify(request.messages).length + JSON.stringify(request.tools).length;
      let heard = 0;
      let usage: ModelUsage | null = null;
      try {
        for await (const event of model.stream(request, signal)) {
          if (event.type === 'text-delta' || event.type === 'reasoning-delta') heard += event.text.length;
          else if (event.type === 'call-delta') heard += event.raw.length;
          else if (event.type === 'end') ({ usage } = event.reply);
          yield event;
        }
      } finally {
        const known = usage !== null && usage.prompt !== null && usage.reply !== null;
        budget.end(
          known && usage !== null ? usage : { prompt: tokensOf(asked), cached: null, reply: tokensOf(heard) },
          price,
          !known,
        );
      }
    },
  };
}
