import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '#core/environment/index.ts';
import type { RawStore } from '../store/rawStore.ts';
import {
  CorruptRowError,
  trialOf,
  UnavailableError,
  type AnyTable,
  type Repository,
} from '../store/index.ts';
import { databaseOf, NOW, rolloutsOf, runNamed, workspaceContents, workspaceNamed } from './storedRows.ts';

/** A fresh, empty repository, and the raw store below it, through which tests put what no repository would. */
export interface RepositoryFixture extends AsyncDisposable {
  readonly repository: Repository;
  readonly raw: RawStore;
}

/** What every implementation of `Repository` has to do. */
export function repositoryContract(title: string, open: () => Promise<RepositoryFixture>): void {
  describe(`${title}: repository contract`, () => {
    reading(open);
    writing(open);
    damaged(open);
    watching(open);
  });
}

type Open = () => Promise<RepositoryFixture>;

function reading(open: Open): void {
  test('begins empty', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    expect(await repository.listWorkspaces()).toEqual({ rows: [], problems: [] });
    expect(await repository.getWorkspace('w')).toBeUndefined();
    expect(await repository.get('tasks', 'w', 't')).toBeUndefined();
    expect(await repository.list('runs', { workspace: 'w' })).toEqual({ rows: [], problems: [] });
    expect(await repository.count('rollouts', { workspace: 'w' })).toBe(0);
    expect(await repository.page('rollouts', { workspace: 'w', limit: 5 })).toMatchObject({ next: null });
  });

  test('gives back what was put, of every table', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    const samples = fc.sample(workspaceContents('w'), { numRuns: 10, seed: 1 });
    for (const { workspace, rows } of samples) {
      await repository.write({ put: rows, workspaces: [workspace] });
      expect(await repository.getWorkspace('w')).toEqual(workspace);
      for (const row of rows.databases) expect(await repository.get('databases', 'w', row.id)).toEqual(row);
      for (const row of rows.tasks) expect(await repository.get('tasks', 'w', row.id)).toEqual(row);
      for (const row of rows.runs) expect(await repository.get('runs', 'w', row.id)).toEqual(row);
      for (const row of rows.rollouts) expect(await repository.get('rollouts', 'w', row.id)).toEqual(row);
      for (const row of rows.settings) expect(await repository.get('settings', 'w', row.id)).toEqual(row);
      for (const row of rows.trajectories)
        expect(await repository.get('trajectories', 'w', row.id)).toEqual(row);
    }
  });

  test('lists in order of ids, one workspace and one run at a time', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    // Ids that begin alike must not run into each other.
    for (const run of ['r1', 'r10', 'r1-']) await repository.put('rollouts', rolloutsOf('w', run, 2));
    await repository.put('rollouts', rolloutsOf('w2', 'r1', 2));
    const ids = await repository.ids('rollouts', { workspace: 'w' });
    expect(ids).toEqual([...ids].sort());
    expect(ids).toHaveLength(6);
    const ofRun = await repository.list('rollouts', { workspace: 'w', run: 'r1' });
    expect(ofRun.rows.map((row) => row.id)).toEqual(['r1/t0/careful/0', 'r1/t1/careful/0']);
    expect(await repository.count('rollouts', { workspace: 'w', run: 'r10' })).toBe(2);
    expect(await repository.count('trials', { workspace: 'w2' })).toBe(2);
  });

  test('pages through every row once', async () => {
    await using fixture = await open();
    const { repository, raw } = fixture;
    await repository.put('rollouts', rolloutsOf('w', 'r', 7));
    await raw.commit([{ type: 'put', table: 'rollouts', key: ['w', 'r/t3/x'], value: 'damaged' }]);
    const seen: string[] = [];
    const damagedIds: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await repository.page('rollouts', { workspace: 'w', run: 'r', after, limit: 3 });
      expect(page.rows.length + page.problems.length).toBeLessThanOrEqual(3);
      seen.push(...page.rows.map((row) => row.id));
      damagedIds.push(...page.problems.map((problem) => problem.id));
      if (page.next === null) break;
      after = page.next;
    }
    expect(seen).toEqual(rolloutsOf('w', 'r', 7).map((row) => row.id));
    expect(damagedIds).toEqual(['r/t3/x']);
  });
}

function writing(open: Open): void {
  test('replaces, deletes, and leaves other rows alone', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    await repository.put('runs', [runNamed('w', 'a'), runNamed('w', 'b'), runNamed('w2', 'a')]);
    await repository.put('runs', [runNamed('w', 'a', { title: 'Again' })]);
    expect((await repository.get('runs', 'w', 'a'))?.title).toBe('Again');
    await repository.delete('runs', 'w', ['a', 'unknown']);
    expect(await repository.ids('runs', { workspace: 'w' })).toEqual(['b']);
    expect(await repository.ids('runs', { workspace: 'w2' })).toEqual(['a']);
  });

  test('keeps trials with their rollouts', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    const rows = rolloutsOf('w', 'r', 3);
    await repository.put('rollouts', rows);
    expect(await repository.list('trials', { workspace: 'w' })).toEqual({
      rows: rows.map(trialOf),
      problems: [],
    });
    await repository.delete('rollouts', 'w', [rows[0]?.id ?? '']);
    expect(await repository.count('trials', { workspace: 'w' })).toBe(2);
    await repository.put('runs', [runNamed('w', 'r'), runNamed('w', 'r2')]);
    await repository.put('rollouts', rolloutsOf('w', 'r2', 1));
    await repository.deleteRun('w', 'r');
    expect(await repository.ids('runs', { workspace: 'w' })).toEqual(['r2']);
    expect(await repository.ids('rollouts', { workspace: 'w' })).toEqual(['r2/t0/careful/0']);
    expect(await repository.ids('trials', { workspace: 'w' })).toEqual(['r2/t0/careful/0']);
  });

  test('writes all of a change or nothing', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    const run = runNamed('w', 'r');
    const bad = runNamed('w', 'bad', { createdAt: 'yesterday' });
    const failing = repository.write({
      workspaces: [workspaceNamed('w')],
      put: { settings: [{ workspace: 'w', id: 's', value: 1 }], runs: [run, bad] },
    });
    await expect(failing).rejects.toThrow(InputError);
    await expect(failing).rejects.toThrow(/runs row "bad" .* at createdAt: .* Nothing was written/);
    expect(await repository.count('runs', { workspace: 'w' })).toBe(0);
    expect(await repository.count('settings', { workspace: 'w' })).toBe(0);
    expect(await repository.getWorkspace('w')).toBeUndefined();
  });

  test('deletes before it puts', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    await repository.put('runs', [runNamed('w', 'r')]);
    await repository.write({
      delete: [{ table: 'runs', workspace: 'w', id: 'r' }],
      put: { runs: [runNamed('w', 'r', { title: 'New' })] },
    });
    expect((await repository.get('runs', 'w', 'r'))?.title).toBe('New');
  });

  test('deletes or replaces a workspace with everything in it, and no other', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    for (const id of ['a', 'b']) {
      await repository.putWorkspace(workspaceNamed(id));
      await repository.put('databases', [databaseOf(id, 'd', { tables: 'x'.repeat(100_000) })]);
      await repository.put('rollouts', rolloutsOf(id, 'r', 2));
    }
    await repository.deleteWorkspace('a');
    expect((await repository.listWorkspaces()).rows.map((row) => row.id)).toEqual(['b']);
    for (const table of ['databases', 'rollouts', 'trials'] as const)
      expect(await repository.count(table, { workspace: 'a' })).toBe(0);
    expect(await repository.count('trials', { workspace: 'b' })).toBe(2);

    const none = { databases: [], benchmarks: [], trajectories: [], tasks: [], runs: [], settings: [] };
    await repository.replaceWorkspace({
      workspace: workspaceNamed('b', { title: 'Replaced' }),
      rows: { ...none, rollouts: rolloutsOf('b', 'other', 1) },
    });
    expect((await repository.getWorkspace('b'))?.title).toBe('Replaced');
    expect(await repository.ids('trials', { workspace: 'b' })).toEqual(['other/t0/careful/0']);
    expect(await repository.count('databases', { workspace: 'b' })).toBe(0);
  });

  test('does not share objects with its callers', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    const agents = ['careful'];
    await repository.put('runs', [runNamed('w', 'r', { agents })]);
    agents.push('eager');
    const first = await repository.get('runs', 'w', 'r');
    first?.agents.push('over-compliant');
    expect((await repository.get('runs', 'w', 'r'))?.agents).toEqual(['careful']);
  });

  test('rejects after it was closed', async () => {
    await using fixture = await open();
    fixture.repository.close();
    await expect(fixture.repository.listWorkspaces()).rejects.toThrow(UnavailableError);
  });
}

function damaged(open: Open): void {
  const values: readonly (readonly [string, unknown])[] = [
    ['a text', 'damaged'],
    ['nothing', null],
    ['an array', []],
    ['a row of another id', runNamed('w', 'other')],
    ['a field too many', { ...runNamed('w', 'bad'), surprise: 1 }],
    ['a field of another type', { ...runNamed('w', 'bad'), total: '1' }],
  ];

  test.each(values)('reports a row that is %s, and reads the others', async (_, value) => {
    await using fixture = await open();
    const { repository, raw } = fixture;
    await repository.put('runs', [runNamed('w', 'a'), runNamed('w', 'z')]);
    await raw.commit([{ type: 'put', table: 'runs', key: ['w', 'bad'], value }]);
    const { rows, problems } = await repository.list('runs', { workspace: 'w' });
    expect(rows.map((row) => row.id)).toEqual(['a', 'z']);
    expect(problems).toMatchObject([{ table: 'runs', workspace: 'w', id: 'bad' }]);
    expect(problems[0]?.reason).toMatch(/expected|unrecognized/i);
    await expect(repository.get('runs', 'w', 'bad')).rejects.toThrow(CorruptRowError);
    await expect(repository.get('runs', 'w', 'bad')).rejects.toThrow(/"bad" of runs in workspace "w"/);
    expect(await repository.count('runs', { workspace: 'w' })).toBe(3);
    await repository.delete('runs', 'w', ['bad']);
    expect((await repository.list('runs', { workspace: 'w' })).problems).toEqual([]);
  });

  test('reports a workspace whose row is damaged', async () => {
    await using fixture = await open();
    const { repository, raw } = fixture;
    await repository.putWorkspace(workspaceNamed('a'));
    await raw.commit([{ type: 'put', table: 'workspaces', key: ['', 'b'], value: { id: 'b' } }]);
    const { rows, problems } = await repository.listWorkspaces();
    expect(rows.map((row) => row.id)).toEqual(['a']);
    expect(problems).toMatchObject([{ table: 'workspaces', id: 'b' }]);
  });

  test('derives a damaged trial again; reports its rollout when that is damaged too', async () => {
    await using fixture = await open();
    const { repository, raw } = fixture;
    const rows = rolloutsOf('w', 'r', 3);
    const [first, second] = rows.map((row) => row.id);
    await repository.put('rollouts', rows);
    const damage = (table: AnyTable, id = '') =>
      raw.commit([{ type: 'put', table, key: ['w', id], value: { version: 1 } }]);
    await damage('trials', first);
    expect((await repository.list('trials', { workspace: 'w' })).rows).toEqual(rows.map(trialOf));
    await damage('trials', second);
    await damage('rollouts', second);
    const { rows: trials, problems } = await repository.list('trials', { workspace: 'w' });
    expect(trials).toHaveLength(2);
    expect(problems).toMatchObject([{ table: 'rollouts', id: second }]);
  });
}

function watching(open: Open): void {
  test('tells which of the watched tables changed, until it is ended', async () => {
    await using fixture = await open();
    const { repository } = fixture;
    const heard: string[] = [];
    const end = repository.watch(['runs', 'trials'], (changed) => heard.push(...changed));
    await repository.put('settings', [{ workspace: 'w', id: 's', value: NOW }]);
    await repository.put('runs', [runNamed('w', 'r')]);
    await expect.poll(() => heard).toEqual(['runs']);
    await repository.put('rollouts', rolloutsOf('w', 'r', 1));
    await expect.poll(() => heard).toEqual(['runs', 'trials']);
    end();
    await repository.delete('runs', 'w', ['r']);
    await repository.list('runs', { workspace: 'w' });
    expect(heard).toEqual(['runs', 'trials']);
  });
}
