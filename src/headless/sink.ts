import { openOutput, type OutputFile } from './files.ts';
import type { Io } from './io.ts';

/**
 * Runs `fill` with a place to write to: the file of `--out`, which appears when all of it is written, or standard
 * output.
 */
export async function writing<T>(
  io: Io,
  path: string | undefined,
  fill: (write: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  if (path === undefined) return fill((text) => io.out(text));
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
