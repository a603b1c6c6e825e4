import { InputError } from '#core/environment/errors.ts';

/** A file that a person brought, with the folders it was found in: "retail/db.json". Not read yet. */
export interface BroughtFile {
  readonly path: string;
  readonly file: File;
}

/** True for a workspace that was exported to a file, by its name. */
export function isBundle({ path }: BroughtFile): boolean {
  return path.endsWith('.zip');
}

/** A domain folder has some ten files; who drops a whole disk did not mean to. */
const MOST_FILES = 200;
const MOST_LEVELS = 4;

/**
 * The files of a drop, those in folders included. Call it while the event is handled: afterwards the browser has
 * let go of them. Rejects with {@link InputError} for a folder with too much in it.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<readonly BroughtFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = new Found();
  for (const { entry, file } of entries) {
    if (entry !== null) await found.addEntry(entry, '', 0);
    else if (file !== null) found.add(file.name, file);
  }
  return found.files;
}

/** The files chosen in a file field; of a folder, with their place in it. */
export function chosenFiles(files: Iterable<File>): readonly BroughtFile[] {
  const found = new Found();
  for (const file of files) found.add(file.webkitRelativePath || file.name, file);
  return found.files;
}

/** The part of a window that asks for a folder; not every browser has it. */
export interface FolderPicker {
  showDirectoryPicker?(options: { id: string; mode: 'read' }): Promise<FileSystemDirectoryHandle>;
}

/** Asks for a folder: the handle, null when the person changed their mind, undefined where browsers cannot ask so. */
export async function pickFolder(
  picker: FolderPicker,
): Promise<FileSystemDirectoryHandle | null | undefined> {
  try {
    return await picker.showDirectoryPicker?.({ id: 'domain', mode: 'read' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** The files of a folder that was asked for. Rejects as {@link droppedFiles} does. */
export async function pickedFiles(folder: FileSystemDirectoryHandle): Promise<readonly BroughtFile[]> {
  const found = new Found();
  await found.addHandle(folder, '', 0);
  return found.files;
}

class Found {
  readonly files: BroughtFile[] = [];

  add(path: string, file: File): void {
    // What systems leave in folders: .DS_Store, .git.
    if (path.split('/').some((part) => part.startsWith('.'))) return;
    if (this.files.length >= MOST_FILES)
      throw new InputError(
        path.split('/')[0] ?? path,
        `more than ${MOST_FILES} files.`,
        "Bring the domain's own folder, or only its files.",
      );
    this.files.push({ path, file });
  }

  async addHandle(folder: FileSystemDirectoryHandle, above: string, level: number): Promise<void> {
    const path = `${above}${folder.name}/`;
    for await (const inner of folder.values())
      if (isFileHandle(inner)) this.add(`${path}${inner.name}`, await inner.getFile());
      else if (isFolderHandle(inner) && level < MOST_LEVELS && !inner.name.startsWith('.'))
        await this.addHandle(inner, path, level + 1);
  }

  async addEntry(entry: FileSystemEntry, folder: string, level: number): Promise<void> {
    const path = `${folder}${entry.name}`;
    if (isFile(entry)) {
      this.add(path, await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    } else if (isFolder(entry) && level < MOST_LEVELS && !entry.name.startsWith('.')) {
      const reader = entry.createReader();
      // A reader gives a folder piece by piece, and nothing at the end.
      for (let more = await entriesOf(reader); more.length > 0; more = await entriesOf(reader))
        for (const inner of more) await this.addEntry(inner, `${path}/`, level + 1);
    }
  }
}

const entriesOf = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
const isFileHandle = (handle: FileSystemHandle): handle is FileSystemFileHandle => handle.kind === 'file';
const isFolderHandle = (handle: FileSystemHandle): handle is FileSystemDirectoryHandle =>
  handle.kind === 'directory';
