import { z } from 'zod';
import { InputError, type Domain } from '../../environment/index.ts';
import { chatsReader, foundChatsSchema } from './chats.ts';
import { databaseReader, foundDatabaseSchema } from './database.ts';
import { foundPolicySchema, policyReader } from './policy.ts';
import { MB, type BesideFile, type FileHead, type Reader } from './reader.ts';
import { foundRolloutsSchema, rolloutsReader } from './rollouts.ts';
import { foundSplitsSchema, splitsReader } from './splits.ts';
import { foundTasksSchema, tasksReader } from './tasks.ts';

export { joinPolicy, manualFileNames } from './policy.ts';
export type { Fault } from './database.ts';
export type { FileHead, Reader } from './reader.ts';
export { HEAD_BYTES, headOf } from './text.ts';

/** Every kind of file that can be read, in the order in which they are asked. A new format is one more line. */
export const readers = [
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
  foundSplitsSchema,
  foundTasksSchema,
  foundDatabaseSchema,
  foundPolicySchema,
]);
export type Found = z.infer<typeof foundSchema>;
export const foundKinds = [
  'chats',
  'rollouts',
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
  return reader.read(file.path, file.bytes, domains, file.user);
}

/** "40 MB", or "40.1 MB": rounded up, so that what is over a limit looks like it. */
export function megabytes(bytes: number): string {
  return `${Math.ceil((bytes * 10) / MB) / 10} MB`;
}
