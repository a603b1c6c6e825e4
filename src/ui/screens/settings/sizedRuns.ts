import type { RunRow } from '../../../store/rows.ts';
import type { RunSize } from '../../../store/storage.ts';

/** A run and what it takes. Its own row is null when it cannot be read. */
export interface SizedRun extends RunSize {
  readonly row: RunRow | null;
}

/** Runs with their sizes, in the order of the sizes; those without any rollout come last. */
export function sizedRuns(rows: readonly RunRow[], sizes: readonly RunSize[]): readonly SizedRun[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(sizes.map(({ run }) => run));
  return [
    ...sizes.map((size) => ({ ...size, row: byId.get(size.run) ?? null })),
    ...rows.filter(({ id }) => !known.has(id)).map((row) => ({ run: row.id, rollouts: 0, bytes: 0, row })),
  ];
}
