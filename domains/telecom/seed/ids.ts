import type { Random } from '#core/environment/index.ts';

/** Ids and other texts that are given out once. */
export class Ids {
  readonly #random: Random;
  readonly #given = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** A prefix with so many digits behind it, not given out before. */
  next(prefix: string, length: number): string {
    for (;;) {
      const id = prefix + digits(this.#random, length);
      if (this.claim(id)) return id;
    }
  }

  /** Takes a text; false when it is taken already. */
  claim(text: string): boolean {
    if (this.#given.has(text)) return false;
    this.#given.add(text);
    return true;
  }
}

/** So many digits as text; zeros in front are kept. Up to eight. */
export function digits(random: Random, length: number): string {
  return String(random.int(0, 10 ** length - 1)).padStart(length, '0');
}
