import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Clock } from '../../clock.ts';
import { TabEngineError, type CachedModel } from '../engine.ts';
import { brokeOff, full, noGguf, notPromised, refused, silent } from './fileFailures.ts';
import { KeptFiles, type OpenFile } from './keptFiles.ts';

/** How many bytes of how many there are by now; the total is null where the server does not say. */
type OnBytes = (loaded: number, total: number | null) => void;

/** What this needs from outside. */
export interface ModelFilesInput {
  readonly fetch: typeof fetch;
  readonly storage: Pick<StorageManager, 'getDirectory' | 'estimate'>;
  readonly clock: Clock;
  /** Origin of the page, whose own files no other server has to allow. */
  readonly origin: string | null;
}

/** Milliseconds without a byte after which a connection counts as broken. */
const SILENCE_MS = 60_000;
/** Tries in a row that brought nothing before somebody is told. */
const FRUITLESS = 3;
const WAIT_MS = 1000;
/** Bytes that are hashed before anybody may cancel. */
const HASH_PART = 8 * 2 ** 20;
const MAGIC = new TextEncoder().encode('GGUF');

/**
 * GGUF files, kept by the address they came from. A download that breaks off is gone on with where it was, at once and
 * another day, as long as the server still has the same file.
 */
export class ModelFiles {
  readonly #input: ModelFilesInput;
  readonly #kept: KeptFiles;

  constructor(input: ModelFilesInput) {
    this.#input = input;
    this.#kept = new KeptFiles(input.storage);
  }

  /**
   * The file behind an address, downloaded as far as it is not there. Rejects with `TabEngineError`.
   * @param sum its SHA-256 in hexadecimal, where somebody promised one
   */
  async get(url: string, onbytes: OnBytes, signal: AbortSignal, sum: string | null = null): Promise<File> {
    const kept = await this.#kept.find(url);
    if (kept?.isWhole === true && (sum === null || kept.note.sha256 === sum)) {
      onbytes(kept.file.size, kept.file.size);
      return kept.file;
    }
    const file = await this.#kept.open(url);
    try {
      if (file.note?.total !== file.size) await this.#download(file, url, onbytes, signal);
      if (sum !== null) await this.#check(file, url, sum, signal);
    } finally {
      await file.close();
    }
    const whole = await this.#kept.find(url);
    if (whole === null) throw new TabEngineError('storage', 'The file has gone.', 'Press again.');
    return whole.file;
  }

  list(): Promise<readonly CachedModel[]> {
    return this.#kept.list();
  }

  delete(url: string): Promise<void> {
    return this.#kept.delete(url);
  }

  /** Goes on until it is there; what passes by itself is tried again. */
  async #download(file: OpenFile, url: string, onbytes: OnBytes, signal: AbortSignal): Promise<void> {
    let fruitless = 0;
    let answered = false;
    const onanswer = () => (answered = true);
    for (;;) {
      const before = file.size;
      try {
        await this.#once(file, url, onbytes, onanswer, signal);
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Passing)) throw error;
        fruitless = file.size > before ? 0 : fruitless + 1;
        // Who never answered will hardly do so in a second: an address that is wrong, or a server that lets no page in.
        if (!answered || fruitless >= FRUITLESS) throw error.failure;
        await this.#input.clock.sleep(WAIT_MS * 2 ** fruitless, signal);
      }
    }
  }

  async #once(
    file: OpenFile,
    address: string,
    onbytes: OnBytes,
    onanswer: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const url = new URL(address);
    const own = new AbortController();
    const stop = () => own.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      let response = await this.#ask(url, file.size, own);
      onanswer();
      const isRest = response.status === 206 && sameFile(file, response);
      // What is here is no part of what is there now: the file has changed, or is shorter.
      if ((response.status === 206 && !isRest) || (response.status === 416 && file.size > 0)) {
        await response.body?.cancel();
        file.truncate(0);
        response = await this.#ask(url, 0, own);
      }
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        const failure = refused(url, response.status);
        throw response.status === 429 || response.status >= 500 ? new Passing(failure) : failure;
      }
      if (!isRest) file.truncate(0);
      const length = lengthOf(response);
      const total = length === null ? null : file.size + length;
      await this.#checkRoom(length ?? 0);
      const note = { url: address, ...marksOf(response), sha256: null };
      await file.setNote({ ...note, total });
      await this.#save(file, url, response, total, onbytes, own);
      if (total !== null && file.size !== total) throw new Passing(brokeOff(url, file.size, total, true));
      if (total === null) await file.setNote({ ...note, total: file.size });
    } finally {
      signal.removeEventListener('abort', stop);
      own.abort();
    }
  }

  async #ask(url: URL, from: number, own: AbortController): Promise<Response> {
    const headers: HeadersInit = from > 0 ? { range: `bytes=${from}-` } : {};
    try {
      return await this.#inTime(
        this.#input.fetch(url, { headers, signal: own.signal, cache: 'no-store' }),
        own.signal,
      );
    } catch (error) {
      throw new Passing(silent(url, error, this.#input.origin));
    }
  }

  async #save(
    file: OpenFile,
    url: URL,
    response: Response,
    total: number | null,
    onbytes: OnBytes,
    own: AbortController,
  ): Promise<void> {
    const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
    const canGoOn =
      response.status === 206 || response.headers.get('accept-ranges') === 'bytes' || isHidden(response);
    let head = file.size === 0 ? new Uint8Array() : null;
    onbytes(file.size, total);
    try {
      for (;;) {
        const { done, value } = await this.#inTime(reader.read(), own.signal).catch((error: unknown) => {
          throw new Passing(brokeOff(url, file.size, total, canGoOn), { cause: error });
        });
        if (done) return;
        if (head !== null) {
          head = Uint8Array.of(...head, ...value.subarray(0, MAGIC.length - head.length));
          if (!head.every((byte, i) => byte === MAGIC[i])) {
            file.truncate(0);
            throw noGguf(url, response.headers.get('content-type'));
          }
          if (head.length === MAGIC.length) head = null;
        }
        file.write(value);
        onbytes(file.size, total);
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  /** Waits for a step of a connection, but not for ever. */
  async #inTime<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
    const over = new AbortController();
    const stop = () => over.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([
        step,
        this.#input.clock.sleep(SILENCE_MS, over.signal).then((): never => {
          throw new Error(`nothing arrived for ${SILENCE_MS / 1000} seconds`);
        }),
      ]);
    } finally {
      signal.removeEventListener('abort', stop);
      over.abort();
    }
  }

  async #check(file: OpenFile, url: string, sum: string, signal: AbortSignal): Promise<void> {
    const kept = await this.#kept.find(url);
    if (kept === null || file.note === null) return;
    const hash = sha256.create();
    for (let at = 0; at < kept.file.size; at += HASH_PART) {
      signal.throwIfAborted();
      hash.update(new Uint8Array(await kept.file.slice(at, at + HASH_PART).arrayBuffer()));
    }
    const found = bytesToHex(hash.digest());
    if (found !== sum) {
      file.truncate(0);
      throw notPromised(new URL(url), found, sum);
    }
    await file.setNote({ ...file.note, sha256: found });
  }

  async #checkRoom(bytes: number): Promise<void> {
    const { quota, usage } = await this.#input.storage.estimate();
    if (quota !== undefined && usage !== undefined && bytes > quota - usage)
      throw full({ bytes, free: quota - usage });
  }
}

/** A failure that may not come again, with what is said if it does. */
class Passing extends Error {
  constructor(
    readonly failure: TabEngineError,
    options?: ErrorOptions,
  ) {
    super(failure.message, options);
  }
}

/** Marks by which a file is known again. */
const marksOf = ({ headers }: Response) => ({
  etag: headers.get('etag'),
  modified: headers.get('last-modified'),
});

/** Whether a server's word on ranges cannot be seen from here: it has to allow that, and few do. */
const isHidden = ({ headers, type }: Response) => type === 'cors' && headers.get('accept-ranges') === null;

/** Whether an answer is the rest of what is kept: place and sizes add up, and the server's marks are the same. */
function sameFile({ note, size }: OpenFile, response: Response): boolean {
  if (note === null) return false;
  const length = lengthOf(response);
  const [, from] = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '') ?? [];
  const marks = marksOf(response);
  const same = (before: string | null, now: string | null) =>
    before === null || now === null || before === now;
  return (
    (from === undefined || Number(from) === size) &&
    (note.total === null || length === null || size + length === note.total) &&
    same(note.etag, marks.etag) &&
    same(note.modified, marks.modified)
  );
}

/** Content-Length counts what crosses the wire; of a body that is compressed on the way it says nothing. */
function lengthOf({ headers }: Response): number | null {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const isPlain = (headers.get('content-encoding') ?? 'identity') === 'identity';
  return isPlain && Number.isInteger(length) && length > 0 ? length : null;
}
