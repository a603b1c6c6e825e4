import type { Domain } from '#core/environment/index.ts';
import { InputError } from '#core/environment/index.ts';
import type { JobRunner } from '#core/pipeline/index.ts';
import { createPool } from '../workers/pool.ts';
import type { Options, OptionSpecs } from './args.ts';
import type { Io } from './io.ts';

/** One command of the program. */
export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it reads and prints, for its own help text. */
  readonly description: string;
  readonly options: OptionSpecs;
  run(options: Options, io: Io): Promise<void>;
}

/** Options that every command takes. */
export const commonOptions: OptionSpecs = {
  quiet: { help: 'no progress on standard error' },
  help: { help: 'print this text' },
};

/** The option of commands that use worker threads. */
export const workersOption: OptionSpecs = {
  workers: { value: 'N', help: 'worker threads; as many as there are cores when absent' },
};

/** The option that names a domain. */
export const domainOption = (fallback?: string): OptionSpecs => ({
  domain: {
    value: 'ID',
    help: 'domain of the database',
    ...(fallback === undefined ? { required: true } : { fallback }),
  },
});

/** The domain that `--domain` names. */
export function chosenDomain(options: Options, io: Io): Domain {
  return domainById(io, options.text('domain'), '--domain');
}

/** A domain by its id. Throws {@link InputError} with the ids there are. */
export function domainById(io: Io, id: string, where: string): Domain {
  const found = io.domains.find((domain) => domain.id === id);
  if (found === undefined)
    throw new InputError(
      where,
      `there is no domain '${id}'.`,
      `Expected one of ${io.domains.map((domain) => domain.id).join(', ')}.`,
    );
  return found;
}

/** The number of worker threads to use. */
export function chosenWorkers(options: Options, io: Io): number {
  return options.optional('workers') === undefined ? io.cores : options.count('workers', 1, 256);
}

/** Runs work on a pool of worker threads, which are gone when this resolves or rejects. */
export async function withPool<T>(io: Io, size: number, use: (runner: JobRunner) => Promise<T>): Promise<T> {
  // The threads run the same build, and what they answer goes straight to a file.
  const pool = createPool({ spawn: io.spawn, size, validation: 'envelope' });
  try {
    return await use(pool);
  } finally {
    await pool.dispose();
  }
}
