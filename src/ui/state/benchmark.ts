/** Task files of others as they are kept. */
import type { Json } from '#core/environment/index.ts';
import type { BenchmarkRow } from '../../store/rows.ts';
import { grouped } from './grouped.ts';
import type { BroughtTask } from './importPlan.ts';

/** Brought tasks, file by file. */
export function filesOf(given: readonly BroughtTask[]): BenchmarkRow['files'] {
  return [...grouped(given, ({ file }) => file)].map(([name, tasks]) => ({
    name,
    // What was brought is JSON: it was read as such.
    tasks: tasks.map(({ value }) => value as Json),
  }));
}

/** Tasks of kept files, as they were brought. */
export function tasksOf(files: BenchmarkRow['files']): readonly BroughtTask[] {
  return files.flatMap(({ name, tasks }) => tasks.map((value) => ({ file: name, value })));
}

/** What a benchmark is called: its files. */
export const titleOf = (files: BenchmarkRow['files']) => files.map(({ name }) => name).join(', ');
