import {
  InputError,
  parseDatabase,
  seedState,
  State,
  type DatabaseRef,
  type Domain,
} from '#core/environment/index.ts';
import { unpackDatabase } from '../../store/databaseContent.ts';
import type { Services } from './services.ts';

/** A domain together with one of its databases, ready to be used in this thread. */
export interface OpenDatabase {
  readonly domain: Domain;
  readonly ref: DatabaseRef;
  readonly state: State;
}

/**
 * Opens a database: generated from its seed, or read from the workspace when a person brought it.
 * Throws {@link InputError} when this build has no such domain, or the workspace no such file.
 */
export async function openDatabase(
  services: Services,
  workspace: string,
  ref: DatabaseRef,
): Promise<OpenDatabase> {
  const domains = await services.domains();
  const domain = domains.find((known) => known.id === ref.domain);
  if (domain === undefined)
    throw new InputError(
      `domain '${ref.domain}'`,
      `this build knows ${domains.map(({ id }) => id).join(', ')}.`,
      'Open it with the build that made it.',
    );
  if (ref.kind === 'seed') return { domain, ref, state: seedState(domain, ref.seed, ref.size) };
  return {
    domain,
    ref,
    state: State.of(parseDatabase(domain, await fileContent(services, workspace, ref), ref.name)),
  };
}

/**
 * Gives the workers the databases that jobs will name, where these came from files. Workers make seeded ones
 * themselves. Loading what is loaded costs nothing.
 */
export async function loadForWorkers(
  services: Services,
  workspace: string,
  refs: readonly DatabaseRef[],
  signal?: AbortSignal,
): Promise<void> {
  const runner = await services.runner();
  const files = new Map(refs.flatMap((ref) => (ref.kind === 'file' ? [[ref.digest, ref] as const] : [])));
  for (const ref of files.values())
    await runner.run({ type: 'load', ref, database: await fileContent(services, workspace, ref) }, signal);
}

async function fileContent(
  services: Services,
  workspace: string,
  ref: Extract<DatabaseRef, { kind: 'file' }>,
): Promise<unknown> {
  const repository = await services.repository();
  const row = await repository.get('databases', workspace, ref.digest);
  if (row === undefined)
    throw new InputError(ref.name, 'this workspace does not hold the database.', 'Import the file again.');
  return unpackDatabase(row);
}
