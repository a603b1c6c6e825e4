import { canonicalJson, type DatabaseRef, type Domain } from '#core/environment/index.ts';
import type { Source, Trajectory } from '#core/explore/index.ts';

/** The trajectories that were made on a database. */
export function onDatabase(
  trajectories: readonly Trajectory[],
  ref: DatabaseRef | undefined,
): readonly Trajectory[] {
  if (ref === undefined) return [];
  const wanted = canonicalJson({ ...ref });
  return trajectories.filter((trajectory) => canonicalJson({ ...trajectory.database }) === wanted);
}

/** The first batch that no trajectory of this explorer and seed comes from: their seeds are "<seed>/<batch>/<n>". */
export function firstBatch(trajectories: readonly Trajectory[], explorer: string, seed: string): number {
  const batches = trajectories.flatMap((trajectory) => {
    if (trajectory.explorer !== explorer || !trajectory.seed.startsWith(`${seed}/`)) return [];
    const batch = Number(trajectory.seed.slice(seed.length + 1).split('/')[0]);
    return Number.isInteger(batch) ? [batch] : [];
  });
  return Math.max(-1, ...batches) + 1;
}

/** What a trajectory is about: its requests, or the calls it tries. */
export function titleOf(trajectory: Trajectory, domain: Domain): string {
  const requests = trajectory.requests.map(({ intent }) => domain.intent(intent)?.title ?? intent);
  if (requests.length > 0) return requests.join(', ');
  return trajectory.steps.at(-1)?.call.name ?? 'No call';
}

/** Where a value of a call comes from, in words. */
export function sourceWords(source: Source | null): string {
  if (source === null) return 'nothing explains it';
  switch (source.type) {
    case 'identity':
      return `the user proves who they are: ${source.fact}`;
    case 'user':
      return `the user says it: ${source.slot}`;
    case 'result':
      return `read in call ${source.step + 1}: ${source.path}`;
    case 'tool':
      return "a choice in the tool's own description";
    case 'computed':
      return 'follows from the other values by arithmetic';
    case 'database':
      return 'known to the explorer, not read';
  }
}
