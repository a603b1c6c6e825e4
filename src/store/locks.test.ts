import { describe, expect, test } from 'vitest';
import { memoryLocks } from '../testing/locks.ts';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { runsAtWork, withRunLock } from './locks.ts';
import { memoryRepository } from './memoryRepository.ts';
import { recoverInterrupted } from './recover.ts';

const { signal } = new AbortController();
const LATER = '2026-02-01T00:00:00.000Z';

describe('withRunLock', () => {
  test('tells a second tab at once, and runs nothing there', async () => {
    const locks = memoryLocks();
    const outcome = await withRunLock(locks, 'r', signal, async () => {
      expect(await runsAtWork(locks)).toEqual(new Set(['r']));
      return withRunLock(locks, 'r', signal, () => Promise.reject(new Error('it ran twice')));
    });
    expect(outcome).toMatchObject({ status: 'ran', guarded: true, value: { status: 'elsewhere' } });
    expect(await runsAtWork(locks)).toEqual(new Set());
  });

  test('lets two runs work side by side', async () => {
    const locks = memoryLocks();
    const outcome = await withRunLock(locks, 'a', signal, () =>
      withRunLock(locks, 'b', signal, () => Promise.resolve(1)),
    );
    expect(outcome).toMatchObject({ value: { status: 'ran', value: 1 } });
  });

  test('lets go when the work throws', async () => {
    const locks = memoryLocks();
    const failing = withRunLock(locks, 'r', signal, () => Promise.reject(new Error('no model')));
    await expect(failing).rejects.toThrow('no model');
    expect(await withRunLock(locks, 'r', signal, () => Promise.resolve(1))).toMatchObject({ value: 1 });
  });

  test('does not begin once aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'));
    const work = () => Promise.reject(new Error('it ran'));
    await expect(withRunLock(memoryLocks(), 'r', aborted, work)).rejects.toThrow('stopped');
    await expect(withRunLock(undefined, 'r', aborted, work)).rejects.toThrow('stopped');
  });

  test('runs without locks, and says what that means', async () => {
    const outcome = await withRunLock(undefined, 'r', signal, () => Promise.resolve(1));
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
    const marked = await withRunLock(locks, 'alive', signal, () =>
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
