import { createRandom } from '../environment/index.ts';

/**
 * MinHash signatures with locality-sensitive banding: finds texts that share most of their shingles without comparing
 * every pair. Method: A. Broder, "On the resemblance and containment of documents", SEQUENCES 1997; banding after
 * Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3. The permutations are multiply-add functions
 * of 32 bits with odd multipliers.
 */

/** Words per shingle: long enough that two conversations of one policy do not share them by chance. */
const SHINGLE = 4;
/** Values per signature, and rows per band: pairs that share 0.85 meet in one of 32 bands with a chance of 0.9999. */
const VALUES = 128;
const ROWS = 4;

/** The hashed shingles of a text: runs of {@link SHINGLE} words, case and punctuation aside. Shorter texts are one shingle. */
export function shingles(text: string): ReadonlySet<number> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const hashes = words.map(hashText);
  const found = new Set<number>();
  for (let at = 0; at < Math.max(1, words.length - SHINGLE + 1); at += 1) {
    let hash = 0x811c9dc5;
    for (const word of hashes.slice(at, at + SHINGLE)) hash = mix(Math.imul(hash, 31) ^ word);
    found.add(hash >>> 0);
  }
  return found;
}

/** The share of shingles that two texts have in common: 1 for equal sets, 0 for disjoint ones. */
export function resemblance(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const shingle of small) if (large.has(shingle)) shared += 1;
  const all = a.size + b.size - shared;
  return all === 0 ? 1 : shared / all;
}

/** Pairs of sets that may resemble each other, each once, as positions. Misses few; what it names has to be checked. */
export function* similarPairs(sets: readonly ReadonlySet<number>[]): Generator<[number, number]> {
  const signatures = sets.map(signature);
  const named = new Set<number>();
  for (let band = 0; band < VALUES; band += ROWS) {
    const buckets = new Map<string, number[]>();
    for (const [at, values] of signatures.entries()) {
      const key = values.subarray(band, band + ROWS).join();
      const bucket = buckets.get(key);
      if (bucket === undefined) {
        buckets.set(key, [at]);
        continue;
      }
      for (const other of bucket) {
        const id = other * sets.length + at;
        if (named.has(id)) continue;
        named.add(id);
        yield [other, at];
      }
      if (bucket.length < MOST_PER_BUCKET) bucket.push(at);
    }
  }
}

/** So many of a bucket are compared with each newcomer: enough to tie a group together, even one of thousands. */
const MOST_PER_BUCKET = 16;

function signature(set: ReadonlySet<number>): Uint32Array {
  const { times, plus } = permutations();
  const values = new Uint32Array(VALUES).fill(0xffffffff);
  for (const shingle of set)
    for (let i = 0; i < VALUES; i += 1) {
      const value = (Math.imul(shingle, times[i] ?? 0) + (plus[i] ?? 0)) >>> 0;
      if (value < (values[i] ?? 0)) values[i] = value;
    }
  return values;
}

let made: { times: Int32Array; plus: Int32Array } | undefined;

// The same on every machine, so that a report can be made again.
function permutations() {
  if (made === undefined) {
    const random = createRandom('minhash');
    const word = () => random.int(-0x8000_0000, 0x7fff_ffff);
    made = {
      times: Int32Array.from({ length: VALUES }, () => word() | 1),
      plus: Int32Array.from({ length: VALUES }, word),
    };
  }
  return made;
}

// FNV-1a over UTF-16 units, mixed: near words get far hashes.
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mix(hash);
}

// The finaliser of MurmurHash3 (A. Appleby, public domain).
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
