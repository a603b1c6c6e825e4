import { setMaxListeners } from 'node:events';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  answers,
  echo,
  fileRef,
  job,
  load,
  nextTurn,
  poolOf,
  resultOf,
  seedRef,
  type Act,
} from '../testing/fakeWorker.ts';
import { WorkerError } from './errors.ts';
import { createPool } from './pool.ts';

// Node warns of eleven jobs that share one signal, as if listeners were never removed.
setMaxListeners(0);

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
