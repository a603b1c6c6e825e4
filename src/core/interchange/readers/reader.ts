import type { z } from 'zod';
import type { Domain } from '../../environment/index.ts';
import type { FileSource, Outline, Pass, Piece } from '../pieces.ts';

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

/** What every reader is. */
interface ReaderBase<Kind extends string, Schema extends z.ZodType> {
  readonly kind: Kind;
  /** With its article: "a database". */
  readonly title: string;
  /** Bytes of the largest file it takes. */
  readonly limit: number;
  /** What it gives, as it crosses from a worker. */
  readonly schema: Schema;
  /** Whether a file is of this kind, by its content. */
  recognises(head: FileHead): boolean;
  /** Whether its name says so. Asked after the contents: a file that should be of a kind is told what is wrong. */
  named(head: FileHead): boolean;
}

/** Reads one kind of file as a whole. */
export interface WholeReader<
  Kind extends string = string,
  Schema extends z.ZodType = z.ZodType,
> extends ReaderBase<Kind, Schema> {
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

/** Reads one kind of file piece by piece, so that its size hardly matters. */
export interface PieceReader<
  Kind extends string = string,
  Schema extends z.ZodType = z.ZodType,
> extends ReaderBase<Kind, Schema> {
  /** Where its pieces are, in one pass. */
  outline(path: string, source: FileSource, pass: Pass): Promise<Outline>;
  /** What is in one piece, given its bytes. Throws `InputError` with the place at fault. */
  readPiece(path: string, piece: Piece, bytes: Uint8Array, domains: readonly Domain[]): z.infer<Schema>;
  /** What all pieces hold together. Throws `InputError` where there is nothing to show. */
  join(path: string, outline: Outline, parts: readonly z.infer<Schema>[]): z.infer<Schema>;
  /** How a small file is read instead, up to so many bytes: in any encoding, and with every error in full. */
  readonly small?: {
    readonly limit: number;
    read(path: string, bytes: Uint8Array): z.infer<Schema>;
  };
}

/** One file per reader, listed in `readers`: nothing else has to change for a new one. */
export type Reader<Kind extends string = string, Schema extends z.ZodType = z.ZodType> =
  WholeReader<Kind, Schema> | PieceReader<Kind, Schema>;

/** Checks a reader's parts against each other. */
export function defineReader<Kind extends string, Schema extends z.ZodType>(
  reader: WholeReader<Kind, Schema>,
): WholeReader<Kind, Schema> {
  return reader;
}

/** Checks a reader's parts against each other. */
export function definePieceReader<Kind extends string, Schema extends z.ZodType>(
  reader: PieceReader<Kind, Schema>,
): PieceReader<Kind, Schema> {
  return reader;
}

export const MB = 1_000_000;
