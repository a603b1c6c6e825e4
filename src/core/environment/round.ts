/**
 * Rounds to two decimals as Python's `round` does: to the nearest, and an exact tie to the even digit.
 * `toFixed` looks at the exact binary value as well, but sends ties away from zero.
 */
export function roundCents(value: number): number {
  const eighths = value * 8;
  // Only odd multiples of 1/8 lie exactly between two cents; their third decimal is the tie.
  if (Number.isInteger(eighths) && eighths % 2 !== 0) {
    const cents = value.toFixed(3).slice(0, -1);
    if (Number(cents.at(-1)) % 2 === 0) return Number(cents);
  }
  return value === 0 ? value : Number(value.toFixed(2));
}
