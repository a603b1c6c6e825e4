import { afterEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '#core/environment/index.ts';
import type { Job, JobRunner } from '#core/pipeline/job.ts';
import { answers, FakeWorker, job, load, poolOf, resultOf, type Act } from '../testing/fakeWorker.ts';
import { WorkerError } from './errors.ts';
import { serve } from './serve.ts';

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
