import { expect, test } from 'vitest';
import { memoryRepository } from '../../store/memoryRepository.ts';
import { memoryLocks } from '../../testing/locks.ts';
import { runNamed, workspaceNamed } from '../../testing/storedRows.ts';
import { OtherTabs } from './otherTabs.svelte.ts';
import { RunLocks } from './runLocks.svelte.ts';

const { signal } = new AbortController();
const now = () => new Date('2026-01-03T00:00:00Z');
const mine = runNamed('w', 'mine', { state: 'running' });
const theirs = runNamed('w', 'theirs', { state: 'running' });

test('runs of other tabs are shown while they run; those of tabs that are gone become interrupted', async () => {
  const repository = memoryRepository();
  await repository.putWorkspace(workspaceNamed('w'));
  await repository.put('runs', [mine, theirs, runNamed('w', 'dead', { state: 'running' })]);
  const browser = memoryLocks();
  const [here, there] = [new RunLocks(browser), new RunLocks(browser)];
  const tabs = new OtherTabs({
    repository: () => Promise.resolve(repository),
    locks: here,
    now,
    onproblem: (error) => expect.fail(String(error)),
  });
  const shown = () => tabs.runs.map(({ id }) => id);
  let close: () => void = () => undefined;
  await here.hold(mine, signal, async () => {
    const other = there.hold(theirs, signal, () => new Promise<void>((resolve) => (close = resolve)));
    await tabs.start();
    await expect.poll(shown).toEqual(['theirs']);
    expect((await repository.get('runs', 'w', 'dead'))?.state).toBe('interrupted');
    close();
    await other;
    await expect.poll(shown).toEqual([]);
    expect((await repository.get('runs', 'w', 'theirs'))?.state).toBe('interrupted');
    expect((await repository.get('runs', 'w', 'mine'))?.state).toBe('running');
  });
  // Its own run has just ended, and the next look is still to come.
  expect(shown()).toEqual([]);
  tabs.stop();
});

test('a tab knows what it holds, and what is at work in a workspace', async () => {
  const browser = memoryLocks();
  const [here, there] = [new RunLocks(browser), new RunLocks(browser)];
  await here.hold(mine, signal, async () => {
    expect([here.holds(mine), there.holds(mine), here.holds({ ...mine, workspace: 'copy' })]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await there.atWorkIn('w')).toEqual([{ workspace: 'w', id: 'mine' }]);
    expect(await there.atWorkIn('copy')).toEqual([]);
    const second = await there.hold(mine, signal, () => Promise.reject(new Error('it ran twice')));
    expect(second).toMatchObject({ status: 'elsewhere', reason: expect.stringContaining('▶') as string });
  });
  expect(here.holds(mine)).toBe(false);
});

test('without locks a tab at least keeps out of its own way', async () => {
  const locks = new RunLocks(undefined);
  const outcome = await locks.hold(mine, signal, async () => {
    expect(await locks.atWorkIn('w')).toEqual([{ workspace: 'w', id: 'mine' }]);
    return locks.hold(mine, signal, () => Promise.reject(new Error('it ran twice')));
  });
  expect(outcome).toMatchObject({ status: 'ran', value: { status: 'elsewhere' } });
});
