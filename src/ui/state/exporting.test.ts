import { expect, test } from 'vitest';
import { readBundle } from '../../store/bundleRead.ts';
import { localBackups } from '../../store/backups.ts';
import { QuotaError } from '../../store/errors.ts';
import { rolloutsOf } from '../../testing/storedRows.ts';
import { AT, settingsApp } from '../../testing/settingsApp.ts';
import { Exporting } from './exporting.svelte.ts';

async function setup() {
  const app = await settingsApp();
  await app.repository.put('rollouts', rolloutsOf('own', 'r', 60));
  const saved: { name: string; bytes: Uint8Array }[] = [];
  const save = (name: string, bytes: Uint8Array) => saved.push({ name, bytes });
  const exporting = new Exporting({ services: app.services, now: () => AT, save });
  return { ...app, exporting, saved };
}

test('hands over one file that can be read, and notes the backup', async () => {
  const { exporting, saved, repository } = await setup();
  await exporting.start('own');
  expect(exporting).toMatchObject({ busy: false, problem: null, progress: { done: 60, total: 60 } });
  expect(saved).toHaveLength(1);
  const [file = { name: '', bytes: new Uint8Array() }] = saved;
  const { manifest } = await readBundle(file);
  expect(exporting.last).toMatchObject({ name: file.name, rollouts: 60, digest: manifest.digest });
  expect(manifest.createdBy).toMatch(/^\d+\.\d+\.\d+/);
  const backup = { at: AT.toISOString(), rollouts: 60 };
  expect((await repository.getWorkspace('own'))?.backup).toEqual(backup);
  await exporting.start('own');
  expect(exporting.last?.digest).toBe(manifest.digest);
});

test('can be cancelled: no file, no note, no complaint', async () => {
  const { exporting, saved, repository } = await setup();
  const running = exporting.start('own');
  await exporting.start('own');
  exporting.cancel();
  await running;
  expect(exporting).toMatchObject({ busy: false, problem: null, last: null });
  expect(saved).toEqual([]);
  expect((await repository.getWorkspace('own'))?.backup).toBeNull();
});

test('hands over the file also where the storage is too full to note it', async () => {
  const { exporting, saved, repository } = await setup();
  Object.assign(repository, { putWorkspace: () => Promise.reject(new QuotaError()) });
  await exporting.start('own');
  expect(saved).toHaveLength(1);
  expect(exporting.last).not.toBeNull();
  expect(exporting.problem).toMatch(/no room left/);
});

test('says what went wrong', async () => {
  const app = await settingsApp();
  const save = () => undefined;
  const exporting = new Exporting({ services: app.services, now: () => AT, save });
  await exporting.start('none');
  expect(exporting.problem).toMatch(/workspace "none": there is none/);
  const broken = {
    ...localBackups(app.repository),
    exportWorkspace: () => Promise.reject(new Error('died')),
  };
  const services = { ...app.services, backups: () => Promise.resolve(broken) };
  const other = new Exporting({ services, now: () => AT, save });
  await other.start('own');
  expect(other.problem).toBe('died');
});
