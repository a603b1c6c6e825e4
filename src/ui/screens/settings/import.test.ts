import { describe, expect, test } from 'vitest';
import { localBackups, type Backups } from '../../../store/backups.ts';
import { settingsApp } from '../../../testing/settingsApp.ts';
import { NOW, rolloutsOf, runNamed } from '../../../testing/storedRows.ts';
import { DEMO, OWN } from '../../state/workspace.svelte.ts';
import { ImportState } from './ImportState.svelte.ts';
import { countLines, lossSentence } from './importWords.ts';

const { signal } = new AbortController();

/** A browser whose own workspace holds something, and a file of it. */
async function setup(changes: { readonly backups?: () => Promise<Backups> } = {}) {
  const app = await settingsApp(changes);
  const { repository } = app;
  await repository.put('runs', [runNamed(OWN, 'r')]);
  await repository.put('rollouts', rolloutsOf(OWN, 'r', 3));
  const fileOf = async (workspace: string) => {
    const { name, bytes } = await localBackups(repository).exportWorkspace(workspace, {
      createdBy: 'test',
      now: NOW,
    });
    return new File([bytes], name);
  };
  const importing = new ImportState(app, () => 'ws-new');
  return { ...app, importing, fileOf, file: await fileOf(OWN) };
}

type Setup = Awaited<ReturnType<typeof setup>>;

async function everything({ repository }: Setup): Promise<unknown> {
  const { rows } = await repository.listWorkspaces();
  const counts = await Promise.all(rows.map(({ id }) => repository.ids('rollouts', { workspace: id })));
  return { rows, counts };
}

describe('a file', () => {
  test('is shown before anything is written, and cancelling leaves everything as it is', async () => {
    const given = await setup();
    const { importing, repository, file } = given;
    await repository.put('rollouts', rolloutsOf(OWN, 'later', 2));
    const before = await everything(given);
    await importing.choose(file);
    expect(importing).toMatchObject({ step: 'preview', file: file.name, occupied: true, as: 'copy' });
    const { preview } = importing;
    if (preview === null) throw new Error('no preview');
    expect(countLines(preview).find(({ label }) => label === 'Rollouts')).toEqual({
      label: 'Rollouts',
      file: 3,
      here: 5,
      onlyHere: 2,
    });
    expect(lossSentence(preview)).toBe('Not in the file, hence gone for good: 2 rollouts.');
    expect(await everything(given)).toEqual(before);
    importing.cancel();
    expect(importing).toMatchObject({ step: 'idle', preview: null, problem: null });
    expect(await everything(given)).toEqual(before);
  });

  test('becomes a workspace of its own, next to the one of its id', async () => {
    const { importing, repository, workspace, file } = await setup();
    await importing.choose(file);
    expect(importing.title).toBe('My workspace (imported)');
    importing.setTitle(' ');
    expect(importing.ready).toBe(false);
    importing.setTitle('From the other machine');
    await importing.run();
    expect(importing).toMatchObject({ step: 'idle', problem: null });
    expect(workspace).toMatchObject({
      id: 'ws-new',
      title: 'From the other machine',
      counts: { rollouts: 3 },
    });
    expect(await repository.count('rollouts', { workspace: OWN })).toBe(3);
  });

  test('takes the place of the one of its id only once that was agreed to', async () => {
    const { importing, repository, workspace, file } = await setup();
    await repository.put('rollouts', rolloutsOf(OWN, 'later', 2));
    await importing.choose(file);
    importing.setAs('replace');
    expect(importing.ready).toBe(false);
    await importing.run();
    expect(await repository.count('rollouts', { workspace: OWN })).toBe(5);
    importing.setConfirmed(true);
    await importing.run();
    expect(await repository.count('rollouts', { workspace: OWN })).toBe(3);
    expect(workspace.id).toBe(OWN);
  });

  test('asks for nothing where its workspace is not here, or is empty', async () => {
    const { importing, repository, workspace, file } = await setup();
    await repository.deleteWorkspace(OWN);
    await importing.choose(file);
    expect(importing).toMatchObject({ as: 'replace', occupied: false, ready: true });
    await importing.run();
    expect(workspace).toMatchObject({ id: OWN, counts: { rollouts: 3 } });
  });

  test('of a demo becomes one’s own, which no later demo empties', async () => {
    const { importing, repository, workspace, fileOf } = await setup();
    await workspace.startDemo();
    await repository.put('rollouts', rolloutsOf(DEMO, 'r', 2));
    await importing.choose(await fileOf(DEMO));
    expect(importing).toMatchObject({ copyOnly: true, as: 'copy' });
    await importing.run();
    await workspace.startDemo();
    expect((await repository.getWorkspace('ws-new'))?.demo).toBe(false);
    expect(await repository.count('rollouts', { workspace: 'ws-new' })).toBe(2);
  });
});

describe('what goes wrong', () => {
  test('a foreign or damaged file gives one message, and the next file can be tried', async () => {
    const given = await setup();
    const before = await everything(given);
    const { importing, file } = given;
    await importing.choose(new File(['{"tasks": []}'], 'tasks.json'));
    expect(importing).toMatchObject({
      step: 'idle',
      problem: {
        what: 'This file cannot be imported.',
        where: 'tasks.json: expected a zip file. Nothing was imported.',
      },
    });
    const bytes = new Uint8Array(await file.arrayBuffer());
    await importing.choose(new File([bytes.slice(0, 900)], 'cut.t2t.zip'));
    expect(importing.problem?.where).toMatch(/^cut\.t2t\.zip: .*cut off.*Nothing was imported\.$/);
    await importing.choose(file);
    expect(importing).toMatchObject({ step: 'preview', problem: null });
    importing.cancel();
    expect(await everything(given)).toEqual(before);
  });

  test('nothing is replaced under a run at work', async () => {
    const { importing, locks, repository, file } = await setup();
    await importing.choose(file);
    importing.setAs('replace');
    importing.setConfirmed(true);
    await repository.delete('rollouts', OWN, ['r/t0/careful/0']);
    await locks.hold({ workspace: OWN, id: 'r' }, signal, () => importing.run());
    expect(importing.step).toBe('preview');
    expect(importing.problem?.where).toMatch(/A run is at work/);
    expect(await repository.count('rollouts', { workspace: OWN })).toBe(2);
    await importing.run();
    expect(await repository.count('rollouts', { workspace: OWN })).toBe(3);
  });

  test('a write that fails leaves the preview open to try again', async () => {
    const { importing, repository, file } = await setup();
    await importing.choose(file);
    const replaceWorkspace = repository.replaceWorkspace.bind(repository);
    Object.assign(repository, { replaceWorkspace: () => Promise.reject(new Error('no room')) });
    await importing.run();
    expect(importing).toMatchObject({ step: 'preview', problem: { where: 'no room' } });
    Object.assign(repository, { replaceWorkspace });
    await importing.run();
    expect(importing).toMatchObject({ step: 'idle', problem: null });
  });

  test('cancelling while it is read ends the reading', async () => {
    let given: AbortSignal | undefined;
    const never: Backups = {
      exportWorkspace: () => Promise.reject(new Error('not asked for')),
      openBundle: (_, options) => {
        given = options?.signal;
        return new Promise((_resolve, reject) => {
          given?.addEventListener('abort', () => reject(given?.reason as Error));
        });
      },
    };
    const { importing, file } = await setup({ backups: () => Promise.resolve(never) });
    const reading = importing.choose(file);
    await expect.poll(() => given).toBeDefined();
    expect(importing.step).toBe('reading');
    importing.cancel();
    await reading;
    expect(importing).toMatchObject({ step: 'idle', problem: null });
  });
});
