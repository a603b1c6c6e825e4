import { setMaxListeners } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError, type DatabaseRef } from '#core/environment/index.ts';
import type { Job, JobRunner } from '#core/pipeline/job.ts';
import { WorkerError } from './errors.ts';
import { createPool, type PoolOptions } from './pool.ts';
import type { WorkerPort } from './port.ts';
import { serve } from './serve.ts';

// Node warns of eleven jobs that share one signal, as if listeners were never removed.
setMaxListeners(0);

const seedRef = (seed: string): DatabaseRef => ({ kind: 'seed', domain: 'retail', seed, size: 1 });
const fileRef: DatabaseRef = { kind: 'file', domain: 'retail', name: 'db.json', digest: 'd' };
const none = { general: 0, ambiguous: 0, changing: 0, infeasible: 0 };
const job = (batch: number, database: DatabaseRef = seedRef('s')) =>
  ({ type: 'generate', database, seed: 's', batch, wanted: none, knobs: {} }) satisfies Job;
const load: Job = { type: 'load', ref: fileRef, database: { rows: 1 } };

/** Answers a generate job with its own batch number, so that every answer can be told apart. */
const echo = (job: Job) => {
  if (job.type === 'load') return { type: 'load' };
  if (job.type !== 'generate') throw new TypeError(job.type);
  return { type: 'generate', tasks: [], rejected: { batch: job.batch } };
};
const resultOf = (batch: number) => ({ type: 'generate', tasks: [], rejected: { batch } });

/** A worker that runs `echo` when its scheduler lets it, or breaks as told. */
class FakeWorker implements WorkerPort {
  running = 0;
  terminated = false;
  readonly seen: Job[] = [];
  fail: (error: unknown) => void = () => undefined;
  answer: (message: unknown) => void = () => undefined;
  readonly #act: (worker: FakeWorker, message: { id: number; job: Job }) => void;

  constructor(act: (worker: FakeWorker, message: { id: number; job: Job }) => void) {
    this.#act = act;
  }

  post(message: unknown): void {
    const request = structuredClone(message) as { id: number; job: Job };
    this.running += 1;
    this.seen.push(request.job);
    this.#act(this, request);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.answer = (message) => {
      if (this.terminated) return;
      this.running -= 1;
      listener(structuredClone(message));
    };
  }
  onError(listener: (error: unknown) => void): void {
    this.fail = listener;
  }
  terminate(): void {
    this.terminated = true;
    this.running = 0;
  }
}

type Act = ConstructorParameters<typeof FakeWorker>[0];
const answers: Act = (worker, { id, job }) =>
  queueMicrotask(() => worker.answer({ id, ok: true, result: echo(job) }));

function poolOf(act: Act, options: Partial<PoolOptions> = {}) {
  const workers: FakeWorker[] = [];
  const pool = createPool({
    size: 2,
    spawn: () => {
      const worker = new FakeWorker(act);
      workers.push(worker);
      return worker;
    },
    ...options,
  });
  return { pool, workers };
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a pool', () => {
  it('starts workers only when there is work, up to its size, and serves jobs in order', async () => {
    const { pool, workers } = poolOf(answers);
    expect(workers).toHaveLength(0);
    const results = await Promise.all([0, 1, 2, 3, 4].map((batch) => pool.run(job(batch))));
    expect(results).toEqual([0, 1, 2, 3, 4].map(resultOf));
    expect(workers).toHaveLength(2);
    const served = workers.flatMap((worker) => worker.seen.map((seen) => 'batch' in seen && seen.batch));
    expect(served.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(pool.busy).toBe(0);
  });

  it('holds back what waits while paused', async () => {
    const { pool, workers } = poolOf(answers);
    pool.pause();
    const running = pool.run(job(7));
    await nextTurn();
    expect([pool.busy, pool.waiting, workers.length]).toEqual([0, 1, 0]);
    pool.resume();
    await expect(running).resolves.toEqual(resultOf(7));
  });

  it('cancels a waiting job at once and ends the worker of a running one', async () => {
    const { pool, workers } = poolOf(() => undefined, { size: 1 });
    const first = new AbortController();
    const second = new AbortController();
    const running = pool.run(job(0), first.signal);
    const waiting = pool.run(job(1), second.signal);
    second.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(workers[0]?.terminated).toBe(false);
    first.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect([workers[0]?.terminated, pool.busy, pool.waiting]).toEqual([true, 0, 0]);
    await expect(pool.run(job(2), first.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('rejects what is left when it is disposed of, and waits for its workers to be gone', async () => {
    let gone = 0;
    const pool = createPool({
      size: 1,
      spawn: () => ({
        post: () => undefined,
        onMessage: () => undefined,
        onError: () => undefined,
        terminate: () => nextTurn().then(() => (gone += 1)),
      }),
    });
    const jobs = Promise.allSettled([pool.run(job(0)), pool.run(job(1))]);
    await pool.dispose();
    expect(gone).toBe(1);
    for (const outcome of await jobs) expect(outcome).toMatchObject({ reason: { failure: 'disposed' } });
    await expect(pool.run(job(2))).rejects.toMatchObject({ failure: 'disposed' });
  });
});

describe('a job that fails', () => {
  const failing: JobRunner = {
    run: (job) => {
      if (job.type === 'generate' && job.batch === 0)
        throw new InputError('db.json', 'not loaded.', 'Load it again.');
      return Promise.reject(new RangeError('a bug'));
    },
  };
  /** The real worker side, over a fake thread. */
  const served: Act = (worker, message) =>
    serve({ post: (response) => worker.answer(response), onMessage: (listen) => listen(message) }, failing);

  it('keeps its name, its message and what the caller decides on', async () => {
    const { pool, workers } = poolOf(served);
    const input = await pool.run(job(0)).catch((error: unknown) => error);
    expect(input).toBeInstanceOf(InputError);
    expect(input).toMatchObject({ where: 'db.json', message: 'db.json: not loaded. Load it again.' });
    await expect(pool.run(job(1))).rejects.toMatchObject({ name: 'RangeError', message: 'a bug' });
    expect(workers).toHaveLength(1);
  });

  it('fails alone when it cannot be sent', async () => {
    const { pool } = poolOf(answers, { size: 1 });
    const bad: Job = { ...load, database: () => 1 };
    const [sent, next] = await Promise.allSettled([pool.run(bad), pool.run(job(1))]);
    expect(sent).toMatchObject({ status: 'rejected', reason: { name: 'DataCloneError' } });
    expect(next).toMatchObject({ status: 'fulfilled' });
  });
});

describe('a worker that dies', () => {
  afterEach(() => vi.useRealTimers());

  const dyingAt =
    (deaths: number[]): Act =>
    (worker, message) => {
      const { job } = message;
      const position = job.type === 'generate' ? deaths.indexOf(job.batch) : -1;
      if (position < 0) answers(worker, message);
      else {
        deaths.splice(position, 1);
        queueMicrotask(() => worker.fail(new Error('out of memory')));
      }
    };

  it('is replaced, and its job is tried once more before the ones behind it', async () => {
    const { pool, workers } = poolOf(dyingAt([0]), { size: 1 });
    const results = await Promise.all([pool.run(job(0)), pool.run(job(1))]);
    expect(results).toEqual([resultOf(0), resultOf(1)]);
    expect(workers.map((worker) => worker.terminated)).toEqual([true, false]);
    expect(workers[1]?.seen).toMatchObject([{ batch: 0 }, { batch: 1 }]);
  });

  it('fails its job when it dies a second time, and no other', async () => {
    const { pool } = poolOf(dyingAt([0, 0]), { size: 1 });
    const [first, second] = await Promise.allSettled([pool.run(job(0)), pool.run(job(1))]);
    expect(first).toMatchObject({ reason: { name: 'WorkerError', failure: 'died', isRetryable: true } });
    expect(second).toMatchObject({ status: 'fulfilled' });
  });

  it.each([
    ['workers crash', { spawn: undefined }],
    [
      'no worker can be made',
      {
        spawn: () => {
          throw new Error('blocked');
        },
      },
    ],
  ])(
    'does not start a storm: when %s, everything waiting is rejected, and a later call starts afresh',
    async (_, { spawn }) => {
      let healthy = false;
      const started: FakeWorker[] = [];
      const act: Act = (worker, message) =>
        healthy ? answers(worker, message) : queueMicrotask(() => worker.fail(new Error('crash')));
      const { pool } = poolOf(act, {
        maxDeaths: 4,
        spawn: () => {
          if (!healthy) spawn?.();
          const worker = new FakeWorker(act);
          started.push(worker);
          return worker;
        },
      });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, batch) => pool.run(job(batch))),
      );
      const failures = outcomes.map((outcome) =>
        outcome.status === 'rejected' && outcome.reason instanceof WorkerError ? outcome.reason.failure : '',
      );
      expect(failures).toContain('storm');
      expect(failures).not.toContain('');
      // Four deaths, and one more try for what ran beside the fourth.
      expect(started.length).toBeLessThanOrEqual(6);
      expect([pool.busy, pool.waiting]).toEqual([0, 0]);
      healthy = true;
      await expect(pool.run(job(9))).resolves.toEqual(resultOf(9));
    },
  );

  it('is given up when it does not answer in time', async () => {
    vi.useFakeTimers();
    let silent = 2;
    const act: Act = (worker, message) => {
      silent -= 1;
      if (silent < 0) answers(worker, message);
    };
    const { pool, workers } = poolOf(act, { size: 1, timeoutMs: 1000 });
    const outcome = Promise.allSettled([pool.run(job(0)), pool.run(job(1))]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await outcome).toMatchObject([
      { reason: { failure: 'timeout' } },
      { status: 'fulfilled', value: resultOf(1) },
    ]);
    expect(workers.map((worker) => worker.terminated)).toEqual([true, true, false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not believed when it sends something else', async () => {
    const wrong = [{ hello: 1 }, { id: 99, ok: true, result: { type: 'load' } }, { type: 'load' }];
    const act: Act = (worker, { id }) => {
      const next = wrong.shift();
      queueMicrotask(() =>
        worker.answer(next !== undefined && 'type' in next ? { id, ok: true, result: next } : next),
      );
    };
    const { pool } = poolOf(act, { size: 1 });
    for (const batch of [0, 1, 2])
      await expect(pool.run(job(batch))).rejects.toMatchObject({ failure: 'protocol' });
  });

  it('has its answers parsed field by field, unless it is trusted', async () => {
    const act: Act = (worker, { id }) =>
      queueMicrotask(() =>
        worker.answer({ id, ok: true, result: { type: 'generate', tasks: [{}], rejected: {} } }),
      );
    await expect(poolOf(act).pool.run(job(0))).rejects.toMatchObject({
      failure: 'protocol',
    });
    await expect(poolOf(act, { validation: 'envelope' }).pool.run(job(0))).resolves.toMatchObject({
      tasks: [{}],
    });
  });
});

describe('a database that a user brought', () => {
  it('reaches every worker that needs it, replacements too, and no other', async () => {
    const { pool, workers } = poolOf(answers);
    await pool.run(load);
    await pool.run(load);
    await Promise.all([0, 1, 2].map((batch) => pool.run(job(batch, fileRef))));
    expect(workers.map((worker) => worker.seen.filter(({ type }) => type === 'load'))).toEqual([
      [load],
      [load],
    ]);
    workers[0]?.fail(new Error('gone while idle'));
    await Promise.all([3, 4].map((batch) => pool.run(job(batch, batch === 3 ? fileRef : seedRef('t')))));
    expect(workers[2]?.seen.map(({ type }) => type).filter((type) => type === 'load').length).toBeLessThan(2);
    expect(workers.flatMap(({ seen }) => seen.filter(({ type }) => type === 'generate'))).toHaveLength(5);
  });

  it('is sent before the jobs behind it in the queue, and forgotten when it is refused', async () => {
    const act: Act = (worker, message) =>
      queueMicrotask(() =>
        worker.answer({
          id: message.id,
          ok: false,
          error: { name: 'InputError', message: 'db.json: broken', data: { where: 'db.json' } },
        }),
      );
    const { pool, workers } = poolOf(act);
    const outcomes = await Promise.allSettled([pool.run(load), pool.run(job(0, fileRef))]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: { name: 'InputError', where: 'db.json' } });
    await Promise.allSettled([pool.run(job(1, fileRef))]);
    expect(workers.flatMap(({ seen }) => seen.map(({ type }) => type)).sort()).toEqual([
      'generate',
      'load',
      'load',
    ]);
  });
});

describe('cancelling a batch', () => {
  test.prop([fc.scheduler(), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }), fc.boolean()])(
    'leaves no running worker and no half-result, at any interleaving, with workers dying meanwhile',
    async (scheduler, size, count, deaths) => {
      const act: Act = (worker, message) => {
        const dies = deaths && message.id % 3 === 1;
        scheduler.schedule(Promise.resolve(), dies ? `death ${message.id}` : `answer ${message.id}`).then(
          () =>
            dies
              ? worker.fail(new Error('dies'))
              : worker.answer({ id: message.id, ok: true, result: echo(message.job) }),
          () => undefined,
        );
      };
      const { pool, workers } = poolOf(act, { size, maxDeaths: 1000 });
      const controller = new AbortController();
      scheduler.schedule(Promise.resolve(), 'cancel').then(
        () => controller.abort(),
        () => undefined,
      );
      const settled = Promise.allSettled(
        Array.from({ length: count }, (_, batch) => pool.run(job(batch), controller.signal)),
      );
      await scheduler.waitIdle();
      const outcomes = await settled;
      expect([pool.busy, pool.waiting]).toEqual([0, 0]);
      expect(workers.filter((worker) => worker.running > 0 && !worker.terminated)).toEqual([]);
      outcomes.forEach((outcome, batch) => {
        if (outcome.status === 'fulfilled') expect(outcome.value).toEqual(resultOf(batch));
        else if (!(outcome.reason instanceof WorkerError && outcome.reason.failure === 'died'))
          expect(outcome.reason).toMatchObject({ name: 'AbortError' });
      });
      // The pool is as good as new.
      const again = Promise.allSettled([pool.run(job(0))]);
      await scheduler.waitIdle();
      await expect(again).resolves.toHaveLength(1);
      await pool.dispose();
      expect(workers.every((worker) => worker.terminated)).toBe(true);
    },
  );
});
