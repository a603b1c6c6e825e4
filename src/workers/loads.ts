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
  readonly #confirmed = new WeakSet<LoadJob>();

  /**
   * Remembers a load from the moment it is asked for, so that jobs behind it in the queue can rely on it. The same
   * database with another policy takes the place of the one before.
   */
  add(job: LoadJob): void {
    if (!isSame(this.#jobs.get(keyOf(job.ref)), job)) this.#jobs.set(keyOf(job.ref), job);
  }

  /** A worker has taken it. */
  confirm(job: LoadJob): void {
    this.#confirmed.add(this.#known(job));
  }

  /** True when some worker has taken it: the database is readable and is what its ref says. */
  isConfirmed(job: LoadJob): boolean {
    return this.#confirmed.has(this.#known(job));
  }

  /** Forgets a load that was refused or given up before any worker took it. */
  drop(job: LoadJob): void {
    if (!this.isConfirmed(job)) this.#jobs.delete(keyOf(job.ref));
  }

  /** The first database that a job needs and a worker lacks. */
  missing(job: Job, held: ReadonlySet<LoadJob>): LoadJob | undefined {
    for (const ref of refsOf(job)) {
      const load = this.#jobs.get(keyOf(ref));
      if (load !== undefined && !held.has(load)) return load;
    }
    return undefined;
  }

  /** Notes in `held` that a worker has a database now. */
  hold(job: LoadJob, held: Set<LoadJob>): void {
    held.add(this.#known(job));
  }

  /** The load that stands for this one: asking twice for the same gives the first. */
  #known(job: LoadJob): LoadJob {
    const known = this.#jobs.get(keyOf(job.ref));
    return known !== undefined && isSame(known, job) ? known : job;
  }
}

// A ref names the content of a database, so only the policy can differ.
function isSame(known: LoadJob | undefined, job: LoadJob): boolean {
  return known !== undefined && (known.policy ?? null) === (job.policy ?? null);
}

function refsOf(job: Job): DatabaseRef[] {
  switch (job.type) {
    case 'load':
    case 'read':
    case 'outline':
    case 'piece':
      return [];
    case 'explore':
    case 'generate':
    case 'import':
    case 'lift':
    case 'review':
    case 'rows':
      return onlyFiles([job.database]);
    case 'transform':
      return onlyFiles(job.trajectories.map(({ database }) => database));
    case 'rollout':
    case 'grade':
      return onlyFiles(job.items.map(({ task }) => task.database));
  }
}

// A seed needs no load: every worker makes its database itself.
const onlyFiles = (refs: readonly DatabaseRef[]) => refs.filter((ref) => ref.kind === 'file');
