import { InputError } from '#core/environment/index.ts';
import { ModelError, type LanguageModel } from '#core/model/index.ts';
import { Budget, withBudget, type BudgetLimits, type Price, type Spent } from './budget.ts';
import type { Clock } from './clock.ts';
import { withoutKeys } from './conceal.ts';
import { Gate, withGate, type GateLimits } from './gate.ts';
import { httpModel, type Endpoint } from './httpModel.ts';
import { checkedBase, type KeyRing } from './keys.ts';
import { findProvider, providers, type Provider } from './providers.ts';
import { defaultRetries, withRetries } from './retry.ts';

/** What the models of one run share. */
export interface ModelsInput {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** A number in [0, 1), to spread what failed together. */
  readonly random: () => number;
  readonly keys: KeyRing;
  /** Other addresses than the usual ones, by provider id. */
  readonly bases: Readonly<Record<string, string>>;
  readonly gate: GateLimits;
  readonly limits: BudgetLimits;
  /** What a model costs; null when nobody said. */
  readonly price: (model: string) => Price | null;
  readonly onspent?: (spent: Spent) => void;
  /** What the run had used before, when it goes on. */
  readonly spent?: Spent;
}

/** Silence after which a request is given up. Large models on small machines think before they speak. */
const SILENCE_MS = 120_000;

/** Opens models by "provider/model" for one run: one budget for all, one gate for each provider. */
export class Models {
  readonly #input: ModelsInput;
  readonly #gates = new Map<string, Gate>();
  readonly #opened = new Map<string, LanguageModel>();
  readonly budget: Budget;

  constructor(input: ModelsInput) {
    this.#input = input;
    this.budget = new Budget(input.limits, input.onspent, input.spent);
  }

  /** The model of that id. Throws {@link InputError} when its provider is unknown or a key is missing. */
  open(id: string): LanguageModel {
    const known = this.#opened.get(id);
    if (known !== undefined) return known;
    const [provider, name] = splitId(id);
    const endpoint = endpointOf(provider, this.#input);
    if (provider.needsKey && endpoint.key(new URL(endpoint.base).origin) === null)
      throw new InputError(
        id,
        `${provider.title} needs a key, and there is none for ${new URL(endpoint.base).host}.`,
      );
    const gate = this.#gates.get(provider.id) ?? new Gate(this.#input.gate, this.#input.clock);
    this.#gates.set(provider.id, gate);
    const { clock, keys, random, price } = this.#input;
    // Every try counts and waits its turn; the retries are outermost.
    const spoken = withoutKeys(httpModel(endpoint, name), () => keys.concealer());
    const counted = withBudget(spoken, this.budget, price(id));
    const model = withKey(
      withRetries(withGate(counted, gate), defaultRetries, clock, random),
      provider,
      endpoint,
    );
    this.#opened.set(id, model);
    return model;
  }
}

/** A model that asks nothing once its key was forgotten: the server would only say that it is wrong. */
function withKey(model: LanguageModel, { needsKey, title }: Provider, endpoint: Endpoint): LanguageModel {
  const { origin, host } = new URL(endpoint.base);
  return {
    ...model,
    async *stream(request, signal) {
      if (needsKey && endpoint.key(origin) === null)
        throw new ModelError(
          'key',
          `The key for ${host} was forgotten.`,
          `Give ${title} its key, then go on.`,
        );
      yield* model.stream(request, signal);
    },
  };
}

/** The provider and the model's name in "provider/model". Throws {@link InputError}. */
export function splitId(id: string): readonly [Provider, string] {
  const at = id.indexOf('/');
  const provider = findProvider(id.slice(0, at));
  const name = id.slice(at + 1);
  if (at < 0 || provider === undefined || name === '')
    throw new InputError(
      id,
      'expected a model as "provider/model".',
      `Providers: ${providers.map((one) => one.id).join(', ')}.`,
    );
  return [provider, name];
}

/** Where a provider is reached, with the keys of the ring. Throws {@link InputError} for an address it may not be. */
export function endpointOf(
  provider: Provider,
  { bases, keys, fetch, clock }: Pick<ModelsInput, 'bases' | 'keys' | 'fetch' | 'clock'>,
): Endpoint {
  return {
    id: provider.id,
    title: provider.title,
    wire: provider.wire,
    base: checkedBase(bases[provider.id] ?? provider.base).href,
    key: (origin) => keys.get(origin),
    transport: { fetch, clock, silence: SILENCE_MS, redact: keys.redact, unreachable: provider.unreachable },
  };
}
