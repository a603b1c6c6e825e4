/** Rollouts that somebody else recorded, from files of any size or a results folder. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { InputError, type Domain } from '#core/environment/index.ts';
import {
  HEAD_BYTES,
  headOf,
  parseUntrusted,
  readerFor,
  readSource,
  recordedSimulation,
  withSimulations,
  type FileSource,
  type Found,
} from '#core/interchange/index.ts';
import { readHead, readText, unreadable } from './files.ts';

const SIMULATIONS = 'simulations';

/** False for rollouts of our own, one a line: told by the beginning of the file. */
export function isRecorded(path: string): boolean {
  const file = resultsFile(path);
  const head = headOf({ path: file, size: statSync(file).size, bytes: readHead(file, HEAD_BYTES) });
  // In rows of our own a few short fields come first.
  const isOwn = head.text.startsWith('{') && /"rollout"\s*:\s*\{/.test(head.text.slice(0, 4000));
  return readerFor(head)?.kind === 'rollouts' || !isOwn;
}

/** Reads such a file as a stream. Rejects with {@link InputError} with the place at fault. */
export async function readRecorded(
  path: string,
  domain: Domain,
): Promise<Extract<Found, { kind: 'rollouts' }>> {
  const file = resultsFile(path);
  const found = await readSource('rollouts', file, fileSource(file), [domain]);
  if (found.kind !== 'rollouts') throw new TypeError(`${file} was read as ${found.kind}`);
  const folder = join(parse(file).dir, SIMULATIONS);
  // A file that holds its rollouts may lie beside a folder of that name which is none of its business.
  const names = found.elsewhere === null || !existsSync(folder) ? [] : readdirSync(folder);
  const simulations = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const where = join(folder, name);
      return { id: parse(name).name, run: recordedSimulation(parseUntrusted(readText(where), where), where) };
    });
  return withSimulations(file, found, simulations);
}

/** The file itself, or `results.json` in a folder. Throws {@link InputError} when there is none. */
function resultsFile(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new InputError(path, 'there is no such file.', `Looked in ${process.cwd()}.`);
  const file = found.isDirectory() ? join(path, 'results.json') : path;
  if (!existsSync(file)) throw new InputError(path, 'there is no results.json in this folder.');
  return file;
}

function fileSource(path: string): FileSource {
  return {
    size: statSync(path).size,
    async *stream() {
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
          yield chunk as Uint8Array;
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    async slice(from, to) {
      const handle = await open(path);
      try {
        const bytes = new Uint8Array(to - from);
        await handle.read(bytes, 0, bytes.length, from);
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}
