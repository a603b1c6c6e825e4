import Dexie from 'dexie';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { DATABASE_NAME, openRepository } from './dexieRepository.ts';
import { NewerVersionError } from './errors.ts';
import { CURRENT_VERSION, migrateRow, migrations, type Migration } from './migrations.ts';
import { TRIAL_VERSION, trialOf } from './rows.ts';

/** A run as version 1 stored it, written out: builders follow the current shape. */
const RUN_V1 = {
  workspace: 'w',
  id: 'r',
  title: 'An old run',
  kind: 'rollouts',
  seed: '1',
  agents: ['careful'],
  tasks: ['t0'],
  trials: 1,
  state: 'finished',
  createdAt: NOW,
  updatedAt: NOW,
  total: 2,
  done: 2,
  demo: false,
};

/** A database as versions 1 to 3 stored it. */
const DATABASE_V3 = {
  workspace: 'w',
  id: 'd',
  name: 'db.json',
  createdAt: NOW,
  ref: { kind: 'file', domain: 'retail', name: 'db.json', digest: 'd' },
  content: { encoding: 'json', value: {} },
};

async function seedVersion1(factory: IDBFactory): Promise<void> {
  const db = new Dexie(DATABASE_NAME, { indexedDB: factory, IDBKeyRange });
  const tables = [
    'workspaces',
    'databases',
    'trajectories',
    'tasks',
    'runs',
    'rollouts',
    'settings',
    'trials',
  ];
  db.version(1).stores(Object.fromEntries(tables.map((table) => [table, ''])));
  await db.open();
  const put = async (table: string, id: string, value: unknown) => {
    await db.table<unknown, string[]>(table).put(value, [table === 'workspaces' ? '' : 'w', id]);
  };
  await put('workspaces', 'w', workspaceNamed('w'));
  await put('runs', 'r', RUN_V1);
  await put('runs', 'text', 'not even an object');
  await put('databases', 'd', DATABASE_V3);
  for (const row of rolloutsOf('w', 'r', 250)) {
    await put('rollouts', row.id, row);
    await put('trials', row.id, { version: 1, workspace: 'w', id: row.id });
  }
  await put('rollouts', 'r/damaged', { id: 'r/damaged' });
  db.close();
}

describe('migrations', () => {
  test('are numbered without gaps and named', () => {
    expect(migrations.map((migration) => migration.version)).toEqual(migrations.map((_, index) => index + 1));
    expect(new Set(migrations.map((migration) => migration.name)).size).toBe(migrations.length);
    expect(CURRENT_VERSION).toBe(migrations.length);
  });

  test('bring a database of version 1 up to date, every one of them', async () => {
    const factory = new IDBFactory();
    await seedVersion1(factory);
    const called = new Set<string>();
    const watched: Migration[] = migrations.map((migration) => ({
      ...migration,
      rows: Object.fromEntries(
        Object.entries(migration.rows).map(([table, change]) => [
          table,
          (row: Readonly<Record<string, unknown>>) => {
            called.add(`${migration.version} ${table}`);
            return change(row);
          },
        ]),
      ),
    }));
    const repository = await openRepository({ indexedDB: factory, IDBKeyRange, migrations: watched });

    // A migration that no seeded row reaches is a migration without a test.
    const expected = migrations.flatMap(({ version, rows }) =>
      Object.keys(rows).map((table) => `${version} ${table}`),
    );
    expect([...called].sort()).toEqual(expected.sort());

    const runs = await repository.list('runs', { workspace: 'w' });
    expect(runs.rows).toEqual([{ ...RUN_V1, note: null, recipe: {} }]);
    expect(runs.problems).toMatchObject([{ table: 'runs', id: 'text' }]);
    const databases = await repository.list('databases', { workspace: 'w' });
    expect(databases.rows).toEqual([{ ...DATABASE_V3, policy: null }]);
    expect(await repository.getWorkspace('w')).toEqual(workspaceNamed('w'));
    expect(await repository.count('benchmarks', { workspace: 'w' })).toBe(0);

    const trials = await repository.list('trials', { workspace: 'w', run: 'r' });
    const byId = rolloutsOf('w', 'r', 250).sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(trials.rows).toEqual(byId.map(trialOf));
    expect(trials.rows.every((trial) => trial.version === TRIAL_VERSION)).toBe(true);
    expect(trials.problems).toMatchObject([{ table: 'rollouts', id: 'r/damaged' }]);
    repository.close();
  });

  test('run once', async () => {
    const factory = new IDBFactory();
    await seedVersion1(factory);
    (await openRepository({ indexedDB: factory, IDBKeyRange })).close();
    const repository = await openRepository({
      indexedDB: factory,
      IDBKeyRange,
      migrations: migrations.map((migration) => ({
        ...migration,
        rows: {
          runs: () => {
            throw new Error('a migration ran twice');
          },
        },
      })),
    });
    expect(await repository.count('runs', { workspace: 'w' })).toBe(2);
    repository.close();
  });

  test('leave a field alone that is there already', () => {
    const [, second] = migrations;
    const run = runNamed('w', 'r', { note: 'The room ran out.', recipe: { domain: 'retail' } });
    if (second === undefined) throw new Error('expected a second migration');
    expect(migrateRow(second, 'runs', run)).toEqual(run);
    expect(migrateRow(second, 'tasks', { any: 'thing' })).toEqual({ any: 'thing' });
    expect(migrateRow(second, 'runs', null)).toBeNull();
  });
});

describe('a database of a newer build', () => {
  const later: readonly Migration[] = [
    ...migrations,
    { version: CURRENT_VERSION + 1, name: 'from the future', tables: { settings: null }, rows: {} },
  ];

  test('is refused and left as it is', async () => {
    const factory = new IDBFactory();
    const newer = await openRepository({ indexedDB: factory, IDBKeyRange, migrations: later });
    await newer.put('runs', [runNamed('w', 'r')]);
    newer.close();
    const before = await factory.databases();
    const opening = openRepository({ indexedDB: factory, IDBKeyRange });
    await expect(opening).rejects.toThrow(NewerVersionError);
    await expect(opening).rejects.toMatchObject({ found: CURRENT_VERSION + 1, known: CURRENT_VERSION });
    expect(await factory.databases()).toEqual(before);
    const again = await openRepository({ indexedDB: factory, IDBKeyRange, migrations: later });
    expect(await again.get('runs', 'w', 'r')).toEqual(runNamed('w', 'r'));
    again.close();
  });

  test('takes over from an older one that is open, which then refuses', async () => {
    const factory = new IDBFactory();
    const lost: unknown[] = [];
    const older = await openRepository({
      indexedDB: factory,
      IDBKeyRange,
      onTrouble: (error) => lost.push(error),
    });
    await older.put('runs', [runNamed('w', 'r')]);
    const newer = await openRepository({ indexedDB: factory, IDBKeyRange, migrations: later });
    await expect(older.put('runs', [runNamed('w', 'r', { title: 'Old' })])).rejects.toThrow(
      NewerVersionError,
    );
    await expect(older.get('runs', 'w', 'r')).rejects.toThrow(NewerVersionError);
    expect(lost).toHaveLength(1);
    expect((await newer.get('runs', 'w', 'r'))?.title).toBe('Run r');
    newer.close();
  });
});
