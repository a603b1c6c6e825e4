import { fc, test as propertyTest } from '@fast-check/vitest';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { InputError } from '#core/environment/index.ts';
import {
  databaseOf,
  NOW,
  rolloutsOf,
  runNamed,
  workspaceContents,
  workspaceNamed,
} from '../testing/storedRows.ts';
import { exportWorkspace } from './bundle.ts';
import { importBundle, previewBundle } from './bundleImport.ts';
import { readBundle } from './bundleRead.ts';
import { openStore } from './dexieRepository.ts';
import { memoryRepository, MemoryStore } from './memoryRepository.ts';
import { CURRENT_VERSION } from './migrations.ts';
import { ParsedRepository } from './parsedRepository.ts';
import type { Repository, WorkspaceContents } from './repository.ts';
import { writableTables } from './rows.ts';

const options = { createdBy: '0.1.0', now: NOW };

async function filled(repository: Repository = memoryRepository()): Promise<Repository> {
  await repository.putWorkspace(workspaceNamed('w', { title: 'My workspace: 1' }));
  await repository.putWorkspace(workspaceNamed('other'));
  await repository.put('databases', [databaseOf('w', 'd', { orders: 'x'.repeat(100_000) })]);
  await repository.put('runs', [runNamed('w', 'r'), runNamed('other', 'r')]);
  await repository.put('rollouts', [...rolloutsOf('w', 'r', 120), ...rolloutsOf('other', 'r', 1)]);
  await repository.put('settings', [
    { workspace: 'w', id: 'concurrency', value: 4 },
    { workspace: '', id: 'theme', value: 'dark' },
  ]);
  return repository;
}

/** Everything of a workspace, read back. When it was backed up does not belong to it. */
async function contentsOf(repository: Repository, id: string): Promise<unknown> {
  const rows: Record<string, unknown> = {};
  for (const table of [...writableTables, 'trials'] as const)
    rows[table] = await repository.list(table, { workspace: id });
  return { workspace: { ...(await repository.getWorkspace(id)), backup: null }, rows };
}

describe('exportWorkspace', () => {
  test('writes a manifest and one part per table, and only of this workspace', async () => {
    const { name, bytes, manifest, problems } = await exportWorkspace(await filled(), 'w', options);
    expect(name).toBe('my-workspace-1-2026-01-02.t2t.zip');
    expect(problems).toEqual([]);
    const files = unzipSync(bytes);
    expect(Object.keys(files).sort()).toEqual(
      ['manifest.json', 'workspaces.jsonl', ...writableTables.map((table) => `${table}.jsonl`)].sort(),
    );
    expect(JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()))).toEqual(manifest);
    const lines = strFromU8(files['rollouts.jsonl'] ?? new Uint8Array()).split('\n');
    expect(lines).toHaveLength(121);
    const everything = Object.values(files).map((part) => strFromU8(part));
    expect(everything.join('')).not.toMatch(/"theme"|"other"/);
    // Databases are readable for whoever opens the file.
    expect(strFromU8(files['databases.jsonl'] ?? new Uint8Array())).toContain('"content":{"orders":"xxx');
  });

  test('gives the same bytes for the same content, in any storage', async () => {
    const first = await exportWorkspace(await filled(), 'w', options);
    const again = await exportWorkspace(await filled(), 'w', options);
    const dexie = new ParsedRepository(await openStore({ indexedDB: new IDBFactory(), IDBKeyRange }));
    const stored = await exportWorkspace(await filled(dexie), 'w', options);
    expect(again.bytes).toEqual(first.bytes);
    expect(stored.manifest).toEqual(first.manifest);
    dexie.close();
  });

  test('tells how far it is, and knows nothing of earlier backups', async () => {
    const repository = await filled();
    const steps: [number, number][] = [];
    const onprogress = (done: number, total: number) => steps.push([done, total]);
    const first = await exportWorkspace(repository, 'w', { ...options, onprogress });
    expect(steps.at(-1)).toEqual([123, 123]);
    expect(steps.length).toBeGreaterThan(writableTables.length);
    await repository.putWorkspace(
      workspaceNamed('w', { title: 'My workspace: 1', backup: { at: NOW, rollouts: 120 } }),
    );
    expect((await exportWorkspace(repository, 'w', options)).manifest).toEqual(first.manifest);
  });

  test('reports what it had to leave out', async () => {
    const raw = new MemoryStore();
    const repository = await filled(new ParsedRepository(raw));
    await raw.commit([{ type: 'put', table: 'runs', key: ['w', 'bad'], value: 1 }]);
    const { encoding, ...content } = databaseOf('w', 'cut', { text: 'abc'.repeat(50_000) }).content;
    const cut = { ...databaseOf('w', 'cut', null), content: { encoding, ...content, size: 5 } };
    await raw.commit([{ type: 'put', table: 'databases', key: ['w', 'cut'], value: cut }]);
    const { problems, manifest } = await exportWorkspace(repository, 'w', options);
    expect(problems).toMatchObject([
      { table: 'databases', id: 'cut' },
      { table: 'runs', id: 'bad' },
    ]);
    expect(manifest.parts.map(({ table, rows }) => [table, rows])).toContainEqual(['databases', 1]);
  });

  test('needs a workspace, and stops when told', async () => {
    await expect(exportWorkspace(memoryRepository(), 'none', options)).rejects.toThrow(InputError);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(exportWorkspace(await filled(), 'w', { ...options, signal })).rejects.toThrow('stopped');
  });
});

describe('export, wipe, import', () => {
  test.each([
    ['memory', () => Promise.resolve(new ParsedRepository(new MemoryStore()))],
    [
      'fake-indexeddb',
      async () => new ParsedRepository(await openStore({ indexedDB: new IDBFactory(), IDBKeyRange })),
    ],
  ])('gives back everything: %s', async (_, open) => {
    const repository = await filled(await open());
    const before = await contentsOf(repository, 'w');
    const exported = await exportWorkspace(repository, 'w', options);
    await repository.deleteWorkspace('w');
    const bundle = await readBundle(exported);
    expect(bundle.manifest.digest).toBe(exported.manifest.digest);
    await importBundle(repository, bundle, { type: 'replace' });
    expect(await contentsOf(repository, 'w')).toEqual(before);
    expect(await exportWorkspace(repository, 'w', options)).toEqual(exported);
    expect(await repository.count('runs', { workspace: 'other' })).toBe(1);
    repository.close();
  });

  propertyTest.prop([workspaceContents('w')], { numRuns: 40 })(
    'is the identity for any workspace',
    async (contents: WorkspaceContents) => {
      const repository = memoryRepository();
      await repository.replaceWorkspace(contents);
      const before = await contentsOf(repository, 'w');
      const exported = await exportWorkspace(repository, 'w', options);
      const elsewhere = memoryRepository();
      await importBundle(elsewhere, await readBundle(exported), { type: 'replace' });
      expect(await contentsOf(elsewhere, 'w')).toEqual(before);
      const again = await exportWorkspace(elsewhere, 'w', options);
      expect(again.manifest.digest).toBe(exported.manifest.digest);
    },
    20_000,
  );

  propertyTest.prop([workspaceContents('w'), fc.string({ minLength: 1 })], { numRuns: 15 })(
    'as a copy lands in another workspace',
    async (contents, id) => {
      fc.pre(id !== 'w');
      const repository = memoryRepository();
      await repository.replaceWorkspace(contents);
      const before = await contentsOf(repository, 'w');
      const bundle = await readBundle(await exportWorkspace(repository, 'w', options));
      const written = await importBundle(repository, bundle, { type: 'copy', workspace: id, title: 'Copy' });
      const backup = { at: NOW, rollouts: contents.rows.rollouts.length };
      expect(written).toMatchObject({ id, title: 'Copy', demo: false, backup });
      expect(await contentsOf(repository, 'w')).toEqual(before);
      for (const table of writableTables)
        expect(await repository.ids(table, { workspace: id })).toEqual(
          await repository.ids(table, { workspace: 'w' }),
        );
      const twice = importBundle(repository, bundle, { type: 'copy', workspace: id, title: 'Copy' });
      await expect(twice).rejects.toThrow(/exists already/);
    },
    20_000,
  );
});

describe('previewBundle', () => {
  test('shows what would happen, and writes nothing', async () => {
    const repository = await filled();
    const bundle = await readBundle(await exportWorkspace(repository, 'w', options));
    await repository.put('runs', [runNamed('w', 'newer', { state: 'running' })]);
    await repository.delete('settings', 'w', ['concurrency']);
    const before = await contentsOf(repository, 'w');
    const preview = await previewBundle(repository, bundle);
    expect(preview).toMatchObject({
      workspace: { id: 'w', title: 'My workspace: 1' },
      createdBy: '0.1.0',
      createdAt: NOW,
      version: { format: 1, schema: CURRENT_VERSION },
      counts: { databases: 1, trajectories: 0, tasks: 0, runs: 1, rollouts: 120, settings: 1 },
      conflict: {
        title: 'My workspace: 1',
        updatedAt: NOW,
        counts: { runs: 2, rollouts: 120, settings: 0 },
        onlyHere: { databases: 0, runs: 1, rollouts: 0, settings: 0 },
        running: 1,
      },
    });
    expect(preview.size.unpacked).toBeGreaterThan(preview.size.file);
    expect(await contentsOf(repository, 'w')).toEqual(before);
  });

  test('knows no conflict elsewhere, but one with a workspace that cannot be read', async () => {
    const bundle = await readBundle(await exportWorkspace(await filled(), 'w', options));
    const raw = new MemoryStore();
    const repository = new ParsedRepository(raw);
    expect((await previewBundle(repository, bundle)).conflict).toBeNull();
    await raw.commit([{ type: 'put', table: 'workspaces', key: ['', 'w'], value: 'damaged' }]);
    await repository.put('runs', [runNamed('w', 'mine')]);
    expect((await previewBundle(repository, bundle)).conflict).toMatchObject({
      updatedAt: null,
      onlyHere: { runs: 1 },
    });
  });
});
