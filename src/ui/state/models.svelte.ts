/** Models that a person may use: their servers, keys and prices. Loaded when first asked for; one per page. */
import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import {
  checkedBase,
  endpointOf,
  hostOf,
  KeyRing,
  listModels,
  mayConnect,
  Models,
  originOf,
  providers,
  splitId,
  systemClock,
  type Price,
  type Provider,
  type Spent,
} from '../../models/index.ts';
import { BROWSER } from '../../store/rows.ts';
import type { ModelPlan } from './modelPlan.ts';
import type { Services } from './services.ts';

type ProviderId = Provider['id'];

/** A provider as it is set up in this page. */
export interface Server {
  readonly provider: Provider;
  /** Where it is reached. */
  readonly base: string;
  /** The end of its key, "…abcd"; null without one. */
  readonly hint: string | null;
  readonly testing: boolean;
  /** The models that it said it has; null until it was asked. */
  readonly listed: readonly string[] | null;
  /** Why it cannot be used, with what to do next. */
  readonly problem: string | null;
}

const priceSchema = z.strictObject({
  prompt: z.number().nonnegative(),
  cached: z.number().nonnegative(),
  reply: z.number().nonnegative(),
});
const chosenSchema = z.array(z.strictObject({ id: z.string(), price: priceSchema.nullable() }));
/** A model that Roll out offers. Without a price nothing is known about its cost. */
export type ChosenModel = Readonly<z.infer<typeof chosenSchema>[number]>;

const SETTING = 'models';

/** What this needs from outside. */
export interface ModelsStateInput {
  readonly services: Pick<Services, 'repository'>;
  readonly fetch: typeof fetch;
  readonly random: () => number;
  /** Sources that the page's policy lets it connect to. */
  readonly sources: readonly string[];
}

/**
 * Keys and addresses live in this page's memory and end with it. What is kept in the browser are names of models and
 * what they cost.
 */
export class ModelsState {
  readonly #input: ModelsStateInput;
  readonly #keys = new KeyRing();
  #servers = $state.raw<readonly Server[]>(
    providers.map((provider) => ({
      provider,
      base: provider.base,
      hint: null,
      testing: false,
      listed: null,
      problem: null,
    })),
  );
  #chosen = $state.raw<readonly ChosenModel[]>([]);

  readonly hasKeys = $derived(this.servers.some(({ hint }) => hint !== null));

  constructor(input: ModelsStateInput) {
    this.#input = input;
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }
  /** Models that Roll out offers, in the order in which they were added. */
  get chosen(): readonly ChosenModel[] {
    return this.#chosen;
  }

  /** Reads what was chosen before. A list that cannot be read is an empty one. */
  async start(): Promise<void> {
    const repository = await this.#input.services.repository();
    const row = await repository.get('settings', BROWSER, SETTING);
    this.#chosen = chosenSchema.safeParse(row?.value).data ?? [];
  }

  /** Keeps a key for the provider's origin, in memory. What is wrong with it is said at its server. */
  setKey(id: ProviderId, key: string): void {
    this.#try(id, ({ base }) => {
      this.#keys.set(base, key);
      this.#patch(id, { listed: null });
    });
    this.#refreshHints();
  }

  forgetKey(id: ProviderId): void {
    this.#keys.forget(originOf(this.#server(id).base));
    this.#patch(id, { listed: null, problem: null });
    this.#refreshHints();
  }

  forgetAllKeys(): void {
    this.#keys.forgetAll();
    this.#refreshHints();
  }

  /** Another address for a provider. A key that was entered for the old one does not move along. */
  setBase(id: ProviderId, address: string): void {
    this.#try(id, ({ base }) => {
      const next = checkedBase(address).href;
      if (!mayConnect(next, this.#input.sources))
        throw new InputError(
          'address',
          `this build of the page may not connect to ${hostOf(next)}.`,
          'Use a server on this machine, or build the page with CONNECT_SRC set to its origin.',
        );
      if (originOf(base) !== originOf(next)) this.#keys.forget(originOf(base));
      this.#patch(id, { base: next, listed: null });
    });
    this.#refreshHints();
  }

  /** Asks a provider which models it has. Never rejects. */
  async test(id: ProviderId, signal?: AbortSignal): Promise<void> {
    const { provider, base } = this.#server(id);
    if (provider.needsKey && this.#keys.get(originOf(base)) === null) {
      this.#patch(id, { problem: `${provider.title} needs a key. Paste one first.` });
      return;
    }
    this.#patch(id, { testing: true, problem: null });
    try {
      const listed = await listModels(endpointOf(provider, this.#access()), signal);
      this.#patch(id, { testing: false, listed });
    } catch (error) {
      this.#patch(id, { testing: false, listed: null, problem: this.#words(error) });
    }
  }

  /** Offers a model in Roll out, or no longer. */
  async toggle(id: string): Promise<void> {
    const known = this.#chosen.some((model) => model.id === id);
    await this.#keep(
      known ? this.#chosen.filter((model) => model.id !== id) : [...this.#chosen, { id, price: null }],
    );
  }

  async setPrice(id: string, price: Price | null): Promise<void> {
    await this.#keep(this.#chosen.map((model) => (model.id === id ? { id, price } : model)));
  }

  priceOf(id: string): Price | null {
    const known = this.#chosen.find((model) => model.id === id)?.price ?? null;
    return known ?? (splitId(id)[0].isLocal ? FREE : null);
  }

  /** Why a model cannot be asked now; null when it can. */
  missing(id: string): string | null {
    const [provider] = splitId(id);
    const { hint, base } = this.#server(provider.id);
    return provider.needsKey && hint === null
      ? `${provider.title} needs a key for ${hostOf(base)}: keys end with the page.`
      : null;
  }

  /** Opens models for one run, with one budget for all of them. */
  open(plan: ModelPlan, onspent: (spent: Spent) => void): Models {
    return new Models({
      ...this.#access(),
      random: this.#input.random,
      gate: { atOnce: plan.atOnce, perMinute: null },
      limits: plan.limits,
      price: (id) => this.priceOf(id),
      onspent,
      spent: plan.spent,
    });
  }

  #access() {
    return {
      fetch: this.#input.fetch,
      clock: systemClock,
      keys: this.#keys,
      bases: Object.fromEntries(this.servers.map(({ provider, base }) => [provider.id, base])),
    };
  }

  async #keep(chosen: readonly ChosenModel[]): Promise<void> {
    this.#chosen = chosen;
    const repository = await this.#input.services.repository();
    await repository.put('settings', [
      { workspace: BROWSER, id: SETTING, value: chosenSchema.parse(chosen) },
    ]);
  }

  #server(id: ProviderId): Server {
    const server = this.#servers.find(({ provider }) => provider.id === id);
    if (server === undefined) throw new TypeError(`no provider '${id}'`);
    return server;
  }

  #patch(id: ProviderId, change: Partial<Server>): void {
    this.#servers = this.#servers.map((server) =>
      server.provider.id === id ? { ...server, ...change } : server,
    );
  }

  #try(id: ProviderId, act: (server: Server) => void): void {
    try {
      act(this.#server(id));
      this.#patch(id, { problem: null });
    } catch (error) {
      this.#patch(id, { problem: this.#words(error) });
    }
  }

  /** Two providers at one origin share its key. */
  #refreshHints(): void {
    this.#servers = this.#servers.map((server) => ({
      ...server,
      hint: this.#keys.hint(originOf(server.base)),
    }));
  }

  #words(error: unknown): string {
    return this.#keys.redact(error instanceof Error ? error.message : String(error));
  }
}

const FREE: Price = { prompt: 0, cached: 0, reply: 0 };
