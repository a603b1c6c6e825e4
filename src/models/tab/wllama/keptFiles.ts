/** Files of models in the browser's private file system, each with a note of where it came from. */
import { z } from 'zod';
import { TabEngineError, type CachedModel } from '../engine.ts';
import { full, inUse, noRoom } from './fileFailures.ts';

const FOLDER = 'models';
const NOTE = '.json';
const noteSchema = z.strictObject({
  url: z.string(),
  /** Null while the server has not said. */
  total: z.int().positive().nullable(),
  etag: z.string().nullable(),
  /** When the server's file was last changed, in its own words: browsers show this where they hide the ETag. */
  modified: z.string().nullable().default(null),
  /** The SHA-256 that the whole file was found to have; null while nobody asked. */
  sha256: z.string().nullable().default(null),
});
/** What is known of a file besides its bytes. */
export type FileNote = z.infer<typeof noteSchema>;

/** A file that is here, at least in part. */
export interface KeptFile {
  readonly note: FileNote;
  readonly file: File;
  readonly isWhole: boolean;
}

/** A file that nobody else can change while it is open. */
export interface OpenFile {
  /** Null for a file that is new here, or whose note cannot be read. */
  readonly note: FileNote | null;
  readonly size: number;
  /** Rejects as {@link TabEngineError} when the storage is full. */
  write(part: Uint8Array<ArrayBuffer>): void;
  truncate(size: number): void;
  setNote(note: FileNote): Promise<void>;
  /** What has no bytes is gone then. */
  close(): Promise<void>;
}

/** Runs in a worker: only there can such files be written at a place. */
export class KeptFiles {
  readonly #storage: Pick<StorageManager, 'getDirectory'>;

  constructor(storage: Pick<StorageManager, 'getDirectory'>) {
    this.#storage = storage;
  }

  async find(url: string): Promise<KeptFile | null> {
    return read(await this.#folder(), await nameOf(url));
  }

  /** Opens a file for writing, also a new one. Rejects when it is open already, here or in another tab. */
  async open(url: string): Promise<OpenFile> {
    const folder = await this.#folder();
    const name = await nameOf(url);
    const access = await openToWrite(folder, name);
    try {
      const note = await readNote(folder, name);
      return new Opened(folder, name, access, note);
    } catch (error) {
      access.close();
      throw error;
    }
  }

  /** What is kept. What nobody can go on with, left by a tab that was closed at a bad moment, is deleted. */
  async list(): Promise<readonly CachedModel[]> {
    const folder = await this.#folder();
    const names = new Set<string>();
    for await (const [file] of entries(folder))
      names.add(file.endsWith(NOTE) ? file.slice(0, -NOTE.length) : file);
    const all: CachedModel[] = [];
    for (const name of names) {
      const kept = await read(folder, name);
      if (kept === null) await removeBoth(folder, name).catch(() => undefined);
      else all.push({ url: kept.note.url, bytes: kept.file.size, isPartial: !kept.isWhole });
    }
    return all;
  }

  /** Rejects while the file is being downloaded. */
  async delete(url: string): Promise<void> {
    await removeBoth(await this.#folder(), await nameOf(url));
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    try {
      const root = await this.#storage.getDirectory();
      return await root.getDirectoryHandle(FOLDER, { create: true });
    } catch (error) {
      throw noRoom(error);
    }
  }
}

class Opened implements OpenFile {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #name: string;
  readonly #access: Access;
  #note: FileNote | null;
  #size: number;

  constructor(folder: FileSystemDirectoryHandle, name: string, access: Access, note: FileNote | null) {
    this.#folder = folder;
    this.#name = name;
    this.#access = access;
    this.#note = note;
    this.#size = access.getSize();
  }

  get note(): FileNote | null {
    return this.#note;
  }
  get size(): number {
    return this.#size;
  }

  write(part: Uint8Array<ArrayBuffer>): void {
    const written = orFull(() => this.#access.write(part, { at: this.#size }));
    this.#size += written;
    // A disk that is full may take a part of it and say nothing.
    if (written < part.byteLength) throw full(null);
  }

  truncate(size: number): void {
    this.#access.truncate(size);
    this.#size = size;
  }

  async setNote(note: FileNote): Promise<void> {
    const access = await openToWrite(this.#folder, `${this.#name}${NOTE}`);
    try {
      access.truncate(0);
      orFull(() => access.write(new TextEncoder().encode(JSON.stringify(note)), { at: 0 }));
      this.#note = note;
    } finally {
      access.close();
    }
  }

  async close(): Promise<void> {
    try {
      orFull(() => this.#access.flush());
    } finally {
      this.#access.close();
      if (this.#size === 0) await removeBoth(this.#folder, this.#name).catch(() => undefined);
    }
  }
}

function orFull<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof DOMException && error.name === 'QuotaExceededError' ? full(null) : error;
  }
}

async function nameOf(url: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(url));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function read(folder: FileSystemDirectoryHandle, name: string): Promise<KeptFile | null> {
  const note = await readNote(folder, name);
  if (note === null) return null;
  try {
    const file = await (await folder.getFileHandle(name)).getFile();
    return { note, file, isWhole: note.total === file.size };
  } catch {
    return null;
  }
}

async function readNote(folder: FileSystemDirectoryHandle, name: string): Promise<FileNote | null> {
  try {
    const file = await (await folder.getFileHandle(`${name}${NOTE}`)).getFile();
    return noteSchema.safeParse(JSON.parse(await file.text())).data ?? null;
  } catch {
    return null;
  }
}

/** The file first: while that is open elsewhere, its note has to stay. */
async function removeBoth(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  for (const file of [name, `${name}${NOTE}`])
    try {
      await folder.removeEntry(file);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotFoundError') continue;
      throw inUse(error);
    }
}

interface Access {
  getSize(): number;
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

async function openToWrite(folder: FileSystemDirectoryHandle, name: string): Promise<Access> {
  try {
    const handle = await folder.getFileHandle(name, { create: true });
    // TypeScript has it for workers only, and this file is compiled with the page's types.
    return await (
      handle as unknown as { createSyncAccessHandle(): Promise<Access> }
    ).createSyncAccessHandle();
  } catch (error) {
    if (error instanceof TabEngineError) throw error;
    throw error instanceof DOMException && error.name === 'QuotaExceededError' ? full(null) : inUse(error);
  }
}

/** TypeScript's types of the page leave these out. */
function entries(folder: FileSystemDirectoryHandle): AsyncIterable<readonly [string, FileSystemHandle]> {
  return (folder as unknown as { entries(): AsyncIterable<readonly [string, FileSystemHandle]> }).entries();
}
