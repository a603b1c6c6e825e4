import { ModelError, type LanguageModel, type ModelEvent, type ModelRequest } from '#core/model/index.ts';
import { TabEngineError, type LoadProgress, type TabModelSpec } from '../models/tab/engine.ts';
import type { WorkerPort } from './port.ts';
import { reviveError } from './protocol.ts';
import { tabAnswerSchema, type TabAnswers, type TabMessage, type TabModelCard } from './tabProtocol.ts';

type Unnumbered<M> = M extends { id: number } ? Omit<M, 'id'> : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onevent?: (event: ModelEvent) => void;
  readonly onprogress?: (progress: LoadProgress) => void;
}

/** A model in the memory of this tab, as the page has it. */
export interface TabModel {
  readonly model: LanguageModel;
  /** Resolves when the model is gone although nobody unloaded it. */
  readonly lost: Promise<Error>;
  /** Frees the memory. Never rejects: a worker that cannot do it is ended. */
  readonly unload: () => Promise<void>;
}

/** Milliseconds that a worker has for leaving a load, or a model, before it is ended. */
const GRACE_MS = 10_000;
/** Milliseconds between two questions whether the worker still answers, while somebody waits for it. */
const BEAT_MS = 5000;
/** So many that stay unanswered end it: a minute, and longer in a page in the background, whose timers are slow. */
const BEATS = 12;
const nobody = () => undefined;

/**
 * The page's side of one engine: a worker that starts when it is first needed, loads one model at a time, and is started
 * anew when it died. What was in its memory is then lost, and whoever waits for it is told.
 */
export class TabDesk {
  readonly #spawn: () => WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #models = new Map<number, (error: Error) => void>();
  #port: WorkerPort | null = null;
  #messages = 0;
  #pulse: ReturnType<typeof setInterval> | null = null;
  #unanswered = 0;

  constructor(spawn: () => WorkerPort) {
    this.#spawn = spawn;
  }

  /**
   * Loads a model in place of the one before. Rejects with `TabEngineError`, or at once with the signal's reason.
   */
  async load(
    spec: TabModelSpec,
    onprogress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<TabModel> {
    signal.throwIfAborted();
    const { id, answer } = this.#send({ type: 'load', spec }, { onprogress });
    // A worker that has a model loses it when another comes.
    for (const [model, lose] of this.#models) {
      this.#models.delete(model);
      lose(gone());
    }
    let stop = nobody as () => void;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => {
        this.#end(id, answer);
        reject(signal.reason instanceof Error ? signal.reason : new DOMException('Cancelled.', 'AbortError'));
      };
    });
    signal.addEventListener('abort', stop, { once: true });
    try {
      return this.#model(id, await Promise.race([answer, stopped]));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Models whose files are kept in this browser. */
  cached(): Promise<TabAnswers['cached']> {
    return this.#send({ type: 'cached' }).answer;
  }

  /** Deletes the kept files of a model. */
  async delete(url: string): Promise<void> {
    await this.#send({ type: 'delete', url }).answer;
  }

  #model(id: number, card: TabModelCard): TabModel {
    const lost = new Promise<Error>((resolve) => this.#models.set(id, resolve));
    return {
      model: { ...card, stream: (request, signal) => this.#stream(id, request, signal) },
      lost,
      unload: async () => {
        if (!this.#models.delete(id) || this.#port === null) return;
        const port = this.#port;
        const { answer } = this.#send({ type: 'unload', model: id });
        const late = setTimeout(() => this.#dieIf(port, 'The worker did not free the model.'), GRACE_MS);
        await answer.catch(nobody);
        clearTimeout(late);
      },
    };
  }

  /** Stops a load; a worker that does not leave it in time is ended, so that the next one finds it free. */
  #end(id: number, answer: Promise<unknown>): void {
    const port = this.#port;
    if (port === null) return;
    this.#send({ type: 'stop', of: id }).answer.catch(nobody);
    const late = setTimeout(() => this.#dieIf(port, 'The worker did not leave the load.'), GRACE_MS);
    const leave = () => clearTimeout(late);
    // What was loaded all the same in the meantime is nobody's.
    answer.then(() => this.#send({ type: 'unload', model: id }).answer.catch(nobody), nobody).finally(leave);
  }

  async *#stream(
    model: number,
    request: ModelRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ModelEvent> {
    signal?.throwIfAborted();
    if (!this.#models.has(model)) throw gone();
    const heard: ModelEvent[] = [];
    const end: { done: boolean; error: Error | null } = { done: false, error: null };
    let wake = nobody as () => void;
    const finish = (error: Error | null) => {
      if (!end.done) Object.assign(end, { done: true, error });
      wake();
    };
    const asked = this.#send(
      { type: 'ask', model, request },
      {
        onevent: (event) => {
          heard.push(event);
          wake();
        },
      },
    );
    asked.answer.then(
      () => finish(null),
      (error: Error) => finish(error),
    );
    const stop = () => {
      if (this.#port !== null) this.#send({ type: 'stop', of: asked.id }).answer.catch(nobody);
      finish(null);
    };
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        signal?.throwIfAborted();
        const event = heard.shift();
        if (event !== undefined) yield event;
        else if (end.done) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (end.error !== null) throw end.error;
    } finally {
      signal?.removeEventListener('abort', stop);
      if (!end.done) stop();
    }
  }

  #start(): WorkerPort {
    const port = this.#spawn();
    port.onMessage((raw) => {
      if (port === this.#port) this.#hear(raw);
    });
    port.onError((error) => this.#dieIf(port, error instanceof Error ? error.message : String(error)));
    return port;
  }

  #send<T extends TabMessage['type']>(
    message: Extract<Unnumbered<TabMessage>, { type: T }>,
    listeners: Pick<Waiting, 'onevent' | 'onprogress'> = {},
  ): { readonly id: number; readonly answer: Promise<TabAnswers[T]> } {
    const port = (this.#port ??= this.#start());
    const id = (this.#messages += 1);
    const answer = new Promise<TabAnswers[T]>((resolve, reject) => {
      // The worker is of this build and answers each request in kind.
      this.#waiting.set(id, { resolve: (value) => resolve(value as TabAnswers[T]), reject, ...listeners });
      this.#pulse ??= setInterval(() => this.#beat(), BEAT_MS);
      port.post({ ...message, id });
    });
    return { id, answer };
  }

  /** A worker that ended in silence would leave everybody waiting for ever. */
  #beat(): void {
    if (this.#port !== null && this.#waiting.size > 0 && this.#unanswered < BEATS) {
      this.#unanswered += 1;
      this.#port.post({ type: 'ping', id: (this.#messages += 1) } satisfies TabMessage);
      return;
    }
    if (this.#waiting.size > 0) this.#die('It does not answer any more.');
    this.#stopBeating();
  }

  #stopBeating(): void {
    if (this.#pulse !== null) clearInterval(this.#pulse);
    this.#pulse = null;
    this.#unanswered = 0;
  }

  #hear(raw: unknown): void {
    this.#unanswered = 0;
    const parsed = tabAnswerSchema.safeParse(raw);
    if (!parsed.success) {
      this.#die('The worker sent what is not an answer.');
      return;
    }
    const message = parsed.data;
    if ('told' in message) {
      if (message.told === 'event') this.#waiting.get(message.ask)?.onevent?.(message.event);
      else if (message.told === 'progress') this.#waiting.get(message.load)?.onprogress?.(message.progress);
      else if (this.#models.has(message.model)) {
        // What is left of its memory goes only with the worker.
        const error = reviveError(message.error);
        this.#die(error.message, error instanceof TabEngineError ? error : undefined);
      }
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.value);
    else waiting?.reject(reviveError(message.error));
  }

  #dieIf(port: WorkerPort, why: string): void {
    if (port === this.#port) this.#die(why);
  }

  /**
   * Without its worker there is no model, and nobody to answer.
   * @param known why, where the engine said so itself
   */
  #die(why: string, known?: TabEngineError): void {
    const port = this.#port;
    this.#port = null;
    this.#stopBeating();
    const what = `The worker of the model ended: ${sentence(why)}`;
    const next = 'Load the model again, or a smaller one.';
    const error = known ?? new TabEngineError('lost', what, next);
    const all = [...this.#waiting.values()];
    const models = [...this.#models.values()];
    this.#waiting.clear();
    this.#models.clear();
    for (const { reject, onevent } of all)
      reject(onevent === undefined ? error : new ModelError('device', withoutEnd(error), error.next));
    for (const lose of models) lose(error);
    Promise.resolve(port?.terminate()).catch(nobody);
  }
}

/** The message of an error ends in what to do next. */
const withoutEnd = ({ message, next }: TabEngineError) =>
  message.endsWith(next) ? message.slice(0, -next.length).trimEnd() : message;

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

const gone = () =>
  new ModelError('device', 'The model is no longer in memory.', 'Load it again in Settings, then go on.');
