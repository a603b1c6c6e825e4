import type { Io } from './io.ts';

const EVERY_MS = 1000;

/** Short lines about how far the work is, on standard error, at most one a second: short work says nothing. */
export class Progress {
  readonly #io: Io;
  readonly #quiet: boolean;
  #last: number;

  constructor(io: Io, quiet: boolean) {
    this.#io = io;
    this.#quiet = quiet;
    this.#last = io.now();
  }

  /** A line that may be left out when another came shortly before. */
  tell(line: string): void {
    const now = this.#io.now();
    if (this.#quiet || now - this.#last < EVERY_MS) return;
    this.#last = now;
    this.#io.err(`${line}\n`);
  }

  /** A line that is worth its place. */
  note(line: string): void {
    if (!this.#quiet) this.#io.err(`${line}\n`);
  }
}
