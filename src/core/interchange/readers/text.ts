import { InputError } from '../../environment/index.ts';
import type { FileHead } from './reader.ts';

/** Bytes of a file that are enough to tell what it is. */
export const HEAD_BYTES = 64 * 1024;

/** What the first bytes of a file tell about it. */
export function headOf(file: { path: string; size: number; bytes: Uint8Array }): FileHead {
  const { path, size } = file;
  const bytes = file.bytes.subarray(0, HEAD_BYTES);
  const encoding = encodingOf(bytes);
  const text = encoding === undefined ? '' : new TextDecoder(encoding).decode(bytes, { stream: true });
  return { path, size, name: (path.split('/').at(-1) ?? path).toLowerCase(), text: text.trimStart() };
}

/**
 * The text of a file: UTF-8, or UTF-16 with its byte order mark (some editors save that). Throws `InputError` for
 * anything else, and for a file without text.
 */
export function textOf(path: string, bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  if (encoding === undefined) throw new InputError(path, 'expected text in UTF-8, found other bytes.');
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError(path, `expected text in ${encoding.toUpperCase()}; some of its bytes are not.`);
  }
  if (text.trim() === '') throw new InputError(path, 'the file is empty.');
  return text;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // No text in UTF-8 holds a zero.
  return bytes.subarray(0, HEAD_BYTES).includes(0) ? undefined : 'utf-8';
}
