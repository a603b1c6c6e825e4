import type { Random } from '#core/environment/index.ts';

/** Numbers with a fixed count of digits, none drawn twice under one name. */
export class Ids {
  readonly #random: Random;
  readonly #used = new Set<string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** `prefix` followed by `digits` digits, not seen before. */
  next(prefix: string, digits: number): string {
    for (;;) {
      const id = prefix + digitsOf(this.#random, digits);
      if (this.claim(id)) return id;
    }
  }

  /** Reserves a text; false when it is taken. */
  claim(id: string): boolean {
    if (this.#used.has(id)) return false;
    this.#used.add(id);
    return true;
  }
}

/** A number of exactly so many digits (at least 2), as text; it never begins with a zero. */
export function digitsOf(random: Random, digits: number): string {
  // Two halves: one draw of more than 32 bits costs far more than two small ones.
  const half = Math.floor(digits / 2);
  const tail = String(random.int(0, 10 ** half - 1)).padStart(half, '0');
  const rest = digits - half;
  return String(random.int(10 ** (rest - 1), 10 ** rest - 1)) + tail;
}
