import { openOutput, type OutputFile } from './files.ts';
import type { Io } from './io.ts';

/**
 * Runs `fill` with a place to write to: the file of `--out`, or standard output. Either gets all of it or nothing, so
 * that bad input in the middle leaves no half of an answer behind.
 */
export async function writing<T>(
  io: Io,
  path: string | undefined,
  fill: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  if (path === undefined) {
    const parts: string[] = [];
    const result = await fill((text) => {
      parts.push(text);
      return Promise.resolve();
    });
    for (const part of parts) await io.out(part);
    return result;
  }
  const file: OutputFile = await openOutput(path);
  try {
    const result = await fill((text) => file.write(text));
    await file.commit();
    return result;
  } finally {
    await file.discard();
  }
}

/** Writes a JSON array item by item, so that it is never whole in memory. */
export class ArrayWriter {
  readonly #write: (text: string) => Promise<void>;
  #empty = true;

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  async add(item: unknown): Promise<void> {
    await this.#write(`${this.#empty ? '[\n' : ',\n'}${JSON.stringify(item)}`);
    this.#empty = false;
  }

  async end(): Promise<void> {
    await this.#write(this.#empty ? '[]\n' : '\n]\n');
  }
}

/** A JSON document for people and programs. */
export const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
