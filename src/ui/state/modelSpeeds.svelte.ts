import { measureSpeed, SPEED_REQUESTS, type Speed } from '#core/model/index.ts';
import { NOTHING } from '../../models/index.ts';
import type { OpenRun } from './openModels.ts';

/** Tokens that timing a model may use, far more than it does. */
const MOST_TOKENS = 20_000;

/** How fast models answer from here, as far as somebody wanted to know. Ends with the page. */
export class ModelSpeeds {
  readonly #open: OpenRun;
  readonly #nonce: () => string;
  #known = $state.raw<Readonly<Record<string, Speed>>>({});
  #working = $state.raw<AbortController | null>(null);
  #problem = $state.raw<string | null>(null);

  /** @param nonce a text that no prompt began with before */
  constructor(open: OpenRun, nonce: () => string) {
    this.#open = open;
    this.#nonce = nonce;
  }

  of(id: string): Speed | null {
    return this.#known[id] ?? null;
  }
  get working(): boolean {
    return this.#working !== null;
  }
  /** Why the last timing failed. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Times models, one after the other. Never rejects; one timing at a time. */
  async time(ids: readonly string[]): Promise<void> {
    if (this.#working !== null) return;
    const work = (this.#working = new AbortController());
    this.#problem = null;
    try {
      const limits = { calls: ids.length * SPEED_REQUESTS, tokens: ids.length * MOST_TOKENS, dollars: null };
      const opened = await this.#open(
        ids,
        { user: null, atOnce: 1, limits, spent: NOTHING },
        () => undefined,
      );
      try {
        for (const model of opened.models) {
          const speed = await measureSpeed(model, this.#nonce(), work.signal);
          this.#known = { ...this.#known, [model.id]: speed };
        }
      } finally {
        opened.close();
      }
    } catch (error) {
      if (!work.signal.aborted) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#working = null;
    }
  }

  /** Ends a timing. */
  stop(): void {
    this.#working?.abort();
  }
}
