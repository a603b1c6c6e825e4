import { ModelError, type LanguageModel } from '#core/model/index.ts';
import type { Clock } from './clock.ts';

/** How hard one provider may be used. */
export interface GateLimits {
  /** Requests at the same time. */
  readonly atOnce: number;
  /** Requests that may begin in any minute; null for no limit. */
  readonly perMinute: number | null;
}

const MINUTE = 60_000;

/** Shared by all models of one provider: holds requests back while too many are under way, or it said "too many". */
export class Gate {
  readonly #limits: GateLimits;
  readonly #clock: Clock;
  #underWay = 0;
  #closedUntil = 0;
  readonly #begun: number[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(limits: GateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Waits for a turn; the function that gives it back. */
  async enter(signal?: AbortSignal): Promise<() => void> {
    while (this.#underWay >= this.#limits.atOnce) await this.#queue(signal);
    // Taken before any wait below, so that nobody else takes the same place.
    this.#underWay += 1;
    try {
      for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#clock.sleep(wait, signal);
      signal?.throwIfAborted();
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.#begun.push(this.#clock.now());
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  /** Nobody begins for so many milliseconds. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, this.#clock.now() + ms);
  }

  #leave(): void {
    this.#underWay -= 1;
    this.#waiting.shift()?.();
  }

  #wait(): number {
    const now = this.#clock.now();
    while ((this.#begun[0] ?? now) <= now - MINUTE) this.#begun.shift();
    const { perMinute } = this.#limits;
    const [oldest] = this.#begun;
    const full = perMinute !== null && this.#begun.length >= perMinute && oldest !== undefined;
    return Math.max(this.#closedUntil - now, full ? oldest + MINUTE - now : 0);
  }

  async #queue(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    let woken: (() => void) | undefined;
    const turn = new Promise<void>((resolve) => {
      woken = resolve;
      this.#waiting.push(resolve);
    });
    const stopped = () => woken?.();
    signal?.addEventListener('abort', stopped, { once: true });
    try {
      await turn;
      signal?.throwIfAborted();
    } catch (error) {
      const at = woken === undefined ? -1 : this.#waiting.indexOf(woken);
      if (at >= 0) this.#waiting.splice(at, 1);
      // Woken and ended at once: the turn goes to the next.
      else this.#waiting.shift()?.();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stopped);
    }
  }
}

/** A model that waits for its provider's gate before every request, and closes it when there were too many. */
export function withGate(model: LanguageModel, gate: Gate): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      const leave = await gate.enter(signal);
      try {
        yield* model.stream(request, signal);
      } catch (error) {
        if (error instanceof ModelError && error.kind === 'rate' && error.retryAfter !== null)
          gate.close(error.retryAfter);
        throw error;
      } finally {
        leave();
      }
    },
  };
}
