import type { LanguageModel, ModelEvent, ModelRequest } from '#core/model/index.ts';
import type { ListedModel, SignInCode, Spent, VaultAct, VaultState } from '../models/index.ts';
import { WorkerError } from './errors.ts';
import {
  modelsAnswerSchema,
  type KeysTold,
  type ModelAnswers,
  type ModelCard,
  type ModelRunOrder,
  type ModelsMessage,
} from './modelProtocol.ts';
import type { WorkerPort } from './port.ts';
import { reviveError } from './protocol.ts';

type Unnumbered<M> = M extends { id: number } ? Omit<M, 'id'> : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onevent: (event: ModelEvent) => void;
}

/** The models of one run, ready to be asked. */
export interface OpenModels {
  readonly models: readonly LanguageModel[];
  /** The most rollouts at the same time that these models can serve; absent leaves it to the plan. */
  readonly atOnce?: number;
  /** Forgets the run; requests that are under way end as they would. */
  readonly close: () => void;
}

const nobody = () => undefined;

/**
 * The page's side of models: their keys, requests and costs are in a worker of their own, which starts when it is
 * first needed. When it dies the keys are gone, and it starts anew with the next request.
 */
export class ModelDesk {
  readonly #spawn: () => WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #runs = new Map<number, (spent: Spent) => void>();
  #port: WorkerPort | null = null;
  #forgetAfter: number | null = null;
  #vault: VaultState = 'none';
  #onkeys: (keys: KeysTold) => void = nobody;
  #messages = 0;
  #opened = 0;

  constructor(spawn: () => WorkerPort) {
    this.#spawn = spawn;
  }

  /** Calls back whenever a key came or went. */
  onKeys(listener: (keys: KeysTold) => void): void {
    this.#onkeys = listener;
  }

  /** Gives the worker a key for the origin of an address. Rejects with `InputError` when it is none. */
  async setKey(base: string, key: string): Promise<void> {
    await this.#ask({ type: 'set-key', base, key });
  }

  /** Has the worker exchange what came back from signing in for a key. Rejects as `exchangeCode` does. */
  async signIn(provider: string, base: string, back: SignInCode): Promise<void> {
    await this.#ask({ type: 'sign-in', provider, base, ...back });
  }

  /** Makes, opens, changes or deletes what is kept behind a passphrase. Rejects with `InputError`. */
  async vault(act: VaultAct): Promise<void> {
    await this.#ask({ type: 'vault', act });
  }

  /** Forgets the key of an origin; null for all of them, and for those that are kept behind a passphrase. */
  async forget(origin: string | null): Promise<void> {
    if (origin === null || this.#port !== null) await this.#ask({ type: 'forget', origin });
  }

  /** Milliseconds without use after which keys are forgotten; null for never. */
  async forgetAfter(ms: number | null): Promise<void> {
    this.#forgetAfter = ms;
    if (this.#port !== null) await this.#ask({ type: 'forget-after', ms });
  }

  /** The models that a provider has. Rejects as `listModels` does. */
  list(provider: string, base: string): Promise<readonly ListedModel[]> {
    return this.#ask({ type: 'list', provider, base });
  }

  /** Opens models with one budget for all of them. Rejects with `InputError` for a key that is missing. */
  async open(order: ModelRunOrder, onspent: (spent: Spent) => void): Promise<OpenModels> {
    const run = (this.#opened += 1);
    this.#runs.set(run, onspent);
    const close = () => {
      this.#runs.delete(run);
      if (this.#port !== null) this.#ask({ type: 'close', run }).catch(nobody);
    };
    try {
      const cards = await this.#ask({ type: 'open', run, order });
      return { models: cards.map((card) => this.#model(run, card)), close };
    } catch (error) {
      this.#runs.delete(run);
      throw error;
    }
  }

  #model(run: number, card: ModelCard): LanguageModel {
    return { ...card, stream: (request, signal) => this.#stream(run, card.id, request, signal) };
  }

  async *#stream(
    run: number,
    model: string,
    request: ModelRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ModelEvent> {
    signal?.throwIfAborted();
    const heard: ModelEvent[] = [];
    const end: { done: boolean; error: Error | null } = { done: false, error: null };
    let wake = nobody as () => void;
    const asked = this.#send({ type: 'ask', run, model, request }, (event) => {
      heard.push(event);
      wake();
    });
    const answered = asked.answer.then(
      () => {
        end.done = true;
        wake();
      },
      (error: Error) => {
        Object.assign(end, { done: true, error });
        wake();
      },
    );
    const stop = () => {
      if (this.#port !== null) this.#ask({ type: 'stop', ask: asked.id }).catch(nobody);
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        const event = heard.shift();
        if (event !== undefined) yield event;
        else if (end.done) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (end.error === null) return;
      signal?.throwIfAborted();
      throw end.error;
    } finally {
      signal?.removeEventListener('abort', stop);
      // Whoever leaves early waits for the end all the same: only then is it known what the request cost.
      if (!end.done) stop();
      await answered;
    }
  }

  #ask<T extends ModelsMessage['type']>(
    message: Extract<Unnumbered<ModelsMessage>, { type: T }>,
  ): Promise<ModelAnswers[T]> {
    return this.#send(message, nobody).answer;
  }

  #send<T extends ModelsMessage['type']>(
    message: Extract<Unnumbered<ModelsMessage>, { type: T }>,
    onevent: (event: ModelEvent) => void,
  ): { readonly id: number; readonly answer: Promise<ModelAnswers[T]> } {
    const port = (this.#port ??= this.#start());
    const id = (this.#messages += 1);
    const answer = new Promise<ModelAnswers[T]>((resolve, reject) => {
      // The worker is of this build and answers each request in kind.
      this.#waiting.set(id, { resolve: (value) => resolve(value as ModelAnswers[T]), reject, onevent });
      port.post({ ...message, id });
    });
    return { id, answer };
  }

  #start(): WorkerPort {
    const port = this.#spawn();
    port.onMessage((raw) => {
      if (port === this.#port) this.#hear(raw);
    });
    port.onError((error) => {
      if (port === this.#port)
        this.#die(new WorkerError('died', error instanceof Error ? error.message : String(error), error));
    });
    const id = (this.#messages += 1);
    port.post({ id, type: 'forget-after', ms: this.#forgetAfter } satisfies ModelsMessage);
    return port;
  }

  #hear(raw: unknown): void {
    const parsed = modelsAnswerSchema.safeParse(raw);
    if (!parsed.success) {
      this.#die(
        new WorkerError('protocol', 'The worker of models sent what is not an answer.', parsed.error),
      );
      return;
    }
    const message = parsed.data;
    if ('told' in message) {
      if (message.told === 'event') this.#waiting.get(message.ask)?.onevent(message.event);
      else if (message.told === 'spent') this.#runs.get(message.run)?.(message.spent);
      else {
        this.#vault = message.keys.vault;
        this.#onkeys(message.keys);
      }
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(reviveError(message.error));
  }

  /** Without its worker there are no keys and no open runs. */
  #die(error: WorkerError): void {
    const port = this.#port;
    this.#port = null;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#runs.clear();
    for (const { reject } of all) reject(error);
    const vault = this.#vault === 'none' ? 'none' : 'locked';
    this.#onkeys({ hints: {}, signedIn: [], vault, at: 0, wasIdle: false });
    Promise.resolve(port?.terminate()).catch(nobody);
  }
}
