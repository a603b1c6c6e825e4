import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { InputError } from '#core/environment/index.ts';
import { joinBytes } from './bytes.ts';

/** 16 KiB of deflate become at most 16 MiB: how far a bomb can overshoot the limit before it is noticed. */
const SLICE = 16 * 1024;
const END_OF_DIRECTORY = [0x50, 0x4b, 0x05, 0x06];
/** The end record is 22 bytes and a comment of up to 65,535. */
const END_WITHIN = 22 + 65_535;

export interface UnzipRules {
  /** The only entries there may be. */
  readonly names: ReadonlySet<string>;
  /** Bytes that all entries together may unpack to: checked as declared, and while unpacking. */
  readonly unpacked: number;
}

/**
 * Unpacks a zip that is not to be trusted, with fflate's synchronous calls (the page's policy forbids its workers).
 * Entries never become paths: they have to be among the expected names. Throws `InputError` naming the entry.
 * @param where the file, for messages
 */
export function unzip(where: string, bytes: Uint8Array, rules: UnzipRules): ReadonlyMap<string, Uint8Array> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw refused(where, 'expected a zip file.');
  if (!endsWithDirectory(bytes)) throw refused(where, 'the zip file is cut off: its end is missing.');
  const entries = new Entries(where, rules);
  const unzipper = new Unzip((file) => entries.begin(file));
  unzipper.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += SLICE)
      unzipper.push(bytes.subarray(at, at + SLICE), at + SLICE >= bytes.length);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(where, `the zip file is damaged: ${reason}.`);
  }
  return entries.finished();
}

class Entries {
  readonly #where: string;
  readonly #rules: UnzipRules;
  readonly #parts = new Map<string, Uint8Array[]>();
  readonly #open = new Set<string>();
  #declared = 0;
  #unpacked = 0;

  constructor(where: string, rules: UnzipRules) {
    this.#where = where;
    this.#rules = rules;
  }

  begin(file: UnzipFile): void {
    const { name } = file;
    if (!this.#rules.names.has(name))
      throw refused(
        `${this.#where}: entry ${JSON.stringify(name.slice(0, 80))}`,
        `expected only ${[...this.#rules.names].join(', ')}.`,
      );
    if (this.#parts.has(name)) throw refused(`${this.#where}: ${name}`, 'expected it once, found it twice.');
    if (file.compression !== 0 && file.compression !== 8)
      throw refused(`${this.#where}: ${name}`, `unknown compression ${file.compression}.`);
    this.#declared += file.originalSize ?? 0;
    this.#check(name, this.#declared);
    const chunks: Uint8Array[] = [];
    this.#parts.set(name, chunks);
    this.#open.add(name);
    file.ondata = (error, chunk, final) => {
      if (error !== null) throw error;
      this.#unpacked += chunk.length;
      this.#check(name, this.#unpacked);
      chunks.push(chunk);
      if (final) this.#open.delete(name);
    };
    file.start();
  }

  finished(): ReadonlyMap<string, Uint8Array> {
    const [cut] = this.#open;
    if (cut !== undefined) throw refused(`${this.#where}: ${cut}`, 'it is cut off.');
    return new Map([...this.#parts].map(([name, chunks]) => [name, joinBytes(chunks)]));
  }

  #check(name: string, bytes: number): void {
    if (bytes <= this.#rules.unpacked) return;
    const limit = Math.round(this.#rules.unpacked / 1024 / 1024);
    throw refused(`${this.#where}: ${name}`, `unpacks to more than the ${limit} MB that are allowed.`);
  }
}

/** An error that ends with the assurance that counts. */
export function refused(where: string, expectation: string): InputError {
  return new InputError(where, expectation, 'Nothing was imported.');
}

function endsWithDirectory(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - END_WITHIN; at -= 1)
    if (END_OF_DIRECTORY.every((byte, offset) => bytes[at + offset] === byte)) return true;
  return false;
}
