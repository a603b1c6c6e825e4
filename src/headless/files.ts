import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { InputError } from '#core/environment/index.ts';
import { parseJson, parseToml } from '#core/interchange/index.ts';

/** The text of a file. Throws {@link InputError} when it cannot be read or is empty. */
export function readText(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
  if (text.trim() === '') throw new InputError(path, 'the file is empty.');
  return text;
}

/** The first bytes of a file. Throws {@link InputError} when it cannot be read. */
export function readHead(path: string, most: number): Uint8Array {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(most);
      return bytes.subarray(0, readSync(file, bytes, 0, most, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The parsed content of a JSON file. Throws {@link InputError} that names the file and the place at fault. */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

/** The parsed text of a file of data: TOML by its name, else JSON. */
export function parseData(text: string, path: string): unknown {
  return isToml(path) ? parseToml(text, path) : parseJson(text, path);
}

export const isToml = (path: string) => path.toLowerCase().endsWith('.toml');

/** One line of a JSON Lines file. */
export interface Row {
  readonly value: unknown;
  /** For messages: the file and the line. */
  readonly where: string;
}

/** The rows of a JSON Lines file, one at a time; empty lines are skipped. */
export async function* readRows(path: string): AsyncGenerator<Row> {
  const stream = createReadStream(path, 'utf8');
  try {
    // Awaited first, because readline drops the error of a stream that cannot be opened.
    await once(stream, 'open');
    let line = 0;
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() !== '')
        yield { value: parseJson(text, path, { line, column: 1 }), where: `${path}, line ${line}` };
    }
  } catch (error) {
    throw error instanceof InputError ? error : unreadable(path, error);
  } finally {
    stream.destroy();
  }
}

/**
 * True when a file holds one JSON document rather than one per line: it begins with a list, or its first line is not
 * a whole document, or is one that `isDocument` knows.
 */
export async function isOneDocument(path: string, isDocument: (value: unknown) => boolean): Promise<boolean> {
  try {
    for await (const { value } of readRows(path)) return Array.isArray(value) || isDocument(value);
  } catch (error) {
    if (!(error instanceof InputError) || !existsSync(path)) throw error;
  }
  return true;
}

/** What a failure to read a file means. */
export function unreadable(path: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return new InputError(path, 'there is no such file.', `Looked in ${process.cwd()}.`);
  if (code === 'EISDIR') return new InputError(path, 'this is a folder, not a file.');
  if (code === 'EACCES') return new InputError(path, 'this file may not be read.');
  return new InputError(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
}

/** A file that appears under its name only when it is complete. */
export interface OutputFile {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Gives the file its name. */
  commit(): Promise<void>;
  /** Removes what was written. Does nothing after {@link OutputFile.commit}. */
  discard(): Promise<void>;
}

/** Opens a file for writing beside its final name. Throws {@link InputError} when that is not possible. */
export async function openOutput(path: string): Promise<OutputFile> {
  if (!existsSync(dirname(resolve(path))))
    throw new InputError(path, 'the folder of this file does not exist.', 'Make it first.');
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(path, 'this is a folder, not a file.');
  const temporary = `${path}.${process.pid}.tmp`;
  const stream = createWriteStream(temporary);
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new InputError(
      path,
      `cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  let failure: unknown;
  stream.on('error', (error) => (failure = error));
  const close = (target: WriteStream) =>
    new Promise<void>((done) => {
      target.end(() => done());
    });
  let open = true;
  return {
    async write(text) {
      if (failure instanceof Error) throw failure;
      if (stream.write(text)) return;
      const waited = new AbortController();
      const { signal } = waited;
      await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
      waited.abort();
    },
    async commit() {
      await close(stream);
      if (failure instanceof Error) throw failure;
      await rename(temporary, path);
      open = false;
    },
    async discard() {
      if (!open) return;
      open = false;
      stream.destroy();
      await rm(temporary, { force: true });
    },
  };
}
