/** Task files of others as they are kept. */
import type { Json } from '#core/environment/index.ts';
import type { BenchmarkRow } from '../../store/rows.ts';
import type { BroughtTask } from './importPlan.ts';

/** Brought tasks, file by file. */
export function filesOf(given: readonly BroughtTask[]): BenchmarkRow['files'] {
  const files = new Map<string, Json[]>();
  for (const { file, value } of given) {
    const tasks = files.get(file) ?? [];
    // What was brought is JSON: it was read as such.
    tasks.push(value as Json);
    files.set(file, tasks);
  }
  return [...files].map(([name, tasks]) => ({ name, tasks }));
}

/** Tasks of kept files, as they were brought. */
export function tasksOf(files: BenchmarkRow['files']): readonly BroughtTask[] {
  return files.flatMap(({ name, tasks }) => tasks.map((value) => ({ file: name, value })));
}

/** What a benchmark is called: its files. */
export const titleOf = (files: BenchmarkRow['files']) => files.map(({ name }) => name).join(', ');
