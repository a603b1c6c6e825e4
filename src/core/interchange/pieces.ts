/**
 * Large files, read as streams. One pass over the bytes finds where the elements of their lists begin and end, and
 * keeps nothing else; the pieces are then read one by one, by whoever has time.
 */
import { InputError, type Json } from '../environment/index.ts';
import { parseUntrusted } from './jsonText.ts';
import {
  BrokenJson,
  LF,
  LONGEST_ELEMENT,
  Outliner,
  PIECE_BYTES,
  PIECE_COUNT,
  tooLong,
  type Outline,
  type Piece,
  type Wanted,
} from './outliner.ts';

export { outlineSchema, pieceSchema, type Outline, type Piece, type Wanted } from './outliner.ts';

/** A file of any size. */
export interface FileSource {
  /** Bytes. */
  readonly size: number;
  /** All of it from the beginning; may be asked for more than once. */
  stream(): AsyncIterable<Uint8Array>;
  /** The bytes `from` to before `to`. */
  slice(from: number, to: number): Promise<Uint8Array>;
}

/** A file of a page or a worker as a source. */
export function blobSource(file: Blob): FileSource {
  return {
    size: file.size,
    stream: () => chunksOf(file),
    slice: async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer()),
  };
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): FileSource {
  return {
    size: bytes.length,
    async *stream() {
      yield await Promise.resolve(bytes);
    },
    slice: (from, to) => Promise.resolve(bytes.subarray(from, to)),
  };
}

/** Bytes of a broken file that is read a second time, as a whole, to say exactly what is wrong. */
const EXPLAINED = 64 * 1_000_000;

/** What a pass over a file reports and obeys. */
export interface Pass {
  /** Bytes that have been seen. */
  readonly onbytes?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Cuts a file of JSON into pieces. Throws {@link InputError} with line and column where it is not JSON outside of
 * the pieces, or a field stands twice; what is inside of one is looked at when it is read.
 */
export async function outlineJson(
  path: string,
  source: FileSource,
  wanted: Wanted,
  pass: Pass = {},
): Promise<Outline> {
  const outliner = new Outliner(path, wanted);
  try {
    for await (const chunk of passing(path, source, pass)) outliner.write(chunk);
    return outliner.end();
  } catch (error) {
    if (error instanceof BrokenJson && source.size <= EXPLAINED) {
      const all = await source.slice(0, source.size);
      parseUntrusted(decode(path, all), path);
    }
    throw error;
  }
}

/** Cuts a file of lines into pieces of whole lines; empty lines are counted, and left to the reader. */
export async function outlineLines(path: string, source: FileSource, pass: Pass = {}): Promise<Outline> {
  const pieces: Piece[] = [];
  let [from, line, lines, offset] = [0, 1, 0, 0];
  const cut = (to: number) => {
    if (to > from) pieces.push({ field: '', first: line - 1, count: lines, from, to, line, column: 1 });
    [from, line, lines] = [to, line + lines, 0];
  };
  for await (const chunk of passing(path, source, pass)) {
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
      lines += 1;
      const end = offset + at + 1;
      if (lines === PIECE_COUNT || end - from >= PIECE_BYTES) cut(end);
    }
    offset += chunk.length;
    if (offset - from > LONGEST_ELEMENT) throw tooLong(path);
  }
  lines += 1;
  cut(offset);
  return { root: 'lines', fields: [], pieces };
}

/** The chunks of a file in UTF-8, with what the pass reports and obeys. */
async function* passing(
  path: string,
  source: FileSource,
  { onbytes, signal }: Pass,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of source.stream()) {
    signal?.throwIfAborted();
    if (done === 0 && (chunk[0] === 0xff || chunk[0] === 0xfe))
      throw new InputError(path, 'expected text in UTF-8, found UTF-16.', 'Save it as UTF-8.');
    yield chunk;
    done += chunk.length;
    onbytes?.(done);
  }
  if (done === 0) throw new InputError(path, 'the file is empty.');
}

/** The text of a piece of lines, line by line, with the number of each in the file. Throws {@link InputError}. */
export function* linesOf(
  path: string,
  piece: Piece,
  bytes: Uint8Array,
): Generator<{ line: number; text: string }> {
  for (const [i, text] of decode(path, bytes).split('\n').entries())
    if (text.trim() !== '') yield { line: piece.line + i, text };
}

/** The elements of a piece of a JSON file, or the one value of a field, from its bytes. Throws {@link InputError}. */
export function parsePiece(path: string, { count, line, column }: Piece, bytes: Uint8Array): readonly Json[] {
  const text = decode(path, bytes);
  const start = { line, column };
  if (count === 0) return [parseUntrusted(` ${text.slice(1)}`, path, start)];
  // The bracket or comma before the first element gives way to a bracket: columns stay what they are in the file.
  return parseUntrusted(`[${text.slice(1)}]`, path, start) as readonly Json[];
}

function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError(path, 'expected text in UTF-8; some of its bytes are not.');
  }
}
