import { ModelError, type ModelEvent } from '#core/model/index.ts';
import type { LoadedModel, TabEngine } from '../models/tab/engine.ts';
import { describeError } from './protocol.ts';
import type { ParentPort } from './serve.ts';
import { tabMessageSchema, type TabAnswer, type TabAnswers, type TabMessage } from './tabProtocol.ts';

/** The worker's side of a model in the tab: one engine, of which the page asks one model at a time. */
export function serveTab(port: ParentPort, engine: TabEngine): void {
  const server = new TabServer(engine, (message) => port.post(message));
  const answer = async (raw: unknown): Promise<TabAnswer> => {
    const parsed = tabMessageSchema.safeParse(raw);
    if (!parsed.success)
      return failure(-1, new TypeError('The worker of a model was sent what it does not know.'));
    const { id } = parsed.data;
    try {
      return { id, ok: true, value: await server.answer(parsed.data) };
    } catch (error) {
      return failure(id, error);
    }
  };
  const failure = (id: number, error: unknown): TabAnswer => ({ id, ok: false, error: describeError(error) });
  port.onMessage((raw) => {
    answer(raw).then(
      (message) => port.post(message),
      (error: unknown) => port.post(failure(-1, error)),
    );
  });
}

class TabServer {
  readonly #engine: TabEngine;
  readonly #tell: (message: TabAnswer) => void;
  /** Loads and requests that can be stopped. */
  readonly #underWay = new Map<number, AbortController>();
  #loaded: { readonly id: number; readonly model: LoadedModel } | null = null;
  /** Loads and unloads come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(engine: TabEngine, tell: (message: TabAnswer) => void) {
    this.#engine = engine;
    this.#tell = tell;
  }

  async answer(message: TabMessage): Promise<TabAnswers[TabMessage['type']]> {
    switch (message.type) {
      case 'load':
        return this.#load(message);
      case 'ask':
        return this.#ask(message);
      case 'stop':
        this.#underWay.get(message.of)?.abort();
        return null;
      case 'unload':
        await this.#inTurn(() => this.#unload(message.model));
        return null;
      case 'cached':
        return this.#engine.cached();
      case 'delete':
        await this.#engine.delete(message.url);
        return null;
      case 'ping':
        return null;
    }
  }

  async #load({ id, spec }: Extract<TabMessage, { type: 'load' }>) {
    return this.#stoppable(id, (signal) =>
      this.#inTurn(async () => {
        signal.throwIfAborted();
        if (this.#loaded !== null) await this.#unload(this.#loaded.id);
        const loaded = await this.#engine.load(
          spec,
          (progress) => this.#tell({ told: 'progress', load: id, progress }),
          signal,
        );
        this.#loaded = { id, model: loaded };
        loaded.lost?.then((error) => this.#lose(id, error)).catch(() => undefined);
        const { title, place, toolMethod, contextTokens } = loaded.model;
        return { id: loaded.model.id, title, place, toolMethod, contextTokens };
      }),
    );
  }

  async #ask({ id, model, request }: Extract<TabMessage, { type: 'ask' }>) {
    const loaded = this.#loaded;
    if (loaded?.id !== model)
      throw new ModelError(
        'device',
        'The model is no longer in memory.',
        'Load it again in Settings, then go on.',
      );
    await this.#stoppable(id, async (signal) => {
      const parts = new Parts((event) => this.#tell({ told: 'event', ask: id, event }));
      try {
        for await (const event of loaded.model.model.stream(request, signal)) parts.add(event);
      } finally {
        parts.end();
      }
    });
    return null;
  }

  async #unload(id: number): Promise<void> {
    const loaded = this.#loaded;
    if (loaded?.id !== id) return;
    this.#loaded = null;
    await loaded.model.unload();
  }

  #lose(id: number, error: Error): void {
    if (this.#loaded?.id !== id) return;
    this.#loaded = null;
    this.#tell({ told: 'lost', model: id, error: describeError(error) });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #stoppable<T>(id: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#underWay.set(id, abort);
    try {
      return await work(abort.signal);
    } finally {
      this.#underWay.delete(id);
    }
  }
}

/** Milliseconds for which words are gathered: nobody reads faster, and each message costs both threads time. */
const GATHER_MS = 30;

/** Hands on the events of a reply, with words that come close together as one. The first go at once. */
class Parts {
  readonly #hand: (event: ModelEvent) => void;
  #held: Extract<ModelEvent, { type: 'text-delta' | 'reasoning-delta' }> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(hand: (event: ModelEvent) => void) {
    this.#hand = hand;
  }

  add(event: ModelEvent): void {
    if (event.type !== 'text-delta' && event.type !== 'reasoning-delta') {
      this.end();
      this.#hand(event);
    } else if (this.#timer === null) {
      this.#hand(event);
      this.#timer = setTimeout(() => this.end(), GATHER_MS);
    } else if (this.#held?.type === event.type) {
      this.#held = { type: event.type, text: this.#held.text + event.text };
    } else {
      this.#flush();
      this.#held = event;
    }
  }

  /** Hands on what is held. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flush();
  }

  #flush(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#hand(held);
  }
}
