import { expect, test } from 'vitest';
import type { Repository } from '../../../store/repository.ts';
import { settingsApp } from '../../../testing/settingsApp.ts';
import { rolloutsOf, runNamed, workspaceNamed } from '../../../testing/storedRows.ts';
import { DEMO, OWN } from '../../state/workspace.svelte.ts';
import { titleProblem, WorkspacesState } from './WorkspacesState.svelte.ts';

const { signal } = new AbortController();

async function setup() {
  const app = await settingsApp();
  let ids = 0;
  const spaces = new WorkspacesState(app, () => `ws-${(ids += 1)}`);
  await spaces.start();
  return { ...app, spaces, titles: () => spaces.views.map(({ row }) => row.title) };
}

const idsOf = async (repository: Repository) => (await repository.listWorkspaces()).rows.map(({ id }) => id);

test('the list follows the store: own ones first, with what they hold', async () => {
  const { spaces, repository, titles } = await setup();
  expect(titles()).toEqual(['My workspace']);
  await repository.putWorkspace(
    workspaceNamed(DEMO, { title: 'Demo', demo: true, createdAt: '2027-01-01T00:00:00.000Z' }),
  );
  await repository.put('rollouts', rolloutsOf(OWN, 'r', 3));
  await expect.poll(titles).toEqual(['My workspace', 'Demo']);
  await expect.poll(() => spaces.views[0]).toMatchObject({ rollouts: 3, tasks: 0, trajectories: 0 });
  spaces.stop();
});

test('made, opened, renamed, deleted', async () => {
  const { spaces, workspace, repository, titles } = await setup();
  await spaces.create('  Thesis ');
  expect(workspace).toMatchObject({ id: 'ws-1', title: 'Thesis' });
  await expect.poll(titles).toContain('Thesis');
  const row = workspaceNamed('ws-1');
  await spaces.rename(row, 'Thesis, chapter 2');
  expect((await repository.getWorkspace('ws-1'))?.title).toBe('Thesis, chapter 2');
  await spaces.open(workspaceNamed(OWN));
  expect(workspace.id).toBe(OWN);
  await spaces.remove(row);
  expect(await idsOf(repository)).toEqual([OWN]);
  expect(spaces.problem).toBeNull();
  spaces.stop();
});

test('of the demo only what it holds goes', async () => {
  const { spaces, workspace, repository } = await setup();
  await workspace.startDemo();
  await repository.put('rollouts', rolloutsOf(DEMO, 'r', 3));
  await spaces.remove(workspaceNamed(DEMO, { demo: true }));
  expect(await idsOf(repository)).toContain(DEMO);
  expect(await repository.count('rollouts', { workspace: DEMO })).toBe(0);
  spaces.stop();
});

test('nothing is deleted while a run is at work in it', async () => {
  const { spaces, locks, repository } = await setup();
  await repository.put('runs', [runNamed(OWN, 'r')]);
  await locks.hold({ workspace: OWN, id: 'r' }, signal, () => spaces.remove(workspaceNamed(OWN)));
  expect(spaces.problem).toMatch(/A run is at work/);
  expect(await repository.count('runs', { workspace: OWN })).toBe(1);
  spaces.dismissProblem();
  expect(spaces.problem).toBeNull();
  spaces.stop();
});

test('a store that cannot be read is told', async () => {
  const { spaces, repository } = await setup();
  Object.assign(repository, { listWorkspaces: () => Promise.reject(new Error('closed')) });
  await spaces.refresh();
  expect(spaces.problem).toBe('closed');
  spaces.stop();
});

test('titles have some letters and not too many', () => {
  expect(titleProblem(' ')).toBeDefined();
  expect(titleProblem('x'.repeat(81))).toBeDefined();
  expect(titleProblem('Thesis')).toBeUndefined();
});
