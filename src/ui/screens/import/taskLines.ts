import type { Task } from '#core/certify/index.ts';
import type { RefusedTask } from '#core/interchange/index.ts';
import type { LineOf } from './lineOf.ts';

/** How a brought task stands: `failed` its certificate, or was `refused` because it cannot be run or judged here. */
export type TaskStanding = 'certified' | 'failed' | 'refused';

/** A brought task on one line. */
export interface TaskLine extends LineOf<TaskStanding> {
  /** What the user is told to want. */
  readonly opening: string;
  /** Reference actions. */
  readonly calls: number;
  /** Why it is not certified, or what to know about it; empty when there is nothing to say. */
  readonly reason: string;
}

/** Tasks and refusals as lines, in the order of the file. */
export function taskLines(
  tasks: readonly Task[],
  refused: readonly RefusedTask[],
  href: (task: Task) => string | null,
): readonly TaskLine[] {
  // Ids of two files may be the same and mean other tasks.
  const several = new Set(tasks.map(fileOf)).size > 1;
  return [
    ...refused.map(({ task, reason }, at): TaskLine => ({
      ...{ key: `refused/${at}`, id: task, standing: 'refused', opening: '', calls: 0, reason, href: null },
    })),
    ...tasks.map((task): TaskLine => ({
      key: task.id,
      id: sourceIdOf(task),
      standing: task.certificate.accepted ? 'certified' : 'failed',
      opening: task.program.openingText,
      calls: task.criteria.reference.length,
      reason: [...(several ? [`in ${fileOf(task)}`] : []), reasonOf(task)].filter(Boolean).join(', '),
      href: href(task),
    })),
  ].toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** The file that a task came in. */
export function fileOf({ provenance }: Pick<Task, 'provenance'>): string {
  return provenance.trajectory.split('#', 1)[0] ?? '';
}

/** The id that a task has in the file it came in. */
export function sourceIdOf({ provenance }: Pick<Task, 'provenance'>): string {
  return provenance.trajectory.split('#').slice(1).join('#');
}

function reasonOf({ certificate, criteria }: Task): string {
  const of = (status: string) => certificate.checks.filter((check) => check.status === status);
  const failed = of('failed').map(({ id, evidence }) => `${id}: ${evidence}`);
  if (failed.length > 0) return failed.join(' ');
  const unjudged = criteria.unjudged?.length ?? 0;
  return [
    ...(of('warned').some(({ id }) => id === 'G1') ? ['one of its lookups fails'] : []),
    ...(unjudged === 0
      ? []
      : [`${unjudged} of its criteria ${unjudged === 1 ? 'is' : 'are'} prose and not judged`]),
  ].join(', ');
}
