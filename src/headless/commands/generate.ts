import { createHash } from 'node:crypto';
import { InputError } from '#core/environment/index.ts';
import { generateTasks, type JobRunner, type Knobs, type Wanted } from '#core/pipeline/index.ts';
import { conditions, type Condition } from '#core/transform/index.ts';
import { wholeNumber } from '../args.ts';
import {
  chosenDomain,
  chosenWorkers,
  domainOption,
  withPool,
  workersOption,
  type Command,
} from '../command.ts';
import { chosenDatabase, databaseOptions, type OpenDatabase } from '../databases.ts';
import type { Io } from '../io.ts';
import { chosenKnobs, knobOptions } from '../knobs.ts';
import { Progress } from '../progress.ts';
import { pretty, writing } from '../sink.ts';
import type { Task } from '#core/certify/index.ts';

/** Makes certified tasks. */
export const generate: Command = {
  summary: 'make certified tasks',
  description: `Writes one task with its certificate per line, and prints a summary as JSON. The same seed gives the same
bytes with any number of workers.`,
  options: {
    ...domainOption('retail'),
    ...databaseOptions,
    count: {
      value: 'LIST',
      help: 'tasks per condition: general=N,ambiguous=N,changing=N,infeasible=N',
      required: true,
    },
    seed: { value: 'S', help: 'any text', fallback: '1' },
    out: { value: 'FILE', help: 'the file to write', required: true },
    ...knobOptions(),
    ...workersOption,
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const wanted = parseWanted(options.text('count'));
    const [seed, knobs, workers] = [options.text('seed'), chosenKnobs(options), chosenWorkers(options, io)];
    const database = chosenDatabase(domain, options);
    const progress = new Progress(io, options.has('quiet'));
    const out = options.text('out');
    const summary = await writing(io, out, (write) =>
      withPool(io, workers, (runner) =>
        generateAll(io, runner, { database, seed, wanted, knobs, workers }, progress, (task) =>
          write(line(task)),
        ),
      ),
    );
    await io.out(pretty({ out, ...summary }));
  },
};

const line = (task: Task) => `${JSON.stringify(task)}\n`;

/** What {@link generateAll} needs. */
export interface GenerateAll {
  readonly database: OpenDatabase;
  readonly seed: string;
  readonly wanted: Wanted;
  readonly knobs: Knobs;
  readonly workers: number;
}

/** The figures of one generation. `sha256` is that of the tasks as lines. */
export interface GenerateSummary {
  readonly tasks: number;
  readonly counts: Readonly<Record<Condition, number>>;
  readonly signatures: number;
  readonly duplicates: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly sha256: string;
}

/** Generates tasks on a pool and hands them over in order. */
export async function generateAll(
  io: Io,
  runner: JobRunner,
  { database, seed, wanted, knobs, workers }: GenerateAll,
  progress: Progress,
  onTask: (task: Task) => Promise<void> | void,
): Promise<GenerateSummary> {
  const started = io.now();
  if (database.load !== undefined) await runner.run(database.load, io.signal);
  const made = await generateTasks(
    runner,
    { database: database.ref, seed, wanted, knobs, parallel: workers },
    io.signal,
    ({ found }) =>
      progress.tell(
        conditions
          .filter((condition) => wanted[condition] > 0)
          .map((condition) => `${condition} ${found[condition]} of ${wanted[condition]}`)
          .join(', '),
      ),
  );
  const seconds = (io.now() - started) / 1000;
  const hash = createHash('sha256');
  for (const task of made.tasks) {
    hash.update(line(task));
    await onTask(task);
  }
  const count = (condition: Condition) => made.tasks.filter((task) => task.condition === condition).length;
  return {
    tasks: made.tasks.length,
    counts: {
      general: count('general'),
      ambiguous: count('ambiguous'),
      changing: count('changing'),
      infeasible: count('infeasible'),
    },
    signatures: made.signatures,
    duplicates: made.duplicates,
    rejected: made.rejected,
    seconds,
    sha256: hash.digest('hex'),
  };
}

/** Reads "general=10,changing=5". Conditions that are not named are not wanted. */
export function parseWanted(text: string): Wanted {
  const wanted: Wanted = { general: 0, ambiguous: 0, changing: 0, infeasible: 0 };
  for (const part of text.split(',')) {
    const [name = '', count = ''] = part.split('=').map((side) => side.trim());
    const condition = conditions.find((known) => known === name);
    if (condition === undefined)
      throw new InputError(
        '--count',
        `there is no condition '${name}'.`,
        `Expected ${conditions.join(', ')}.`,
      );
    wanted[condition] = wholeNumber(`--count ${condition}`, count, 0, 1_000_000);
  }
  if (conditions.every((condition) => wanted[condition] === 0))
    throw new InputError('--count', 'no task is wanted.', 'Example: general=10,ambiguous=10.');
  return wanted;
}
