/** From files that were brought to what is in them. Nothing here looks at the workspace. */
import { InputError } from '#core/environment/index.ts';
import {
  HEAD_BYTES,
  headOf,
  joinPieces,
  manualFileNames,
  megabytes,
  pieceKindOf,
  readerFor,
  userFileNames,
  type Found,
  type FoundKind,
  type PieceKind,
  type Reader,
} from '#core/interchange/index.ts';
import type { JobRunner } from '#core/pipeline/index.ts';
import { isBundle, type BroughtFile } from './brought.ts';
import type { FileReport, FoundFile, Problem } from './importFound.ts';
import { inLanes } from './lanes.ts';
import { gatherSimulations, inFolders } from './importFolders.ts';

export type { FileReport, FoundFile, Problem } from './importFound.ts';

/** How far the reading is; `total` is absent where nobody can tell. */
export interface ReadProgress {
  readonly step: string;
  readonly done: number;
  readonly total?: number | undefined;
  /** What is counted. */
  readonly unit: 'bytes' | 'tasks' | 'rollouts' | 'chats';
}

export interface ReadFiles {
  readonly reports: readonly FileReport[];
  readonly found: readonly FoundFile[];
  readonly problems: readonly Problem[];
}

interface Recognised extends BroughtFile {
  readonly reader: Reader<FoundKind> | undefined;
}

/** Kinds of which one import can take one. */
const SINGLE: readonly FoundKind[] = ['database', 'policy', 'splits'];
const EXPECTED = 'Expected db.json, tasks.json, policy.md or results of a tau benchmark, or their folder.';
const NOTHING_DONE = 'Nothing was imported.';

/**
 * Tells what files are by their beginnings, then reads those that can be used: bytes here, piece by piece, what they
 * mean in a worker. What is wrong with a file is a problem; rejects only with the signal's reason.
 */
export async function readFiles(
  files: readonly BroughtFile[],
  runner: JobRunner,
  signal: AbortSignal,
  report: (progress: ReadProgress) => void,
): Promise<ReadFiles> {
  const recognised: Recognised[] = [];
  // Beside a database, it is not one of its own.
  const user = files.length > 1 ? files.find(({ path }) => userFileNames.includes(nameOf(path))) : undefined;
  const spare = spareManual(files);
  for (const brought of files) {
    signal.throwIfAborted();
    const leave = brought === user || brought === spare;
    recognised.push({ ...brought, reader: leave ? undefined : await recognise(brought) });
  }
  const reports = recognised.map(({ path, file, reader }) => ({
    ...{ path, size: file.size, kind: reader?.kind ?? null },
    words: wordsOf(path, reader),
  }));
  function wordsOf(path: string, reader: Reader<FoundKind> | undefined): string {
    if (reader !== undefined) return isManual(path) ? 'the second part of a policy' : reader.title;
    if (path === user?.path) return "the user's side of a database";
    return path === spare?.path ? 'left alone: the manual beside it is used' : leftAlone(path);
  }
  const before = problemsOf(recognised);
  if (before.length > 0) return { reports, found: [], problems: before };
  const found: FoundFile[] = [];
  const problems: Problem[] = [];
  for (const { path, file, reader } of recognised) {
    if (reader === undefined) continue;
    try {
      const kind = pieceKindOf(reader, file.size);
      if (kind !== null) {
        const input = { path, file, kind };
        found.push({ path, size: file.size, found: await readPieces(input, runner, signal, report) });
        continue;
      }
      const bytes = await bytesOf({ path, file }, signal, report);
      report({ step: `Checking ${path}`, done: 0, unit: 'bytes' });
      const beside =
        user === undefined || reader.kind !== 'database'
          ? {}
          : { user: { path: user.path, bytes: await bytesOf(user, signal, report) } };
      const read = await runner.run({ type: 'read', kind: reader.kind, path, bytes, ...beside }, signal);
      found.push({ path, size: file.size, found: read.found });
    } catch (error) {
      signal.throwIfAborted();
      problems.push(unreadable(path, error));
    }
  }
  const gathered = gatherSimulations(found, unreadable, NOTHING_DONE);
  return {
    reports: inFolders(reports),
    found: gathered.found,
    problems: [...problems, ...gathered.problems],
  };
}

async function recognise({ path, file }: BroughtFile): Promise<Reader<FoundKind> | undefined> {
  if (isBundle({ path, file })) return undefined;
  try {
    const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return readerFor(headOf({ path, size: file.size, bytes }));
  } catch (error) {
    // It cannot be read: what its name promises is tried once more, and tells why then.
    if (error instanceof DOMException)
      return readerFor(headOf({ path, size: file.size, bytes: new Uint8Array() }));
    throw error;
  }
}

/** What is wrong before any file is read as a whole. */
function problemsOf(files: readonly Recognised[]): Problem[] {
  const next = NOTHING_DONE;
  if (files.length === 0) return [{ what: 'There is no file in it.', where: EXPECTED, next }];
  if (files.every(({ reader }) => reader === undefined)) {
    const names = files.slice(0, 5).map(({ path }) => path);
    const more = files.length > names.length ? ` and ${files.length - names.length} more` : '';
    return [{ what: 'Nothing here can be imported.', where: `${names.join(', ')}${more}`, next: EXPECTED }];
  }
  return [
    ...SINGLE.flatMap((kind): Problem[] => {
      const same = files.filter(({ path, reader }) => reader?.kind === kind && !isManual(path));
      const [first] = same;
      if (same.length < 2 || first === undefined) return [];
      const where = same.map(({ path }) => path).join(', ');
      const title = first.reader?.title.replace(/^an? /, '') ?? kind;
      return [{ what: `More than one ${title}.`, where, next: `Bring one at a time. ${next}` }];
    }),
    ...files.flatMap(({ path, file, reader }): Problem[] => {
      if (reader === undefined || file.size <= reader.limit) return [];
      const where = `${path}: ${megabytes(file.size)}; ${reader.title} may have at most ${megabytes(reader.limit)}.`;
      return [{ what: 'A file is too large.', where, next }];
    }),
  ];
}

/** Of two manuals that say the same in two ways, the one that is not used. */
function spareManual(files: readonly BroughtFile[]): BroughtFile | undefined {
  return files.filter(({ path }) => isManual(path)).toSorted((a, b) => rank(a) - rank(b))[1];
}
const rank = ({ path }: BroughtFile) => manualFileNames.indexOf(nameOf(path));
const isManual = (path: string) => manualFileNames.includes(nameOf(path));

const nameOf = (path: string): string => path.split('/').at(-1)?.toLowerCase() ?? path;

function leftAlone(path: string): string {
  if (path.endsWith('.zip')) return 'left alone: bring a workspace file by itself';
  return 'left alone: not a file of a domain folder';
}

/** Two, so that one piece is read from the disk while another is parsed. */
const LANES = 2;

/** Reads a file piece by piece in workers: no thread ever holds all of it. Rejects as the reader does. */
async function readPieces(
  { path, file, kind }: BroughtFile & { readonly kind: PieceKind },
  runner: JobRunner,
  signal: AbortSignal,
  report: (progress: ReadProgress) => void,
): Promise<Found> {
  const tell = (step: string) => (done: number) =>
    report({ step: `${step} ${path}`, done, total: file.size, unit: 'bytes' });
  const looked = tell('Looking through');
  looked(0);
  const { outline } = await runner.run({ type: 'outline', kind, path, file }, signal, looked);
  const parts: Found[] = [];
  const waiting = [...outline.pieces.entries()];
  const read = tell('Reading');
  let done = 0;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, piece] = next;
      either.throwIfAborted();
      const bytes = new Uint8Array(await file.slice(piece.from, piece.to).arrayBuffer());
      const job = { type: 'piece' as const, kind, path, piece, bytes };
      parts[at] = (await runner.run(job, either)).found;
      done += bytes.length;
      read(done);
    }
  };
  await inLanes(LANES, lane, () => stop.abort());
  return joinPieces(kind, path, outline, parts);
}

async function bytesOf(
  { path, file }: BroughtFile,
  signal: AbortSignal,
  report: (progress: ReadProgress) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(file.size);
  const reader = file.stream().getReader();
  let done = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (signal.aborted) await reader.cancel();
    signal.throwIfAborted();
    bytes.set(next.value, done);
    done += next.value.length;
    report({ step: `Reading ${path}`, done, total: file.size, unit: 'bytes' });
  }
  return bytes;
}

function unreadable(path: string, error: unknown): Problem {
  const what = 'A file cannot be used.';
  if (error instanceof InputError) return { what, where: error.message, next: NOTHING_DONE };
  const moved = error instanceof DOMException || error instanceof RangeError;
  return {
    what,
    where: `${path}: ${error instanceof Error ? error.message : String(error)}`,
    next: moved ? `Was it moved or changed meanwhile? Bring it again. ${NOTHING_DONE}` : NOTHING_DONE,
  };
}
