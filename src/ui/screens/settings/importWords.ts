import type { BundlePreview } from '../../../store/bundleImport.ts';
import { count } from '../../components/format.ts';

type Counts = BundlePreview['counts'];

/** The tables of a workspace as people call them, in the order in which they are made. */
const words: readonly (readonly [keyof Counts, label: string, one: string])[] = [
  ['databases', 'Databases from files', 'database'],
  ['benchmarks', 'Benchmarks from files', 'benchmark'],
  ['trajectories', 'Trajectories', 'trajectory'],
  ['tasks', 'Tasks', 'task'],
  ['runs', 'Runs', 'run'],
  ['rollouts', 'Rollouts', 'rollout'],
  ['settings', 'Saved choices', 'saved choice'],
];

/** One line of the preview's table. */
export interface CountLine {
  readonly label: string;
  readonly file: number;
  readonly here: number;
  readonly onlyHere: number;
}

export function countLines({ counts, conflict }: BundlePreview): readonly CountLine[] {
  return words.map(([table, label]) => ({
    label,
    file: counts[table],
    here: conflict?.counts[table] ?? 0,
    onlyHere: conflict?.onlyHere[table] ?? 0,
  }));
}

/** What replacing would delete for good, in words. */
export function lossSentence({ conflict }: BundlePreview): string {
  if (conflict === null) return 'Nothing is here yet.';
  const lost = words.flatMap(([table, , one]) => {
    const n = conflict.onlyHere[table];
    return n === 0 ? [] : [count(n, one, one === 'trajectory' ? 'trajectories' : `${one}s`)];
  });
  return lost.length === 0
    ? 'The file holds all of its rows, as they were when it was exported.'
    : `Not in the file, hence gone for good: ${lost.join(', ')}.`;
}
