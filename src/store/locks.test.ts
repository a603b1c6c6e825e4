import { describe, expect, test } from 'vitest';
import { memoryLocks } from '../testing/locks.ts';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { onceRunIsFree, runsAtWork, withRunLock } from './locks.ts';
import { QuotaError } from './errors.ts';
import { memoryRepository } from './memoryRepository.ts';
import { followRuns, recoverInterrupted } from './recover.ts';
import type { RunRow } from './rows.ts';

const { signal } = new AbortController();
const R = { workspace: 'w', id: 'r' };
const LATER = '2026-02-01T00:00:00.000Z';

describe('withRunLock', () => {
  test('tells a second tab at once, and runs nothing there', async () => {
    const locks = memoryLocks();
    const outcome = await withRunLock(locks, R, signal, async () => {
      expect(await runsAtWork(locks)).toEqual([R]);
      return withRunLock(locks, R, signal, () => Promise.reject(new Error('it ran twice')));
    });
    expect(outcome).toMatchObject({ status: 'ran', guarded: true, value: { status: 'elsewhere' } });
    expect(await runsAtWork(locks)).toEqual([]);
  });

  test('lets two runs work side by side, also those of one id in two workspaces', async () => {
    const locks = memoryLocks();
    const copy = { workspace: 'a/copy', id: 'r' };
    const outcome = await withRunLock(locks, R, signal, () =>
      withRunLock(locks, copy, signal, async () => {
        expect(await runsAtWork(locks)).toEqual([R, copy]);
        return 1;
      }),
    );
    expect(outcome).toMatchObject({ value: { status: 'ran', value: 1 } });
  });

  test('lets go when the work throws', async () => {
    const locks = memoryLocks();
    const failing = withRunLock(locks, R, signal, () => Promise.reject(new Error('no model')));
    await expect(failing).rejects.toThrow('no model');
    expect(await withRunLock(locks, R, signal, () => Promise.resolve(1))).toMatchObject({ value: 1 });
  });

  test('lets others wait for their turn, until they no longer want it', async () => {
    const locks = memoryLocks();
    const order: string[] = [];
    const impatient = new AbortController();
    const waiting: Promise<unknown>[] = [];
    await withRunLock(locks, R, signal, () => {
      const note = (text: string) => () => Promise.resolve(order.push(text));
      waiting.push(onceRunIsFree(locks, R, signal, note('waited')));
      waiting.push(onceRunIsFree(locks, R, impatient.signal, note('gave up')).catch(() => undefined));
      impatient.abort();
      order.push('worked');
      return Promise.resolve();
    });
    await Promise.all(waiting);
    expect(order).toEqual(['worked', 'waited']);
  });

  test('does not begin once aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'));
    const work = () => Promise.reject(new Error('it ran'));
    await expect(withRunLock(memoryLocks(), R, aborted, work)).rejects.toThrow('stopped');
    await expect(withRunLock(undefined, R, aborted, work)).rejects.toThrow('stopped');
  });

  test('runs without locks, and says what that means', async () => {
    const outcome = await withRunLock(undefined, R, signal, () => Promise.resolve(1));
    expect(outcome).toMatchObject({ status: 'ran', value: 1, guarded: false });
    expect(outcome).toHaveProperty('reason', expect.stringContaining('https'));
    expect(await runsAtWork(undefined)).toBeNull();
  });
});

describe('recoverInterrupted', () => {
  async function workspaceWithRuns() {
    const repository = memoryRepository();
    await repository.putWorkspace(workspaceNamed('w'));
    await repository.putWorkspace(workspaceNamed('demo', { demo: true }));
    await repository.put('runs', [
      runNamed('w', 'dead', { state: 'running', total: 9, done: 1 }),
      runNamed('w', 'alive', { state: 'running' }),
      runNamed('w', 'paused', { state: 'paused' }),
      runNamed('demo', 'shown', { state: 'running' }),
    ]);
    await repository.put('rollouts', rolloutsOf('w', 'dead', 3));
    return repository;
  }

  test('marks what nobody works on, and counts its rollouts again', async () => {
    const repository = await workspaceWithRuns();
    const locks = memoryLocks();
    const marked = await withRunLock(locks, { workspace: 'w', id: 'alive' }, signal, () =>
      recoverInterrupted(repository, locks, LATER),
    );
    expect(marked).toMatchObject({ value: { rows: [{ id: 'shown' }, { id: 'dead' }], problems: [] } });
    expect(await repository.get('runs', 'w', 'dead')).toMatchObject({
      state: 'interrupted',
      done: 3,
      total: 9,
      updatedAt: LATER,
      note: expect.stringContaining('closed') as string,
    });
    expect(await repository.get('runs', 'w', 'alive')).toMatchObject({ state: 'running', updatedAt: NOW });
    expect(await repository.get('runs', 'w', 'paused')).toMatchObject({ state: 'paused' });
    expect((await recoverInterrupted(repository, locks, LATER)).rows).toMatchObject([{ id: 'alive' }]);
  });

  test('leaves alone a run that ends while it looks', async () => {
    const repository = await workspaceWithRuns();
    const ending = memoryLocks(() => repository.put('runs', [runNamed('w', 'dead', { state: 'finished' })]));
    const { rows } = await recoverInterrupted(repository, ending, LATER);
    expect(rows.map((run) => run.id)).not.toContain('dead');
    expect((await repository.get('runs', 'w', 'dead'))?.state).toBe('finished');
  });

  test('takes every running one for dead where there are no locks', async () => {
    const repository = await workspaceWithRuns();
    expect((await recoverInterrupted(repository, undefined, LATER)).rows).toHaveLength(3);
  });
});

describe('followRuns', () => {
  async function followed(locks = memoryLocks()) {
    const repository = memoryRepository();
    await repository.putWorkspace(workspaceNamed('w'));
    const told: (readonly RunRow[])[] = [];
    const problems: unknown[] = [];
    const stop = followRuns(repository, {
      locks,
      now: () => LATER,
      onrunning: (runs) => told.push(runs),
      onproblem: (error) => problems.push(error),
    });
    return { repository, told, problems, stop, newest: () => told.at(-1)?.map(({ id }) => id) };
  }
  const running = runNamed('w', 'r', { state: 'running', total: 9 });

  test('marks a run as soon as the tab that worked on it is gone', async () => {
    const locks = memoryLocks();
    const { repository, newest, stop } = await followed(locks);
    let close: () => void = () => undefined;
    const tab = withRunLock(locks, R, signal, () => new Promise<void>((resolve) => (close = resolve)));
    await repository.put('runs', [running]);
    await expect.poll(newest).toEqual(['r']);
    await repository.put('rollouts', rolloutsOf('w', 'r', 3));
    expect((await repository.get('runs', 'w', 'r'))?.state).toBe('running');
    close();
    await tab;
    await expect.poll(newest).toEqual([]);
    expect(await repository.get('runs', 'w', 'r')).toMatchObject({ state: 'interrupted', done: 3 });
    stop();
  });

  test('leaves a run that ended as it ended, and stops when told', async () => {
    const locks = memoryLocks();
    const { repository, told, newest, stop } = await followed(locks);
    await withRunLock(locks, R, signal, async () => {
      await repository.put('runs', [running]);
      await expect.poll(newest).toEqual(['r']);
      await repository.put('runs', [{ ...running, state: 'paused' }]);
    });
    await expect.poll(newest).toEqual([]);
    expect((await repository.get('runs', 'w', 'r'))?.state).toBe('paused');
    stop();
    const before = told.length;
    await repository.put('runs', [running]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(told).toHaveLength(before);
  });

  test('tries again when a run could not be marked', async () => {
    const { repository, problems, newest, stop } = await followed();
    const put = repository.put.bind(repository);
    let full = true;
    const limited = (...given: Parameters<typeof put>) => {
      const [row] = given[1];
      const marks = row !== undefined && 'state' in row && row.state === 'interrupted';
      return full && marks ? Promise.reject(new QuotaError()) : put(...given);
    };
    Object.assign(repository, { put: limited });
    await repository.put('runs', [running]);
    await expect.poll(() => problems).toMatchObject([{ name: 'QuotaError' }]);
    expect((await repository.get('runs', 'w', 'r'))?.state).toBe('running');
    full = false;
    await repository.deleteRun('w', 'another');
    await expect.poll(newest).toEqual([]);
    expect((await repository.get('runs', 'w', 'r'))?.state).toBe('interrupted');
    stop();
  });
});
