import { InputError } from '#core/environment/errors.ts';
import {
  endpointOf,
  exchangeCode,
  findProvider,
  Keeper,
  listModels,
  Models,
  type ModelsInput,
  type VaultStore,
} from '../models/index.ts';
import {
  modelsMessageSchema,
  type ModelAnswers,
  type ModelsAnswer,
  type ModelsMessage,
} from './modelProtocol.ts';
import { describeError } from './protocol.ts';
import type { ParentPort } from './serve.ts';

/** What the worker needs from outside. */
export interface ServeModelsInput extends Pick<ModelsInput, 'fetch' | 'clock' | 'random'> {
  /** The time of day in milliseconds. */
  readonly now: () => number;
  /** Where keys are kept behind a passphrase. */
  readonly vault: VaultStore;
}

/** How often the page is told that keys are in use. */
const TELL_EVERY_MS = 60_000;

/**
 * The worker's side of models: keeps the keys, makes the requests, counts what they cost. A key comes in once and never
 * goes out again.
 * @returns a check whether the keys have been idle for too long, for the thread to make now and then
 */
export function serveModels(port: ParentPort, input: ServeModelsInput): () => void {
  const desk = new Desk(input, (message) => port.post(message));
  const answer = async (raw: unknown): Promise<ModelsAnswer> => {
    const parsed = modelsMessageSchema.safeParse(raw);
    if (!parsed.success)
      return failure(-1, new TypeError('The worker of models was sent what it does not know.'));
    const { id } = parsed.data;
    try {
      return { id, ok: true, value: await desk.answer(parsed.data) };
    } catch (error) {
      return failure(id, error);
    }
  };
  // Whatever failed, no key is in its words.
  const failure = (id: number, error: unknown): ModelsAnswer => {
    const { name, message, data } = describeError(error);
    return { id, ok: false, error: { name, message: desk.redact(message), data } };
  };
  port.onMessage((raw) => {
    answer(raw).then(
      (message) => port.post(message),
      (error: unknown) => port.post(failure(-1, error)),
    );
  });
  return () => desk.checkIdle();
}

class Desk {
  readonly #input: ServeModelsInput;
  readonly #tell: (message: ModelsAnswer) => void;
  readonly #keeper: Keeper;
  readonly #runs = new Map<number, Models>();
  readonly #asks = new Map<number, AbortController>();
  #toldAt = 0;

  readonly redact = (text: string) => this.#keeper.ring.redact(text);

  constructor(input: ServeModelsInput, tell: (message: ModelsAnswer) => void) {
    this.#input = input;
    this.#tell = tell;
    this.#keeper = new Keeper(input.now, input.vault);
  }

  async answer(message: ModelsMessage): Promise<ModelAnswers[ModelsMessage['type']]> {
    // A timer may be late: a machine that slept has had no time for it.
    this.checkIdle();
    switch (message.type) {
      case 'set-key':
        return this.#changing(this.#keeper.set(message.base, message.key));
      case 'sign-in':
        return this.#signIn(message);
      case 'forget':
        return this.#changing(this.#keeper.forget(message.origin));
      case 'vault':
        return this.#changing(this.#keeper.act(message.act));
      case 'forget-after':
        this.#keeper.idle.setLimit(message.ms);
        this.checkIdle();
        return null;
      case 'list':
        return this.#list(message);
      case 'open':
        return this.#open(message);
      case 'ask':
        return this.#ask(message);
      case 'stop':
        this.#asks.get(message.ask)?.abort();
        return null;
      case 'close':
        this.#runs.delete(message.run);
        return null;
    }
  }

  /** Forgets all keys when nobody has used them for too long; a request under way is use. */
  checkIdle(): void {
    if (this.#asks.size === 0 && this.#keeper.forgetIdle()) this.#tellKeys(true);
  }

  /** The key goes from the answer into the ring, and nowhere else. */
  async #signIn({ id, provider, base: at, code, verifier }: Extract<ModelsMessage, { type: 'sign-in' }>) {
    const { base, transport } = this.#endpoint(provider, at);
    const key = await this.#used(id, (signal) => exchangeCode(transport, base, { code, verifier }, signal));
    return this.#changing(this.#keeper.set(base, key, true));
  }

  /** Whatever came of it, the page hears what there is now. */
  async #changing(change: Promise<void>): Promise<null> {
    try {
      await change;
      return null;
    } finally {
      this.#tellKeys(false);
    }
  }

  #endpoint(name: string, base: string) {
    const provider = findProvider(name);
    if (provider === undefined) throw new InputError(name, 'this build knows no such provider.');
    return endpointOf(provider, { ...this.#input, keys: this.#keeper.ring, bases: { [name]: base } });
  }

  async #list({ id, provider, base }: Extract<ModelsMessage, { type: 'list' }>) {
    const endpoint = this.#endpoint(provider, base);
    const listed = await this.#used(id, (signal) => listModels(endpoint, signal));
    return listed.map(({ id: name, contextTokens }) => ({ id: this.redact(name), contextTokens }));
  }

  #open({ run, order }: Extract<ModelsMessage, { type: 'open' }>) {
    const { fetch, clock, random } = this.#input;
    const models = new Models({
      ...{ fetch, clock, random, keys: this.#keeper.ring },
      bases: order.bases,
      gate: { atOnce: order.atOnce, perMinute: null },
      limits: order.limits,
      price: (id) => order.prices[id] ?? null,
      onspent: (spent) => this.#tell({ told: 'spent', run, spent }),
      spent: order.spent,
    });
    const cards = order.models.map((id) => {
      const { title, place, toolMethod, contextTokens } = models.open(id);
      return { id, title, place, toolMethod, contextTokens };
    });
    this.#runs.set(run, models);
    return cards;
  }

  async #ask({ id, run, model, request }: Extract<ModelsMessage, { type: 'ask' }>) {
    const models = this.#runs.get(run);
    if (models === undefined) throw new TypeError(`run ${run} is not open`);
    await this.#used(id, async (signal) => {
      for await (const event of models.open(model).stream(request, signal))
        this.#tell({ told: 'event', ask: id, event });
    });
    return null;
  }

  /** Does what uses keys, and can be stopped by the id of its message. */
  async #used<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#asks.set(id, abort);
    try {
      return await work(abort.signal);
    } finally {
      this.#asks.delete(id);
      this.#keeper.idle.touch();
      if (this.#keeper.idle.at - this.#toldAt >= TELL_EVERY_MS) this.#tellKeys(false);
    }
  }

  #tellKeys(wasIdle: boolean): void {
    const { ring, idle, vault } = this.#keeper;
    this.#toldAt = idle.at;
    const [hints, signedIn] = [ring.hints(), ring.signedIn()];
    this.#tell({ told: 'keys', keys: { hints, signedIn, vault, at: idle.at, wasIdle } });
  }
}
