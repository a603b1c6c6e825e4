/** What is said of files that were brought. */
import type { Found, FoundKind } from '#core/interchange/index.ts';

/** Something that is wrong, as a notice says it. */
export interface Problem {
  readonly what: string;
  /** The file, the place in it, and what was expected. */
  readonly where: string;
  readonly next: string;
}

/** One of the files, and what became of it. */
export interface FileReport {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly kind: FoundKind | null;
  /** "a database", or why it is left alone. */
  readonly words: string;
}

/** What was in a file. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly found: Found;
}
