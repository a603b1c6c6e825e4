import { describe, expect, test } from 'vitest';
import { NewerVersionError, QuotaError, type StoreError } from '../../store/errors.ts';
import { memoryRepository } from '../../store/memoryRepository.ts';
import type { Repository } from '../../store/repository.ts';
import { rolloutsOf, workspaceNamed } from '../../testing/storedRows.ts';
import { DEMO, OWN, WorkspaceState, type WorkspaceInput } from './workspace.svelte.ts';

/** A store that says it is durable, so that backups are asked for. */
function durable(): Repository {
  return Object.defineProperty(memoryRepository(), 'durable', { value: true });
}

async function started(given: Partial<WorkspaceInput> & { readonly repository?: Repository } = {}) {
  const { repository = durable(), ...changes } = given;
  const opened: string[] = [];
  const gone: string[] = [];
  let trouble: (error: StoreError) => void = () => undefined;
  const workspace = new WorkspaceState({
    services: {
      repository: () => Promise.resolve(repository),
      onTrouble: (listener) => (trouble = listener),
    },
    now: () => new Date('2026-01-03T00:00:00Z'),
    id: '',
    home: '',
    onopen: (id, home) => opened.push(`${id} of ${home}`),
    ongone: (title) => gone.push(title),
    ...changes,
  });
  await workspace.start();
  return { workspace, repository, opened, gone, trouble: (error: StoreError) => trouble(error) };
}

describe('which workspace is open', () => {
  test('the first visit makes one, the next finds it again', async () => {
    const first = await started();
    expect(first.workspace).toMatchObject({ id: OWN, title: 'My workspace', demo: false, problem: null });
    await first.workspace.create('ws-1', 'Thesis');
    expect(first.opened.at(-1)).toBe('ws-1 of ws-1');
    const next = await started({ repository: first.repository, id: 'ws-1', home: 'ws-1' });
    expect(next.workspace).toMatchObject({ id: 'ws-1', title: 'Thesis' });
  });

  test('one that no longer exists gives way to the first one, which is made when needed', async () => {
    const { workspace, repository } = await started({ id: 'ws-gone', home: 'ws-gone' });
    expect(workspace).toMatchObject({ id: OWN, home: OWN });
    expect((await repository.listWorkspaces()).rows.map(({ id }) => id)).toEqual([OWN]);
  });

  test('the demo is emptied when it starts, and leads back to where one was', async () => {
    const { workspace, repository } = await started();
    await workspace.create('ws-1', 'Thesis');
    await repository.put('rollouts', [...rolloutsOf(DEMO, 'r', 2), ...rolloutsOf('ws-1', 'r', 2)]);
    await workspace.startDemo();
    expect(workspace).toMatchObject({ id: DEMO, demo: true, home: 'ws-1', counts: { rollouts: 0 } });
    expect(await repository.count('rollouts', { workspace: 'ws-1' })).toBe(2);
    await workspace.open(workspace.home);
    expect(workspace).toMatchObject({ title: 'Thesis', counts: { rollouts: 2 } });
  });
});

describe('what changes in the store', () => {
  test('a new name shows, whoever gave it', async () => {
    const { workspace, repository } = await started();
    await repository.putWorkspace(workspaceNamed(OWN, { title: 'Renamed' }));
    await expect.poll(() => workspace.title).toBe('Renamed');
    workspace.stop();
  });

  test('a deleted workspace gives way to another, and says so', async () => {
    const { workspace, repository, gone } = await started();
    await workspace.create('ws-1', 'Thesis');
    await repository.deleteWorkspace('ws-1');
    await expect.poll(() => workspace.id).toBe(OWN);
    expect(gone).toEqual(['Thesis']);
    await repository.deleteWorkspace(OWN);
    await expect.poll(() => gone).toEqual(['Thesis', 'My workspace']);
    expect((await repository.getWorkspace(OWN))?.title).toBe('My workspace');
    workspace.stop();
  });
});

describe('the reminder to export', () => {
  test('comes with 50 new rollouts, can be put off, and goes with a backup', async () => {
    const { workspace, repository } = await started();
    await repository.put('rollouts', rolloutsOf(OWN, 'r', 49));
    await expect.poll(() => workspace.counts.rollouts).toBe(49);
    expect(workspace.backupDue).toBeNull();
    await repository.put('rollouts', rolloutsOf(OWN, 'r2', 1));
    await expect.poll(() => workspace.backupDue).toMatch(/50 new trials/);
    workspace.postponeBackup();
    expect(workspace.backupPostponed).toBe(true);
    const backup = { at: '2026-01-03T00:00:00.000Z', rollouts: 50 };
    await repository.putWorkspace(workspaceNamed(OWN, { backup }));
    await expect.poll(() => workspace.backupDue).toBeNull();
    expect(workspace.backup).toEqual(backup);
    workspace.stop();
  });

  test('comes after a week, never in a demo, and not where nothing is kept anyway', async () => {
    const old = workspaceNamed(OWN, { createdAt: '2025-12-01T00:00:00.000Z' });
    for (const [repository, id, due] of [
      [durable(), OWN, true],
      [durable(), DEMO, false],
      [memoryRepository(), OWN, false],
    ] as const) {
      await repository.putWorkspace({ ...old, id, demo: id === DEMO });
      await repository.put('rollouts', rolloutsOf(id, 'r', 3));
      const { workspace } = await started({ repository, id });
      expect(workspace.backupDue !== null).toBe(due);
    }
  });
});

describe('trouble with the storage', () => {
  test('a full one is told, and can be dismissed', async () => {
    const { workspace, trouble } = await started();
    trouble(new QuotaError());
    expect(workspace.problem).toMatchObject({ kind: 'full', what: 'The storage of this browser is full.' });
    workspace.dismissProblem();
    expect(workspace.problem).toBeNull();
  });

  test('a newer version is told, whether it was there first or took over', async () => {
    const { workspace, trouble } = await started();
    trouble(new NewerVersionError(9, 3));
    expect(workspace.problem).toMatchObject({
      kind: 'lost',
      what: expect.stringContaining('newer version') as string,
      next: expect.stringContaining('Reload') as string,
    });
    const late = await started({
      services: {
        repository: () => Promise.reject(new NewerVersionError(9, 3)),
        onTrouble: () => undefined,
      },
    });
    expect(late.workspace.problem).toEqual(workspace.problem);
  });

  test('none at all is told', async () => {
    const { workspace } = await started({ repository: memoryRepository() });
    expect(workspace.problem).toMatchObject({ kind: 'memory' });
  });
});
