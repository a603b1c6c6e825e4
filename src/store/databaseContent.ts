import { gzipSync, Gunzip } from 'fflate';
import { InputError, jsonSchema, type Json } from '#core/environment/index.ts';
import { joinBytes } from './bytes.ts';
import type { DatabaseContent, DatabaseRow } from './rows.ts';

/** Below this, compression saves less than it costs. */
const COMPRESS_FROM = 64 * 1024;

/** How a database goes into its row: compressed when that is worth it. The same value gives the same bytes. */
export function packDatabase(database: Json): DatabaseContent {
  const text = new TextEncoder().encode(JSON.stringify(database));
  return text.length < COMPRESS_FROM
    ? { encoding: 'json', value: database }
    : { encoding: 'gzip', bytes: gzipSync(text, { mtime: 0 }), size: text.length };
}

/** The database in a row, for `parseDatabase`. Throws `InputError` when its bytes are damaged. */
export function unpackDatabase(row: Pick<DatabaseRow, 'name' | 'content'>): Json {
  const { name, content } = row;
  if (content.encoding === 'json') return content.value;
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const gunzip = new Gunzip((chunk) => {
      size += chunk.length;
      if (size > content.size) throw new RangeError(`more than the ${content.size} bytes it declares`);
      parts.push(chunk);
    });
    gunzip.push(content.bytes, true);
    if (size < content.size) throw new RangeError(`${size} of the ${content.size} bytes it declares`);
    return jsonSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(joinBytes(parts))));
  } catch (error) {
    throw damaged(name, error);
  }
}

/**
 * {@link packDatabase} for a page: takes the JSON text, compresses it with the platform's own stream, piece by piece,
 * so that no input waits for it.
 */
export async function packDatabaseText(text: Uint8Array<ArrayBuffer>): Promise<DatabaseContent> {
  const bytes = await collected(
    new Blob([text]).stream().pipeThrough(new CompressionStream('gzip')),
    Infinity,
  );
  return { encoding: 'gzip', bytes, size: text.length };
}

/** {@link unpackDatabase} for a page: the JSON text in UTF-8, not parsed. Rejects with `InputError` as it does. */
export async function unpackDatabaseText(row: Pick<DatabaseRow, 'name' | 'content'>): Promise<Uint8Array> {
  const { name, content } = row;
  if (content.encoding === 'json') return new TextEncoder().encode(JSON.stringify(content.value));
  try {
    // A copy: a row may lie in memory that is shared, which a blob does not take.
    const packed = new Blob([new Uint8Array(content.bytes)]).stream();
    const text = await collected(packed.pipeThrough(new DecompressionStream('gzip')), content.size);
    if (text.length < content.size)
      throw new RangeError(`${text.length} of the ${content.size} bytes it declares`);
    return text;
  } catch (error) {
    throw damaged(name, error);
  }
}

async function collected(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const reader = stream.getReader();
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > most) {
      await reader.cancel();
      throw new RangeError(`more than the ${most} bytes it declares`);
    }
    parts.push(next.value);
  }
  return joinBytes(parts);
}

function damaged(name: string, error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError(
    `database "${name}"`,
    `its stored bytes are damaged: ${reason}.`,
    'Bring the file again.',
  );
}
