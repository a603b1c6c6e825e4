import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of randomness. Core never asks for one: it is always an argument. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [min, max], both included. */
  int(min: number, max: number): number;
  /** An integer in [0, n), for tight loops: some are more likely than others by less than n / 2^32. */
  below(n: number): number;
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** An independent source for a named part, so that adding a draw in one part never moves another. */
  fork(label: string): Random;
}

/** A {@link Random} for a seed text. The same text gives the same draws on every machine. */
export function createRandom(seed: string): Random {
  const hash = sha256(utf8ToBytes(seed));
  const generator = xoroshiro128plus(new DataView(hash.buffer, hash.byteOffset).getInt32(0));
  const int = (min: number, max: number) => uniformInt(generator, min, max);
  const random: Random = {
    next: () => uniformFloat64(generator),
    int,
    below: (n) => Math.floor(((generator.next() >>> 0) * n) / 2 ** 32),
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('Random.pick: expected a non-empty list');
      return items[int(0, items.length - 1)] as T;
    },
    shuffle<T>(items: readonly T[]): T[] {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i -= 1) {
        const j = int(0, i);
        [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
      }
      return copy;
    },
    chance: (probability) => random.next() < probability,
    fork: (label) => createRandom(`${seed}/${label}`),
  };
  return random;
}
