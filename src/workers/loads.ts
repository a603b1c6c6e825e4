import { canonicalJson } from '#core/environment/canonical.ts';
import type { DatabaseRef } from '#core/environment/database.ts';
import type { Job } from '#core/pipeline/job.ts';

/** A job that gives a worker a database. */
export type LoadJob = Extract<Job, { type: 'load' }>;

const keyOf = (ref: DatabaseRef) => canonicalJson(ref);

/**
 * The databases that users brought. Every worker needs a copy, also one that is started later, so a worker is sent
 * what it lacks right before the first job that names it.
 */
export class Loads {
  readonly #jobs = new Map<string, LoadJob>();
  readonly #confirmed = new Set<string>();

  /** Remembers a load from the moment it is asked for, so that jobs behind it in the queue can rely on it. */
  add(job: LoadJob): void {
    const key = keyOf(job.ref);
    if (!this.#jobs.has(key)) this.#jobs.set(key, job);
  }

  /** A worker has taken it. */
  confirm(job: LoadJob): void {
    this.#confirmed.add(keyOf(job.ref));
  }

  /** True when some worker has taken it: the database is readable and is what its ref says. */
  isConfirmed(job: LoadJob): boolean {
    return this.#confirmed.has(keyOf(job.ref));
  }

  /** Forgets a load that was refused or given up before any worker took it. */
  drop(job: LoadJob): void {
    if (!this.isConfirmed(job)) this.#jobs.delete(keyOf(job.ref));
  }

  /** The first database that a job needs and a worker lacks. */
  missing(job: Job, held: ReadonlySet<string>): LoadJob | undefined {
    for (const ref of refsOf(job)) {
      const key = keyOf(ref);
      const load = this.#jobs.get(key);
      if (load !== undefined && !held.has(key)) return load;
    }
    return undefined;
  }

  /** Notes in `held` that a worker has a database now. */
  hold(job: LoadJob, held: Set<string>): void {
    held.add(keyOf(job.ref));
  }
}

function refsOf(job: Job): DatabaseRef[] {
  switch (job.type) {
    case 'load':
      return [];
    case 'explore':
    case 'generate':
    case 'import':
      return onlyFiles([job.database]);
    case 'transform':
      return onlyFiles(job.trajectories.map(({ database }) => database));
    case 'rollout':
      return onlyFiles(job.items.map(({ task }) => task.database));
  }
}

// A seed needs no load: every worker makes its database itself.
const onlyFiles = (refs: readonly DatabaseRef[]) => refs.filter((ref) => ref.kind === 'file');
