import { describe, expect, test } from 'vitest';
import { NOW, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { serveBackups, workerBackups, type BackupWorker } from './backupChannel.ts';
import { localBackups, type BundleFile } from './backups.ts';
import { memoryRepository } from './memoryRepository.ts';
import type { Repository } from './repository.ts';

const options = { createdBy: 'test', now: NOW };

async function filled(): Promise<Repository> {
  const repository = memoryRepository();
  await repository.putWorkspace(workspaceNamed('w'));
  await repository.put('runs', [runNamed('w', 'r')]);
  await repository.put('rollouts', rolloutsOf('w', 'r', 60));
  return repository;
}

type Listener = (value: unknown) => void;

/** Workers in this thread, wired to a repository; `ended` counts those that were ended. */
function workers(repository: Repository, silent = false) {
  const state = { started: 0, ended: 0, crash: (_: Error): void => undefined };
  const spawn = (): BackupWorker => {
    state.started += 1;
    let toPage: Listener = () => undefined;
    let toWorker: Listener = () => undefined;
    let over = false;
    const later = (deliver: () => void) =>
      queueMicrotask(() => {
        if (!over) deliver();
      });
    serveBackups(
      {
        post: (message) => later(() => toPage(message)),
        onMessage: (listener) => (toWorker = listener),
      },
      () => Promise.resolve(repository),
    );
    return {
      post: (message) => {
        if (!silent) later(() => toWorker(message));
      },
      onMessage: (listener) => (toPage = listener),
      onError: (listener) => (state.crash = listener),
      terminate: () => {
        if (!over) state.ended += 1;
        over = true;
      },
    };
  };
  return { state, backups: workerBackups(spawn) };
}

async function exportedFile(repository: Repository): Promise<File> {
  const { name, bytes } = await localBackups(repository).exportWorkspace('w', options);
  return new File([bytes], name);
}

describe('backups in this thread', () => {
  test('refuse a file that is too large without loading it, and say when one cannot be read', async () => {
    const backups = localBackups(memoryRepository());
    const load = () => Promise.reject(new Error('it was loaded'));
    const huge: BundleFile = { name: 'huge.zip', size: 300 * 1024 * 1024, arrayBuffer: load };
    await expect(backups.openBundle(huge)).rejects.toThrow(
      'huge.zip: a file of 300 MB; at most 256 MB are allowed. Nothing was imported.',
    );
    const gone = { ...huge, name: 'gone.zip', size: 10 };
    await expect(backups.openBundle(gone)).rejects.toThrow(/^gone.zip: it cannot be read: it was loaded/);
  });
});

describe('backups in a worker', () => {
  test('give the same file, tell how far they are, and end their worker', async () => {
    const repository = await filled();
    const { state, backups } = workers(repository);
    const steps: number[] = [];
    const onprogress = (done: number) => steps.push(done);
    const exported = await backups.exportWorkspace('w', { ...options, onprogress });
    expect(exported).toEqual(await localBackups(repository).exportWorkspace('w', options));
    expect(steps.at(-1)).toBe(61);
    expect(state).toMatchObject({ started: 1, ended: 1 });
  });

  test('hold an opened file until it is imported or closed', async () => {
    const file = await exportedFile(await filled());
    const elsewhere = memoryRepository();
    const { state, backups } = workers(elsewhere);
    const opened = await backups.openBundle(file);
    expect(opened.preview).toMatchObject({ counts: { rollouts: 60 }, conflict: null });
    expect((await elsewhere.listWorkspaces()).rows).toEqual([]);
    expect(await opened.import({ type: 'copy', workspace: 'c', title: 'Copy' })).toMatchObject({ id: 'c' });
    expect(await elsewhere.count('rollouts', { workspace: 'c' })).toBe(60);
    expect(state.ended).toBe(0);
    opened.close();
    expect(state.ended).toBe(1);
  });

  test('reject as the work does, by name and message', async () => {
    const { state, backups } = workers(await filled());
    await expect(backups.openBundle(new File(['{}'], 'tasks.json'))).rejects.toMatchObject({
      name: 'InputError',
      message: 'tasks.json: expected a zip file. Nothing was imported.',
    });
    await expect(backups.exportWorkspace('none', options)).rejects.toMatchObject({ name: 'InputError' });
    expect(state).toMatchObject({ started: 2, ended: 2 });
  });

  test('stop at once when cancelled, and when their worker crashes', async () => {
    const { state, backups } = workers(await filled(), true);
    const abort = new AbortController();
    const exporting = backups.exportWorkspace('w', { ...options, signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    await expect(exporting).rejects.toThrow('changed my mind');
    const again = backups.exportWorkspace('w', { ...options, signal: abort.signal });
    await expect(again).rejects.toThrow('changed my mind');
    const opening = backups.openBundle(new File([], 'x.zip'));
    await Promise.resolve();
    state.crash(new Error('out of memory'));
    await expect(opening).rejects.toThrow('out of memory');
    expect(state).toMatchObject({ started: 3, ended: 3 });
  });
});
