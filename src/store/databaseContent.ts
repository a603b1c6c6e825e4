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
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(
      `database "${name}"`,
      `its stored bytes are damaged: ${reason}.`,
      'Bring the file again.',
    );
  }
}
