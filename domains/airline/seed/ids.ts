import type { Random } from '#core/environment/index.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Ids of which none is drawn twice. */
export class Ids {
  readonly #random: Random;
  readonly #taken = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A prefix and so many digits. */
  digits(prefix: string, count: number): string {
    return this.#unique(() => prefix + String(this.#random.int(10 ** (count - 1), 10 ** count - 1)));
  }

  /** Six letters and digits, at least one of each: what people copy from a ticket. */
  code(): string {
    return this.#unique(() => {
      for (;;) {
        const code = Array.from({ length: 6 }, () => LETTERS[this.#random.int(0, 35)] ?? '').join('');
        if (/[A-Z]/.test(code) && /\d/.test(code)) return code;
      }
    });
  }

  #unique(draw: () => string): string {
    for (;;) {
      const id = draw();
      if (this.#taken.has(id)) continue;
      this.#taken.add(id);
      return id;
    }
  }
}
