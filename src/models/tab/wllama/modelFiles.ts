import { z } from 'zod';
import { TabEngineError, type CachedModel } from '../engine.ts';

/** How many bytes of how many there are by now; the total is null where the server does not say. */
type OnBytes = (loaded: number, total: number | null) => void;

/** What this needs from outside. */
export interface ModelFilesInput {
  readonly fetch: typeof fetch;
  readonly storage: Pick<StorageManager, 'getDirectory' | 'estimate'>;
}

const FOLDER = 'models';
const metaSchema = z.strictObject({
  url: z.string(),
  /** Null while the server has not said. */
  total: z.int().positive().nullable(),
  etag: z.string().nullable(),
});
type Meta = z.infer<typeof metaSchema>;

/** What belongs to one file, with what is kept of it. */
interface Kept {
  readonly name: string;
  readonly meta: Meta;
  readonly size: number;
}

/**
 * Files of models, kept in the browser's private file system by the address they came from. A download that breaks off is
 * gone on with where it was, as long as the server still has the same file. Runs in a worker: only there can such files
 * be written at a place.
 */
export class ModelFiles {
  readonly #input: ModelFilesInput;

  constructor(input: ModelFilesInput) {
    this.#input = input;
  }

  /** The file behind an address, downloaded as far as it is not there. Rejects with `TabEngineError`. */
  async get(url: string, onbytes: OnBytes, signal: AbortSignal): Promise<File> {
    const folder = await this.#folder();
    const name = await nameOf(url);
    const kept = await read(folder, name);
    if (kept !== null && isWhole(kept)) {
      onbytes(kept.size, kept.size);
      return fileOf(folder, name);
    }
    await this.#download(folder, name, url, kept, onbytes, signal);
    return fileOf(folder, name);
  }

  async list(): Promise<readonly CachedModel[]> {
    const folder = await this.#folder();
    const names: string[] = [];
    for await (const [file] of entries(folder)) if (file.endsWith('.json')) names.push(file.slice(0, -5));
    const kept = await Promise.all(names.map((name) => read(folder, name)));
    return kept.flatMap((one) =>
      one === null ? [] : [{ url: one.meta.url, bytes: one.size, isPartial: !isWhole(one) }],
    );
  }

  async delete(url: string): Promise<void> {
    const folder = await this.#folder();
    const name = await nameOf(url);
    for (const file of [`${name}.json`, name]) await remove(folder, file);
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    try {
      const root = await this.#input.storage.getDirectory();
      return await root.getDirectoryHandle(FOLDER, { create: true });
    } catch (error) {
      throw new TabEngineError(
        'storage',
        `This browser gives the page no room for files: ${textOf(error)}`,
        'Choose a file of your own instead, or leave private browsing.',
      );
    }
  }

  async #download(
    folder: FileSystemDirectoryHandle,
    name: string,
    url: string,
    kept: Kept | null,
    onbytes: OnBytes,
    signal: AbortSignal,
  ): Promise<void> {
    const from = kept?.size ?? 0;
    const response = await this.#ask(url, from, signal);
    const isRest = response.status === 206 && sameFile(kept, response, from);
    if (response.status === 206 && !isRest) {
      // The file has changed since: what is here of the old one is of no use.
      await response.body?.cancel();
      await remove(folder, name);
      return this.#download(folder, name, url, null, onbytes, signal);
    }
    const start = isRest ? from : 0;
    const length = lengthOf(response);
    const total = length === null ? null : start + length;
    await this.#checkRoom(total === null ? 0 : total - start);
    await write(folder, `${name}.json`, { url, total, etag: response.headers.get('etag') });
    const end = await this.#save(folder, name, response, start, total, onbytes, signal);
    if (total !== null && end < total) throw brokeOff(end, total);
    if (total === null) await write(folder, `${name}.json`, { url, total: end, etag: null });
  }

  async #ask(url: string, from: number, signal: AbortSignal): Promise<Response> {
    const host = new URL(url).host;
    let response: Response;
    try {
      const headers: HeadersInit = from > 0 ? { range: `bytes=${from}-` } : {};
      response = await this.#input.fetch(url, { headers, signal, cache: 'no-store' });
    } catch (error) {
      signal.throwIfAborted();
      throw new TabEngineError(
        'network',
        `${host} did not answer (${textOf(error)}).`,
        'Check the connection and the address, then press again: what has arrived is kept.',
      );
    }
    // What is asked for begins behind the end: the file has changed.
    if (response.status === 416 && from > 0) return this.#ask(url, 0, signal);
    if (response.ok && response.body !== null) return response;
    await response.body?.cancel();
    const next =
      response.status === 404
        ? 'Check the address.'
        : response.status === 401 || response.status === 403
          ? 'It may want an account; download it there and choose the file.'
          : 'Try again later.';
    throw new TabEngineError('network', `${host} answered ${response.status} for this file.`, next);
  }

  /** @returns where the file ends then */
  async #save(
    folder: FileSystemDirectoryHandle,
    name: string,
    response: Response,
    start: number,
    total: number | null,
    onbytes: OnBytes,
    signal: AbortSignal,
  ): Promise<number> {
    const access = await openToWrite(folder, name);
    let at = start;
    try {
      access.truncate(start);
      onbytes(at, total);
      if (response.body !== null)
        for await (const part of chunksOf(response.body)) {
          signal.throwIfAborted();
          access.write(part, { at });
          at += part.byteLength;
          onbytes(at, total);
        }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DOMException && error.name === 'QuotaExceededError') throw full(null);
      throw brokeOff(at, total);
    } finally {
      access.flush();
      access.close();
    }
    return at;
  }

  async #checkRoom(bytes: number): Promise<void> {
    const { quota, usage } = await this.#input.storage.estimate();
    if (quota !== undefined && usage !== undefined && bytes > quota - usage)
      throw full({ bytes, free: quota - usage });
  }
}

const isWhole = ({ meta, size }: Kept) => meta.total === size;

/** Whether an answer is the rest of what is kept: the sizes add up, and the server's mark is the same. */
function sameFile(kept: Kept | null, response: Response, from: number): boolean {
  if (kept === null) return false;
  const { total, etag } = kept.meta;
  const length = lengthOf(response);
  const mark = response.headers.get('etag');
  return (
    (total === null || length === null || from + length === total) &&
    (etag === null || mark === null || etag === mark)
  );
}

/** Content-Length counts what crosses the wire; of a body that is compressed on the way it says nothing. */
function lengthOf({ headers }: Response): number | null {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return isPlain && Number.isInteger(length) && length > 0 ? length : null;
}

async function nameOf(url: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(url));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function read(folder: FileSystemDirectoryHandle, name: string): Promise<Kept | null> {
  try {
    const [described, file] = await Promise.all([fileOf(folder, `${name}.json`), fileOf(folder, name)]);
    const meta = metaSchema.safeParse(JSON.parse(await described.text())).data;
    return meta === undefined ? null : { name, meta, size: file.size };
  } catch {
    return null;
  }
}

async function write(folder: FileSystemDirectoryHandle, name: string, meta: Meta): Promise<void> {
  const access = await openToWrite(folder, name);
  try {
    access.truncate(0);
    access.write(new TextEncoder().encode(JSON.stringify(meta)));
  } finally {
    access.flush();
    access.close();
  }
}

async function fileOf(folder: FileSystemDirectoryHandle, name: string): Promise<File> {
  return (await folder.getFileHandle(name)).getFile();
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    throw inUse(error);
  }
}

interface Access {
  truncate(size: number): void;
  write(bytes: Uint8Array<ArrayBuffer>, options?: { readonly at: number }): number;
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
    throw inUse(error);
  }
}

/** TypeScript's types of the page leave these out. */
function entries(folder: FileSystemDirectoryHandle): AsyncIterable<readonly [string, FileSystemHandle]> {
  return (folder as unknown as { entries(): AsyncIterable<readonly [string, FileSystemHandle]> }).entries();
}

async function* chunksOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;

const brokeOff = (end: number, total: number | null) =>
  new TabEngineError(
    'network',
    `The download broke off after ${megabytes(end)}${total === null ? '' : ` of ${megabytes(total)}`}.`,
    'Press again to go on from there.',
  );

const full = (room: { readonly bytes: number; readonly free: number } | null) =>
  new TabEngineError(
    'storage',
    room === null
      ? "The browser's storage is full."
      : `The file needs ${megabytes(room.bytes)}, and the browser gives this page ${megabytes(Math.max(0, room.free))} more.`,
    'Delete a model that you no longer need, or choose a smaller one.',
  );

const inUse = (error: unknown) =>
  new TabEngineError(
    'storage',
    `The file of this model cannot be changed now (${textOf(error)}).`,
    'Another tab may be using it: close that one, then try again.',
  );
