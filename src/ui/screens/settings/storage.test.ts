import { expect, test } from 'vitest';
import { CorruptRowError } from '../../../store/errors.ts';
import { MemoryStore } from '../../../store/memoryRepository.ts';
import { ParsedRepository } from '../../../store/parsedRepository.ts';
import { settingsApp } from '../../../testing/settingsApp.ts';
import { rolloutsOf, runNamed } from '../../../testing/storedRows.ts';
import { OWN } from '../../state/workspace.svelte.ts';
import { RoomState } from '../../state/room.svelte.ts';
import { DamagedState } from './DamagedState.svelte.ts';
import { RunSizesState } from './RunSizesState.svelte.ts';

const { signal } = new AbortController();

test('runs are listed by size, empty ones too, and go one by one', async () => {
  const app = await settingsApp();
  const { repository } = app;
  await repository.put('runs', [runNamed(OWN, 'small'), runNamed(OWN, 'large'), runNamed(OWN, 'empty')]);
  await repository.put('rollouts', [...rolloutsOf(OWN, 'small', 1), ...rolloutsOf(OWN, 'large', 4)]);
  await repository.put('rollouts', rolloutsOf(OWN, 'orphan', 2));
  const sizes = new RunSizesState(app);
  await sizes.start();
  const listed = () => sizes.runs.map(({ run, rollouts, row }) => [run, rollouts, row?.title ?? null]);
  expect(listed()).toEqual([
    ['large', 4, 'Run large'],
    ['orphan', 2, null],
    ['small', 1, 'Run small'],
    ['empty', 0, 'Run empty'],
  ]);
  expect(sizes.total).toBe(sizes.runs.reduce((sum, { bytes }) => sum + bytes, 0));
  const [large] = sizes.runs;
  if (large === undefined) throw new Error('no run');
  await app.locks.hold({ workspace: OWN, id: 'large' }, signal, () => sizes.remove(large));
  expect(sizes.problem).toMatch(/This tab is working on this run/);
  sizes.dismissProblem();
  await sizes.remove(large);
  await expect.poll(listed).toHaveLength(3);
  expect(sizes.problem).toBeNull();
  expect(await repository.count('rollouts', { workspace: OWN })).toBe(3);
  sizes.stop();
});

test('the room is asked for, again after writes, and keeping it is a wish', async () => {
  const app = await settingsApp();
  let usage = 100;
  let persisted = false;
  const storage = {
    estimate: () => Promise.resolve({ usage, quota: 1000 }),
    persisted: () => Promise.resolve(persisted),
    persist: () => Promise.resolve((persisted = usage > 500)),
  };
  const room = new RoomState(app.services, storage);
  await room.start();
  expect(room.status).toMatchObject({ usage: 100, warning: false, persisted: false });
  await room.persist();
  expect(room.answer).toBe('denied');
  usage = 900;
  await app.repository.put('rollouts', rolloutsOf(OWN, 'r', 1));
  await expect.poll(() => room.status, { timeout: 3000 }).toMatchObject({ usage: 900, warning: true });
  await room.persist();
  expect(room).toMatchObject({ answer: 'granted', status: { persisted: true } });
  room.stop();
  const untold = new RoomState(app.services, undefined);
  await untold.start();
  expect(untold.status).toMatchObject({ known: false });
  untold.stop();
});

test('damaged rows are found, named, kept, and deleted only one by one', async () => {
  const raw = new MemoryStore();
  const repository = new ParsedRepository(raw);
  const app = await settingsApp({ repository: () => Promise.resolve(repository) });
  await repository.put('rollouts', rolloutsOf(OWN, 'r', 2));
  await raw.commit([
    { type: 'put', table: 'rollouts', key: [OWN, 'r/t1/careful/0'], value: { id: 'r/t1/careful/0' } },
    { type: 'put', table: 'workspaces', key: ['', 'odd'], value: 3 },
  ]);
  const damaged = new DamagedState(app, OWN);
  await damaged.start();
  expect(damaged).toMatchObject({ result: null, damaged: [{ table: 'workspaces', id: 'odd' }] });
  await damaged.check();
  expect(damaged.progress).toEqual({ done: 2, total: 2 });
  expect(damaged.result).toMatchObject({
    checked: 2,
    problems: [
      { table: 'workspaces', id: 'odd' },
      { table: 'rollouts', id: 'r/t1/careful/0' },
    ],
  });
  await expect(repository.get('rollouts', OWN, 'r/t1/careful/0')).rejects.toThrow(CorruptRowError);
  for (const problem of damaged.damaged) await damaged.remove(problem);
  await damaged.check();
  expect(damaged.result).toEqual({ checked: 1, problems: [] });
  const stopped = damaged.check();
  damaged.cancel();
  await stopped;
  expect(damaged).toMatchObject({ busy: false, problem: null });
});
