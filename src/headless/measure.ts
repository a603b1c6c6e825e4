/** The median and the spread of measurements. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
  readonly n: number;
}

/** The median and the 95th percentile of at least one value. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  const middle = sorted.length % 2 === 0 ? (at(0.5) + (sorted[sorted.length / 2 - 1] ?? NaN)) / 2 : at(0.5);
  return { median: middle, p95: at(0.95), n: sorted.length };
}

/** About `count` items spread evenly over a list. */
export function sample<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return Array.from({ length: Math.min(count, items.length) }, (_, i) => items[Math.floor(i * step)] as T);
}
