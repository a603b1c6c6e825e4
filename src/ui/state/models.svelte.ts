/** Models that a person may use: their servers, keys and prices. Loaded when first asked for; one per page. */
import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import {
  FREE,
  checkedBase,
  hostOf,
  mayConnect,
  originOf,
  providers,
  redact,
  splitId,
  type Price,
  type Provider,
  type Spent,
} from '../../models/index.ts';
import { BROWSER } from '../../store/rows.ts';
import { MODELS_SETTING } from './modelId.ts';
import type { KeysTold } from '../../workers/modelProtocol.ts';
import type { ModelDesk, OpenModels } from '../../workers/modelDesk.ts';
import type { KeptKeys } from './keptKeys.ts';
import { KeyKeeping, type Keep } from './keyKeeping.svelte.ts';
import type { ModelPlan } from './modelPlan.ts';
import type { SignInReturn } from './signInReturn.ts';
import { SignIns } from './signIns.ts';
import type { Services } from './services.ts';

type ProviderId = Provider['id'];

/** A provider as it is set up in this page. */
export interface Server {
  readonly provider: Provider;
  /** Where it is reached. */
  readonly base: string;
  /** The end of its key, "…abcd"; null without one. */
  readonly hint: string | null;
  /** Whether its key came from signing in there. */
  readonly signedIn: boolean;
  /** Where its key is kept, beside the memory of the page. */
  readonly kept: Keep;
  readonly testing: boolean;
  /** Somebody came back from there, and the key is being fetched. */
  readonly signingIn: boolean;
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
const chosenSchema = z.array(
  z.strictObject({
    id: z.string(),
    price: priceSchema.nullable(),
    /** Tokens of prompt and reply together; null where its provider does not say. */
    contextTokens: z.int().positive().nullable().default(null),
  }),
);
/** A model that Roll out offers. Without a price nothing is known about its cost. */
export type ChosenModel = Readonly<z.infer<typeof chosenSchema>[number]>;

const IDLE_SETTING = 'keys';
const MINUTE_MS = 60_000;
/** Minutes without use after which keys are forgotten, until somebody chooses others. */
const FIRST_IDLE = 30;
const idleSchema = z.strictObject({ idleMinutes: z.int().positive().nullable() });

/** What this needs from outside. */
export interface ModelsStateInput {
  readonly services: Pick<Services, 'repository'>;
  /** Where the keys are. */
  readonly desk: ModelDesk;
  /** Keys that are to outlive a reload. */
  readonly kept: KeptKeys;
  readonly signIns: SignIns;
  /** Sources that the page's policy lets it connect to. */
  readonly sources: readonly string[];
  /** Told when keys were forgotten because nobody used them. */
  readonly tell: (text: string) => void;
}

/**
 * Models as a person sets them up. Keys are in the worker that makes the calls; the page hands one over as it is
 * entered and knows only its end. Addresses end with the page. What is kept in the browser are names of models, what
 * they cost, and how long an unused key stays.
 */
export class ModelsState {
  readonly keeping: KeyKeeping;
  readonly #input: ModelsStateInput;
  #servers = $state.raw<readonly Server[]>(
    providers.map((provider) => ({
      provider,
      base: provider.base,
      hint: null,
      signedIn: false,
      kept: 'page',
      testing: false,
      signingIn: false,
      listed: null,
      problem: null,
    })),
  );
  #chosen = $state.raw<readonly ChosenModel[]>([]);
  /** Of the models that were listed, by their ids. */
  #contexts: Readonly<Record<string, number>> = {};
  #hints = $state.raw<KeysTold['hints']>({});
  #signedIn: KeysTold['signedIn'] = [];
  #returned = $state.raw<ProviderId | null>(null);
  #idleMinutes = $state.raw<number | null>(FIRST_IDLE);

  /** Also true for a key whose server has another address by now. */
  readonly hasKeys = $derived(Object.keys(this.#hints).length > 0);

  constructor(input: ModelsStateInput) {
    this.#input = input;
    this.keeping = new KeyKeeping(input);
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }
  /** Models that Roll out offers, in the order in which they were added. */
  get chosen(): readonly ChosenModel[] {
    return this.#chosen;
  }

  /** The provider that somebody has just come back from; null when nobody has. */
  get returned(): ProviderId | null {
    return this.#returned;
  }

  /** Minutes without use after which keys are forgotten; null for never. */
  get idleMinutes(): number | null {
    return this.#idleMinutes;
  }

  /** Reads what was chosen before, and hands over keys that were to outlive a reload. What cannot be read is left. */
  async start(): Promise<void> {
    const { services, desk, kept } = this.#input;
    desk.onKeys((told) => this.#hear(told));
    const repository = await services.repository();
    const [chosen, idle] = await Promise.all(
      [MODELS_SETTING, IDLE_SETTING].map((id) => repository.get('settings', BROWSER, id)),
    );
    this.#chosen = chosenSchema.safeParse(chosen?.value).data ?? [];
    const minutes = idleSchema.safeParse(idle?.value).data?.idleMinutes;
    if (minutes !== undefined) this.#idleMinutes = minutes;
    await desk.forgetAfter(this.#idleMs);
    await this.keeping.start();
    for (const { origin, key } of kept.read(this.#idleMs))
      await desk.setKey(origin, key).catch(() => kept.delete(origin));
  }

  /** Hands a key over for the provider's origin. What is wrong with it is said at its server. Never rejects. */
  async setKey(id: ProviderId, key: string): Promise<void> {
    await this.#try(id, async ({ base }) => {
      const { desk, kept } = this.#input;
      await desk.setKey(base, key);
      if (this.keeping.keep === 'tab') kept.put(originOf(base), key.trim());
      else kept.delete(originOf(base));
      this.#patch(id, { listed: null });
      this.#refresh();
    });
  }

  /** Leaves the page, to sign in at a provider. Never rejects. */
  async signIn(id: ProviderId): Promise<void> {
    await this.#try(id, ({ provider, base }) => this.#input.signIns.begin(provider, base));
  }

  /**
   * Has the key fetched with what somebody came back with. What is wrong with it is said at the provider. Never rejects.
   */
  async finishSignIn(returned: SignInReturn): Promise<void> {
    const outcome = SignIns.read(returned);
    const id = outcome.provider ?? providers.find(({ signIn }) => signIn !== null)?.id;
    if (id === undefined) return;
    this.#returned = id;
    if (outcome.base !== null) await this.setBase(id, outcome.base);
    if ('problem' in outcome) {
      this.#patch(id, { problem: outcome.problem });
      return;
    }
    // Refused just now, and said so: the code is for that address and no other.
    if (this.#server(id).base !== outcome.base) return;
    this.#patch(id, { signingIn: true });
    await this.#try(id, async ({ provider, base }) => {
      await this.#input.desk.signIn(id, base, outcome.back);
      this.#input.kept.delete(originOf(base));
      this.#input.tell(`Signed in with ${provider.title}.`);
    });
    this.#patch(id, { signingIn: false, listed: null });
  }

  async forgetKey(id: ProviderId): Promise<void> {
    await this.#forget(originOf(this.#server(id).base));
    this.#patch(id, { listed: null, problem: null });
  }

  /** Those that are locked with a passphrase, too. */
  async forgetAllKeys(): Promise<void> {
    await this.#forget(null);
    await this.keeping.forgotten();
  }

  /** How many minutes an unused key stays; null for as long as the page. */
  async setIdleMinutes(minutes: number | null): Promise<void> {
    this.#idleMinutes = minutes;
    await this.#input.desk.forgetAfter(this.#idleMs);
    const repository = await this.#input.services.repository();
    await repository.put('settings', [
      { workspace: BROWSER, id: IDLE_SETTING, value: idleSchema.parse({ idleMinutes: minutes }) },
    ]);
  }

  /** Another address for a provider. A key that was entered for the old one does not move along. Never rejects. */
  async setBase(id: ProviderId, address: string): Promise<void> {
    await this.#try(id, async ({ base }) => {
      const next = checkedBase(address).href;
      if (!mayConnect(next, this.#input.sources))
        throw new InputError(
          'address',
          `this build of the page may not connect to ${hostOf(next)}.`,
          'Use a server on this machine, or build the page with CONNECT_SRC set to its origin.',
        );
      this.#patch(id, { base: next, listed: null });
      if (originOf(base) !== originOf(next)) await this.#forget(originOf(base));
      this.#refresh();
    });
  }

  /** Asks a provider which models it has. Never rejects. */
  async test(id: ProviderId): Promise<void> {
    const { provider, base, hint } = this.#server(id);
    if (provider.needsKey && hint === null) {
      this.#patch(id, { problem: `${provider.title} needs a key. Paste one first.` });
      return;
    }
    this.#patch(id, { testing: true, problem: null });
    try {
      const listed = await this.#input.desk.list(id, base);
      const told = listed.flatMap(({ id: name, contextTokens }) =>
        contextTokens === null ? [] : [[`${id}/${name}`, contextTokens] as const],
      );
      this.#contexts = { ...this.#contexts, ...Object.fromEntries(told) };
      this.#patch(id, { testing: false, listed: listed.map((model) => model.id) });
    } catch (error) {
      this.#patch(id, { testing: false, listed: null, problem: this.#words(error) });
    }
  }

  /** Offers a model in Roll out, or no longer. */
  async toggle(id: string): Promise<void> {
    const known = this.#chosen.some((model) => model.id === id);
    const model = { id, price: null, contextTokens: this.#contexts[id] ?? null };
    await this.#keep(known ? this.#chosen.filter((other) => other.id !== id) : [...this.#chosen, model]);
  }

  async setPrice(id: string, price: Price | null): Promise<void> {
    await this.#keep(this.#chosen.map((model) => (model.id === id ? { ...model, price } : model)));
  }

  priceOf(id: string): Price | null {
    const known = this.#chosen.find((model) => model.id === id)?.price ?? null;
    return known ?? (splitId(id)[0].isLocal ? FREE : null);
  }

  /** Tokens of prompt and reply together; null where its provider does not say. */
  contextOf(id: string): number | null {
    return this.#chosen.find((model) => model.id === id)?.contextTokens ?? null;
  }

  /** Why a model cannot be asked now; null when it can. */
  missing(id: string): string | null {
    const [provider] = splitId(id);
    const { hint, base } = this.#server(provider.id);
    if (!provider.needsKey || hint !== null) return null;
    if (this.keeping.vault === 'locked') return 'Keys are locked. Unlock them in Settings, Models & keys.';
    return `${provider.title} needs a key for ${hostOf(base)}.`;
  }

  /** Opens models for one run, with one budget for all of them. Rejects with `InputError` for a key that is missing. */
  open(models: readonly string[], plan: ModelPlan, onspent: (spent: Spent) => void): Promise<OpenModels> {
    const order = {
      models,
      bases: Object.fromEntries(this.servers.map(({ provider, base }) => [provider.id, base])),
      prices: Object.fromEntries(models.map((id) => [id, this.priceOf(id)])),
      atOnce: plan.atOnce,
      limits: plan.limits,
      spent: plan.spent,
    };
    return this.#input.desk.open(order, onspent);
  }

  get #idleMs(): number | null {
    return this.#idleMinutes === null ? null : this.#idleMinutes * MINUTE_MS;
  }

  async #forget(origin: string | null): Promise<void> {
    this.#input.kept.delete(origin);
    await this.#input.desk.forget(origin);
    this.#refresh();
  }

  #hear({ hints, signedIn, vault, at, wasIdle }: KeysTold): void {
    this.keeping.hear(vault);
    this.#hints = hints;
    this.#signedIn = signedIn;
    if (wasIdle) {
      this.#input.kept.delete(null);
      const what = vault === 'locked' ? 'locked' : 'forgotten';
      this.#input.tell(`Nobody used the keys for ${this.#idleMinutes} minutes, so they were ${what}.`);
    } else this.#input.kept.touch(at);
    this.#refresh();
  }

  async #keep(chosen: readonly ChosenModel[]): Promise<void> {
    this.#chosen = chosen;
    const repository = await this.#input.services.repository();
    await repository.put('settings', [
      { workspace: BROWSER, id: MODELS_SETTING, value: chosenSchema.parse(chosen) },
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

  async #try(id: ProviderId, act: (server: Server) => Promise<void>): Promise<void> {
    try {
      await act(this.#server(id));
      this.#patch(id, { problem: null });
    } catch (error) {
      this.#patch(id, { problem: this.#words(error) });
    }
  }

  /** Two providers at one origin share its key. */
  #refresh(): void {
    const inTab = this.#input.kept.origins();
    const kept = (origin: string) =>
      this.keeping.vault === 'open' ? 'vault' : inTab.has(origin) ? 'tab' : 'page';
    this.#servers = this.#servers.map((server) => {
      const origin = originOf(server.base);
      const hint = this.#hints[origin] ?? null;
      const signedIn = this.#signedIn.includes(origin);
      return { ...server, hint, signedIn, kept: kept(origin) };
    });
  }

  /** The worker leaves no key in its words; what was typed into the wrong field may look like one. */
  #words(error: unknown): string {
    return redact(error instanceof Error ? error.message : String(error), []);
  }
}
