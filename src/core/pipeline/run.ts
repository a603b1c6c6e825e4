import type { Rejection, Task } from '../certify/index.ts';
import { InputError } from '../environment/index.ts';
import type { Domain, JsonObject, State } from '../environment/index.ts';
import { judge } from '../evaluate/index.ts';
import {
  addCoverage,
  coverageOf,
  emptyCoverage,
  explorers,
  trajectoryOfCalls,
  type Trajectory,
} from '../explore/index.ts';
import { gradeRecorded, reviewTau2Tasks, type GradedRollout, type Review } from '../review/index.ts';
import { collectRollout, findBaseline, type Agent, type UserSeat } from '../rollout/index.ts';
import type { Condition } from '../transform/index.ts';
import { blobSource, importTau2Tasks, outlineFile, readFile, readPiece } from '../interchange/index.ts';
import { Databases } from './databases.ts';
import { honestVerdict } from './honest.ts';
import {
  jobSchema,
  type Job,
  type JobResults,
  type JobRunner,
  type JudgedRollout,
  type Wanted,
} from './job.ts';
import { matchedSet } from './sets.ts';

/** Trajectories per `generate` job: enough to guide coverage, few enough to keep progress smooth. */
const BATCH = 6;

/**
 * Who serves and who is served in one rollout, where that is not scripted: an agent that is absent is the scripted
 * baseline of that name, and a user that is absent speaks for itself.
 */
export type Seats = (cell: Cell) => {
  readonly agent?: Agent | undefined;
  readonly user?: UserSeat | undefined;
};

/** Which rollout of a run. */
export interface Cell {
  readonly task: string;
  readonly agent: string;
  readonly trial: number;
}

/**
 * Runs jobs in this thread. Keeps the databases it has built or was given, the least recently used going first.
 * Every job is pure, so any worker gives the same result; with `seats` of models it is as pure as they are.
 */
export function createRunner(domains: readonly Domain[], seats?: Seats): JobRunner {
  const databases = new Databases(domains);

  const handlers: {
    [K in Job['type']]: (
      job: Extract<Job, { type: K }>,
      signal: AbortSignal | undefined,
      onprogress: ((done: number) => void) | undefined,
    ) => Promise<JobResults[K]>;
  } = {
    load: async (job) => {
      await databases.load(job);
      return { type: 'load' };
    },
    read: async ({ kind, path, bytes, user }) => ({
      type: 'read',
      found: await readFile(kind, { path, bytes, ...(user === undefined ? {} : { user }) }, domains),
    }),
    outline: async ({ kind, path, file }, signal, onprogress) => ({
      type: 'outline',
      outline: await outlineFile(kind, path, blobSource(file), { signal, onbytes: onprogress }),
    }),
    piece: ({ kind, path, piece, bytes }) =>
      Promise.resolve({ type: 'piece', found: readPiece(kind, path, { piece, bytes }, domains) }),
    rows: ({ database, table, from, count }) => {
      const { state } = databases.open(database);
      const ids = state.ids(table);
      const rows: Record<string, JsonObject> = {};
      for (const id of ids.slice(from, from + count)) rows[id] = state.get(table, id) ?? {};
      return Promise.resolve({ type: 'rows', rows, total: ids.length });
    },
    explore: (job) => {
      const { domain, state } = databases.open(job.database);
      return Promise.resolve({ type: 'explore', ...exploreBatch(domain, state, job) });
    },
    transform: async (job, signal) => {
      const tasks: Task[] = [];
      const rejections: Rejection[] = [];
      const wanted = countFor(job.conditions, job.perCondition);
      for (const trajectory of job.trajectories) {
        signal?.throwIfAborted();
        const set = await matchedSet({
          ...databases.open(trajectory.database),
          trajectory,
          seed: job.seed,
          wanted,
          knobs: job.knobs,
          explain: true,
        });
        tasks.push(...set.tasks);
        rejections.push(...set.rejections);
      }
      return { type: 'transform', tasks, rejections };
    },
    generate: async (job, signal) => {
      const { domain, state } = databases.open(job.database);
      const { trajectories } = exploreBatch(domain, state, {
        explorer: 'grounded',
        seed: job.seed,
        batch: job.batch,
        count: BATCH,
        knobs: job.knobs,
        database: job.database,
      });
      const tasks: Task[] = [];
      const rejected: Record<string, number> = {};
      for (const [i, trajectory] of trajectories.entries()) {
        signal?.throwIfAborted();
        const set = await matchedSet({
          domain,
          state,
          trajectory,
          seed: job.seed,
          wanted: shares(job.wanted, job.batch * BATCH + i),
          knobs: job.knobs,
          explain: false,
        });
        tasks.push(...set.tasks);
        for (const { check } of set.rejections) rejected[check] = (rejected[check] ?? 0) + 1;
      }
      return { type: 'generate', tasks, rejected };
    },
    rollout: async (job, signal) => {
      const rollouts: JudgedRollout[] = [];
      for (const { task, agent: id, trial } of job.items) {
        signal?.throwIfAborted();
        const { domain, state } = databases.open(task.database);
        const seated = seats?.({ task: task.id, agent: id, trial });
        const agent = seated?.agent ?? findBaseline(id);
        if (agent === undefined) throw new InputError(`agent '${id}'`, 'there is no such agent.');
        const rollout = await collectRollout({
          domain,
          state,
          task,
          agent,
          trial,
          seed: job.seed,
          ...(seated?.user === undefined ? {} : { user: seated.user }),
          ...(signal === undefined ? {} : { signal }),
        });
        // A rollout that was cut short is not a result.
        signal?.throwIfAborted();
        rollouts.push({ rollout, verdict: honestVerdict(task, judge(domain, state, task, rollout)) });
      }
      return { type: 'rollout', rollouts };
    },
    import: async ({ database, name, tasks, first }, signal) => {
      const environment = databases.open(database);
      const imported = await importTau2Tasks({ ...environment, database, name, tasks, first }, signal);
      return { type: 'import', ...imported };
    },
    review: async ({ database, name, tasks, first }, signal) => {
      const reviews: Review[] = [];
      const input = { ...databases.open(database), database, name, tasks, first };
      for await (const review of reviewTau2Tasks(input, signal)) reviews.push(review);
      return { type: 'review', reviews };
    },
    lift: ({ database, origin, chats }, signal) => {
      const { domain, state } = databases.open(database);
      const trajectories = chats.map(({ seed, calls }) => {
        signal?.throwIfAborted();
        return trajectoryOfCalls({ domain, state, database, calls, origin, seed });
      });
      return Promise.resolve({ type: 'lift', trajectories });
    },
    grade: ({ agent, items }, signal) => {
      const rollouts: GradedRollout[] = [];
      for (const { task, source, run } of items) {
        signal?.throwIfAborted();
        const graded = gradeRecorded({ ...databases.open(task.database), task, source, run, agent });
        rollouts.push({ ...graded, verdict: honestVerdict(task, graded.verdict) });
      }
      return Promise.resolve({ type: 'grade', rollouts });
    },
  };

  return {
    async run<J extends Job>(
      job: J,
      signal?: AbortSignal,
      onprogress?: (done: number) => void,
    ): Promise<JobResults[J['type']]> {
      signal?.throwIfAborted();
      const parsed = jobSchema.parse(job);
      // TypeScript cannot follow that a job's type picks both the handler and the result.
      const handle = handlers[parsed.type] as (
        job: Job,
        signal: AbortSignal | undefined,
        onprogress: ((done: number) => void) | undefined,
      ) => Promise<JobResults[J['type']]>;
      return handle(parsed, signal, onprogress);
    },
  };
}

function exploreBatch(
  domain: Domain,
  state: State,
  job: Pick<
    Extract<Job, { type: 'explore' }>,
    'explorer' | 'seed' | 'batch' | 'count' | 'knobs' | 'database'
  >,
) {
  const explorer = explorers.find((other) => other.id === job.explorer);
  if (explorer === undefined)
    throw new InputError(
      `explorer '${job.explorer}'`,
      `expected one of ${explorers.map(({ id }) => id).join(', ')}.`,
    );
  const trajectories: Trajectory[] = [
    ...explorer.explore({
      domain,
      state,
      database: job.database,
      seed: `${job.seed}/${job.batch}`,
      count: job.count,
      requests: job.knobs.requests,
    }),
  ];
  const coverage = trajectories.reduce(
    (sum, trajectory) => addCoverage(sum, coverageOf(domain, trajectory)),
    emptyCoverage(domain),
  );
  return { trajectories, coverage };
}

function countFor(conditions: readonly Condition[], count: number): Record<Condition, number> {
  const of = (condition: Condition) => (conditions.includes(condition) ? count : 0);
  return {
    general: of('general'),
    ambiguous: of('ambiguous'),
    changing: of('changing'),
    infeasible: of('infeasible'),
  };
}

/**
 * Tasks wanted of the n-th trajectory, in proportion to what is wanted in all: two of the most wanted condition,
 * and of the others so many that the running sums keep the proportion.
 */
function shares(wanted: Wanted, n: number): Wanted {
  const most = Math.max(wanted.general, wanted.ambiguous, wanted.changing, wanted.infeasible, 1);
  const upTo = (count: number, trajectories: number) => Math.ceil((2 * count * trajectories) / most);
  const share = (count: number) => upTo(count, n + 1) - upTo(count, n);
  return {
    general: share(wanted.general),
    ambiguous: share(wanted.ambiguous),
    changing: share(wanted.changing),
    infeasible: share(wanted.infeasible),
  };
}
