import type { z } from 'zod';
import type { Domain } from '../../environment/index.ts';

/** A file that was brought, as far as it has to be read to tell what it is. */
export interface FileHead {
  /** With its folders: "retail/db.json". */
  readonly path: string;
  /** Without them, lower case. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Its first characters, without white space before them. Empty where it is no text. */
  readonly text: string;
}

/** A file that belongs to another one. */
export interface BesideFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads one kind of file. One file per reader, listed in `readers`: nothing else has to change for a new one. */
export interface Reader<Kind extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  /** With its article: "a database". */
  readonly title: string;
  /** Bytes of the largest file it takes. */
  readonly limit: number;
  /** What {@link Reader.read} gives, as it crosses from a worker. */
  readonly schema: Schema;
  /** Whether a file is of this kind, by its content. */
  recognises(head: FileHead): boolean;
  /** Whether its name says so. Asked after the contents: a file that should be of a kind is told what is wrong. */
  named(head: FileHead): boolean;
  /**
   * Reads the whole file. Throws `InputError` where there is nothing to show of it; what is wrong with single rows
   * is part of the answer.
   */
  read(
    path: string,
    bytes: Uint8Array,
    domains: readonly Domain[],
    /** The user's side of a database. */
    user?: BesideFile,
  ): z.infer<Schema> | Promise<z.infer<Schema>>;
}

/** Checks a reader's parts against each other. */
export function defineReader<Kind extends string, Schema extends z.ZodType>(
  reader: Reader<Kind, Schema>,
): Reader<Kind, Schema> {
  return reader;
}

export const MB = 1_000_000;
