import { setMaxListeners } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Task } from '../certify/index.ts';
import type { DatabaseRef } from '../environment/index.ts';
import { conditions, type Condition } from '../transform/index.ts';
import type { Job, JobResults, JobRunner, Wanted } from './job.ts';
import { generateTasks, rolloutTasks } from './schedule.ts';

setMaxListeners(0);

const database: DatabaseRef = { kind: 'seed', domain: 'retail', seed: 's', size: 1 };

/** A task that wants record `goal`, told with the words `wording`. */
function taskOf(condition: Condition, goal: number, wording: string): Task {
  const mention = { attributes: { name: goal }, text: wording };
  return {
    id: `${condition}-${goal}-${wording}`,
    domain: 'retail',
    database,
    condition,
    conditions: [condition],
    kinds: ['one request'],
    knobs: {},
    program: {
      userId: 'u',
      identity: {},
      identityInOpening: true,
      identityText: '',
      requests: [
        {
          id: 'r1',
          intent: 'return',
          slots: {
            order: {
              value: goal,
              label: wording,
              mention,
              opening: mention,
              reveal: 'opening',
              knownBy: 'user',
            },
          },
        },
      ],
      changes: [],
      refusals: {},
      openingText: wording,
      voice: wording,
    },
    criteria: {
      basis: ['state'],
      reference: [],
      endStates: [],
      communicate: [],
      outcomes: [],
      forbidden: [],
    },
    hidden: [],
    infeasible: [],
    chance: 1,
    provenance: {
      source: 'generated',
      trajectory: 't',
      explorer: 'grounded',
      transforms: [],
      seed: 's',
      set: 't',
    },
    signature: `signature ${goal % 3}`,
    certificate: { version: 1, task: '', accepted: true, checks: [] },
  };
}

/** Two tasks per wanted condition and batch; every third goal comes back in other words. */
function generate(job: Extract<Job, { type: 'generate' }>): JobResults['generate'] {
  const tasks = conditions.flatMap((condition) =>
    job.wanted[condition] === 0
      ? []
      : [2 * job.batch, 2 * job.batch + 1].map((n) =>
          taskOf(condition, n - (n % 3 === 2 ? 1 : 0), `${n} ${job.seed}`),
        ),
  );
  return { type: 'generate', tasks, rejected: { E1: 1 } };
}

function rolloutOf({ task, agent, trial }: Extract<Job, { type: 'rollout' }>['items'][number], seed: string) {
  const identity = { id: agent, title: agent, kind: 'scripted' as const };
  return {
    rollout: {
      id: `${task.id}/${agent}/${trial}`,
      task: task.id,
      domain: 'retail',
      agent: identity,
      trial,
      seed,
      events: [],
      termination: 'user_stop' as const,
      statuses: {},
    },
    verdict: {
      class: 'pass' as const,
      reward: 1,
      components: [],
      expected: {},
      actual: {},
      lines: [],
      diagnoses: [],
      counts: {},
    },
  };
}

/** A runner that answers when `wait` lets it, and remembers what it was asked and what is still running. */
class FakeRunner implements JobRunner {
  running = 0;
  most = 0;
  readonly jobs: Job[] = [];
  readonly #wait: (job: Job) => Promise<void>;
  constructor(wait: (job: Job) => Promise<void> = () => Promise.resolve()) {
    this.#wait = wait;
  }
  async run<J extends Job>(job: J, signal?: AbortSignal): Promise<JobResults[J['type']]> {
    this.running += 1;
    this.jobs.push(job);
    this.most = Math.max(this.most, this.running);
    try {
      await this.#wait(job);
      signal?.throwIfAborted();
      return answer(job) as JobResults[J['type']];
    } finally {
      this.running -= 1;
    }
  }
}

function answer(job: Job): JobResults[Job['type']] {
  if (job.type === 'generate') return generate(job);
  if (job.type !== 'rollout') throw new TypeError(job.type);
  return { type: 'rollout', rollouts: job.items.map((item) => rolloutOf(item, job.seed)) };
}

const wanted: Wanted = { general: 41, ambiguous: 7, changing: 0, infeasible: 23 };
const input = { database, seed: 'x', wanted, knobs: {}, parallel: 1 };

describe('generating tasks', () => {
  it('takes what each condition wants, drops tasks with the same goal, and counts what it dropped', async () => {
    const found: Wanted[] = [];
    const result = await generateTasks(new FakeRunner(), input, undefined, (progress) => {
      found.push(progress.found);
      expect(progress.batches).toBe(found.length);
    });
    const count = (condition: Condition) =>
      result.tasks.filter((task) => task.condition === condition).length;
    expect(conditions.map(count)).toEqual([41, 7, 0, 23]);
    expect(result.duplicates).toBeGreaterThan(10);
    expect(result.signatures).toBe(2);
    const goals = result.tasks.map((task) => [
      task.condition,
      task.program.requests[0]?.slots['order']?.value,
    ]);
    expect(new Set(goals.map((goal) => JSON.stringify(goal))).size).toBe(71);
    expect(found.at(-1)).toEqual(wanted);
    expect(result.rejected).toEqual({ E1: found.length });
  });

  it('looks no longer for what it has', async () => {
    const runner = new FakeRunner();
    await generateTasks(runner, { ...input, parallel: 4 });
    const looked = runner.jobs.map((job) => (job.type === 'generate' ? job.wanted : undefined));
    expect(looked[0]).toEqual(wanted);
    expect(looked.at(-1)).toEqual({ general: 41, ambiguous: 0, changing: 0, infeasible: 0 });
  });

  it('asks for nothing when nothing is wanted', async () => {
    const runner = new FakeRunner();
    const none = { general: 0, ambiguous: 0, changing: 0, infeasible: 0 };
    expect(await generateTasks(runner, { ...input, wanted: none })).toMatchObject({ tasks: [] });
    expect(runner.jobs).toEqual([]);
  });

  it('gives up with the counts when the database has no more', async () => {
    const few: JobRunner = {
      run: <J extends Job>(job: J) =>
        Promise.resolve(
          (job.type === 'generate' && job.batch < 3
            ? generate(job)
            : { type: 'generate', tasks: [], rejected: {} }) as JobResults[J['type']],
        ),
    };
    await expect(generateTasks(few, { ...input, parallel: 3, patience: 10 })).rejects.toThrow(
      'count: the database gives no more tasks: 10 batches in a row added none (general 4 of 41, ambiguous 4 of 7, infeasible 4 of 23). Ask for fewer',
    );
  });

  it('fails as the job failed, and leaves nothing running', async () => {
    const runner = new FakeRunner((job) =>
      job.type === 'generate' && job.batch === 2 ? Promise.reject(new RangeError('bug')) : Promise.resolve(),
    );
    await expect(generateTasks(runner, { ...input, parallel: 5 })).rejects.toThrow('bug');
    expect(runner.running).toBe(0);
  });

  const reference = generateTasks(new FakeRunner(), input);

  test.prop([fc.scheduler(), fc.integer({ min: 1, max: 40 })])(
    'gives the same tasks in the same order whatever finishes first, with any number of workers',
    async (scheduler, parallel) => {
      const runner = new FakeRunner((job) => scheduler.schedule(Promise.resolve(), job.type));
      const result = await scheduler.waitFor(generateTasks(runner, { ...input, parallel }));
      expect(result).toEqual(await reference);
      expect(runner.most).toBeLessThanOrEqual(parallel);
      expect(runner.running).toBe(0);
    },
  );

  test.prop([fc.scheduler(), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 12 })])(
    'stops wherever it is cancelled',
    async (scheduler, parallel, batches) => {
      const controller = new AbortController();
      const runner = new FakeRunner((job) => {
        if (job.type === 'generate' && job.batch === batches) controller.abort();
        return scheduler.schedule(Promise.resolve());
      });
      const result = generateTasks(runner, { ...input, parallel }, controller.signal).catch(
        (error: unknown) => error,
      );
      expect(await scheduler.waitFor(result)).toMatchObject({ name: 'AbortError' });
      expect(runner.running).toBe(0);
    },
  );
});

describe('rolling out many tasks', () => {
  const tasks = [1, 2, 3, 4, 5].map((goal) => taskOf('general', goal, 'words'));
  const rollouts = { tasks, agents: ['a', 'b'], trials: 3, seed: 'x', parallel: 1, chunk: 1 };

  test.prop([fc.scheduler(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 })])(
    'hands over every rollout once, in the order of tasks, agents and trials',
    async (scheduler, parallel, chunk) => {
      const runner = new FakeRunner(() => scheduler.schedule(Promise.resolve()));
      const ids: string[] = [];
      const outcomes = await scheduler.waitFor(
        rolloutTasks(runner, { ...rollouts, parallel, chunk }, undefined, async (judged, done, total) => {
          ids.push(...judged.map(({ rollout }) => rollout.id));
          await Promise.resolve();
          expect([done, total]).toEqual([ids.length, 30]);
        }),
      );
      expect(ids).toEqual(
        tasks.flatMap(({ id }) =>
          ['a', 'b'].flatMap((agent) => [0, 1, 2].map((trial) => `${id}/${agent}/${trial}`)),
        ),
      );
      expect(outcomes.map(({ task, agent }) => `${task}/${agent}`)).toEqual(
        ids.map((id) => id.slice(0, id.lastIndexOf('/'))),
      );
      expect(runner.most).toBeLessThanOrEqual(parallel);
    },
  );

  it('stops when its caller cannot take what it hands over', async () => {
    const runner = new FakeRunner();
    const full = () => Promise.reject(new Error('disk full'));
    await expect(rolloutTasks(runner, { ...rollouts, parallel: 3 }, undefined, full)).rejects.toThrow(
      'disk full',
    );
    expect(runner.running).toBe(0);
    expect(runner.jobs.length).toBeLessThan(8);
  });
});
