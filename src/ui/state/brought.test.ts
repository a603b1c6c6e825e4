import { describe, expect, it } from 'vitest';
import { chosenFiles, droppedFiles, isBundle, pickedFiles, pickFolder } from './brought.ts';

const file = (name: string) => new File(['x'], name);

/** A file as a drop gives it. */
const fileEntry = (name: string) =>
  ({
    ...{ name, isFile: true, isDirectory: false },
    file: (resolve: (value: File) => void) => resolve(file(name)),
  }) as FileSystemFileEntry;

/** A folder as a drop gives it: its entries two at a time, and nothing at the end. */
const folderEntry = (name: string, entries: readonly FileSystemEntry[]) =>
  ({
    ...{ name, isFile: false, isDirectory: true },
    createReader() {
      const waiting = [...entries];
      return { readEntries: (resolve: (some: FileSystemEntry[]) => void) => resolve(waiting.splice(0, 2)) };
    },
  }) as FileSystemDirectoryEntry;

const drop = (...entries: (FileSystemEntry | null)[]) =>
  ({
    items: entries.map((entry) => ({
      kind: 'file',
      webkitGetAsEntry: () => entry,
      getAsFile: () => file(entry?.name ?? 'plain.json'),
    })),
  }) as unknown as DataTransfer;

const paths = async (files: Promise<readonly { path: string }[]>) => (await files).map(({ path }) => path);

describe('dropped files', () => {
  it('are found in folders, in all of their pieces, without what systems leave there', async () => {
    const names = ['.DS_Store', 'db.json', 'tasks.json', 'policy.md'];
    const folder = folderEntry('retail', [
      ...names.map(fileEntry),
      folderEntry('.git', [fileEntry('config')]),
      folderEntry('more', [fileEntry('a.json')]),
    ]);
    expect(await paths(droppedFiles(drop(folder, fileEntry('alone.json'))))).toEqual([
      ...['retail/db.json', 'retail/tasks.json', 'retail/policy.md', 'retail/more/a.json', 'alone.json'],
    ]);
  });

  it('are taken as they are where the browser knows no folders', async () => {
    expect(await paths(droppedFiles(drop(null)))).toEqual(['plain.json']);
  });

  it('are too many when somebody drops a disk, and that is said', async () => {
    const many = Array.from({ length: 300 }, (_, i) => fileEntry(`${i}.json`));
    await expect(droppedFiles(drop(folderEntry('disk', many)))).rejects.toThrow(
      /^disk: more than 200 files. Bring the domain's own folder/,
    );
  });

  it('are not looked for deeper than a domain folder goes', async () => {
    const deep = ['5', '4', '3', '2', '1'].reduce<FileSystemEntry>(
      (inner, name) => folderEntry(name, [inner]),
      fileEntry('far.json'),
    );
    expect(await paths(droppedFiles(drop(deep)))).toEqual([]);
  });
});

describe('chosen files', () => {
  it('have their place in the chosen folder', () => {
    const inFolder = Object.defineProperty(file('db.json'), 'webkitRelativePath', {
      value: 'retail/db.json',
    });
    const plain = Object.defineProperty(file('a.json'), 'webkitRelativePath', { value: '' });
    expect(chosenFiles([inFolder, plain]).map(({ path }) => path)).toEqual(['retail/db.json', 'a.json']);
  });

  it('come from a folder that was asked for, or from nowhere when the person thought better of it', async () => {
    const handle = (name: string, inner?: readonly object[]) => ({
      ...{ name, kind: inner === undefined ? 'file' : 'directory' },
      getFile: () => Promise.resolve(file(name)),
      async *values() {
        yield* await Promise.resolve(inner ?? []);
      },
    });
    const folder = handle('retail', [handle('db.json'), handle('.git', [handle('x')])]);
    const given = folder as unknown as FileSystemDirectoryHandle;
    expect(await pickFolder({ showDirectoryPicker: () => Promise.resolve(given) })).toBe(given);
    expect(await paths(pickedFiles(given))).toEqual(['retail/db.json']);
    const never = () => Promise.reject(new DOMException('no', 'AbortError'));
    expect(await pickFolder({ showDirectoryPicker: never })).toBeNull();
    expect(await pickFolder({})).toBeUndefined();
  });

  it('are workspaces by their name', () => {
    expect([
      isBundle({ path: 'a.t2t.zip', file: file('') }),
      isBundle({ path: 'zip', file: file('') }),
    ]).toEqual([true, false]);
  });
});
