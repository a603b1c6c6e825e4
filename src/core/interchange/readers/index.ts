import { z } from 'zod';
import { InputError, type Domain } from '../../environment/index.ts';
import { chatsReader, foundChatsSchema } from './chats.ts';
import { databaseReader, foundDatabaseSchema } from './database.ts';
import { foundPolicySchema, policyReader } from './policy.ts';
import { bytesSource, type FileSource, type Outline, type Pass, type Piece } from '../pieces.ts';
import { MB, type BesideFile, type FileHead, type PieceReader, type Reader } from './reader.ts';
import { foundRolloutsSchema, foundSimulationSchema, rolloutsReader, simulationReader } from './rollouts.ts';
import { foundSplitsSchema, splitsReader } from './splits.ts';
import { foundTasksSchema, tasksReader } from './tasks.ts';

export { joinPolicy, manualFileNames } from './policy.ts';
export type { Fault } from './database.ts';
export type { FileHead, Reader } from './reader.ts';
export { HEAD_BYTES, headOf } from './text.ts';

/** Every kind of file that can be read, in the order in which they are asked. A new format is one more line. */
export const readers = [
  simulationReader,
  chatsReader,
  rolloutsReader,
  splitsReader,
  tasksReader,
  databaseReader,
  policyReader,
] as const satisfies readonly Reader[];

/** What was found in a file. */
export const foundSchema = z.discriminatedUnion('kind', [
  foundChatsSchema,
  foundRolloutsSchema,
  foundSimulationSchema,
  foundSplitsSchema,
  foundTasksSchema,
  foundDatabaseSchema,
  foundPolicySchema,
]);
export type Found = z.infer<typeof foundSchema>;
export const foundKinds = [
  'chats',
  'rollouts',
  'simulation',
  'splits',
  'tasks',
  'database',
  'policy',
] as const satisfies readonly Found['kind'][];
export type FoundKind = Found['kind'];

/** The reader of a file: by what is in it, else by its name; undefined when no reader knows it. */
export function readerFor(head: FileHead): Reader<FoundKind> | undefined {
  const all: readonly Reader<FoundKind>[] = readers;
  return all.find((reader) => reader.recognises(head)) ?? all.find((reader) => reader.named(head));
}

/** Reads a whole file as what it was recognised as. Rejects with `InputError` that names it and the place at fault. */
export async function readFile(
  kind: FoundKind,
  file: { readonly path: string; readonly bytes: Uint8Array; readonly user?: BesideFile },
  domains: readonly Domain[],
): Promise<Found> {
  const reader = readers.find((known) => known.kind === kind);
  if (reader === undefined) throw new InputError(file.path, `nothing here reads "${kind}".`);
  if (file.bytes.length > reader.limit)
    throw new InputError(file.path, `${reader.title} may have at most ${megabytes(reader.limit)}.`);
  if ('read' in reader) return reader.read(file.path, file.bytes, domains, file.user);
  if ('small' in reader && file.bytes.length <= reader.small.limit)
    return reader.small.read(file.path, file.bytes);
  return readSource(reader.kind, file.path, bytesSource(file.bytes), domains);
}

/** Kinds of files that are read piece by piece. */
export const pieceKinds = ['chats', 'rollouts', 'tasks'] as const satisfies readonly FoundKind[];
export type PieceKind = (typeof pieceKinds)[number];

/** The kind of a file that is read piece by piece; null for one that is read whole. */
export function pieceKindOf(reader: Reader<FoundKind>, size: number): PieceKind | null {
  const kind = pieceKinds.find((known) => known === reader.kind);
  if (kind === undefined) return null;
  const { small } = pieceReader(kind);
  return small !== undefined && size <= small.limit ? null : kind;
}

/** Where the pieces of a file are, in one pass over it. Rejects with `InputError` with line and column. */
export function outlineFile(kind: PieceKind, path: string, source: FileSource, pass: Pass): Promise<Outline> {
  return pieceReader(kind).outline(path, source, pass);
}

/** What is in one piece. Throws `InputError` that names the file and the place at fault. */
export function readPiece(
  kind: PieceKind,
  path: string,
  { piece, bytes }: { readonly piece: Piece; readonly bytes: Uint8Array },
  domains: readonly Domain[],
): Found {
  return pieceReader(kind).readPiece(path, piece, bytes, domains);
}

/** What all pieces of a file hold together. Throws `InputError` where that is nothing. */
export function joinPieces(kind: PieceKind, path: string, outline: Outline, parts: readonly Found[]): Found {
  return pieceReader(kind).join(path, outline, parts);
}

/** Reads a file of any size piece by piece, in this thread. Rejects as its parts do. */
export async function readSource(
  kind: PieceKind,
  path: string,
  source: FileSource,
  domains: readonly Domain[],
): Promise<Found> {
  const outline = await outlineFile(kind, path, source, {});
  const parts: Found[] = [];
  for (const piece of outline.pieces) {
    const bytes = await source.slice(piece.from, piece.to);
    parts.push(readPiece(kind, path, { piece, bytes }, domains));
  }
  return joinPieces(kind, path, outline, parts);
}

const pieceReaders = { chats: chatsReader, rollouts: rolloutsReader, tasks: tasksReader } as const;

function pieceReader(kind: PieceKind): PieceReader<PieceKind, z.ZodType<Found>> {
  return pieceReaders[kind];
}

/** "40 MB", or "40.1 MB": rounded up, so that what is over a limit looks like it. */
export function megabytes(bytes: number): string {
  return `${Math.ceil((bytes * 10) / MB) / 10} MB`;
}
