/**
 * Tells when nothing was done for so long that keys should go. `now` is the time of day: a machine that slept has been
 * idle, though a clock of work done may have stood still.
 */
export class IdleWatch {
  readonly #now: () => number;
  #limit: number | null;
  #at: number;

  /** @param limit milliseconds; null for never */
  constructor(now: () => number, limit: number | null) {
    this.#now = now;
    this.#limit = limit;
    this.#at = now();
  }

  /** When something was done last. */
  get at(): number {
    return this.#at;
  }

  get isOver(): boolean {
    return this.#limit !== null && this.#now() - this.#at >= this.#limit;
  }

  setLimit(limit: number | null): void {
    this.#limit = limit;
  }

  /** Something was done now. */
  touch(): void {
    this.#at = this.#now();
  }
}
