import { InputError } from '#core/environment/index.ts';
import { addCoverage, emptyCoverage, explorers } from '#core/explore/index.ts';
import { inOrder, type Job } from '#core/pipeline/index.ts';
import {
  chosenDomain,
  chosenWorkers,
  domainOption,
  withPool,
  workersOption,
  type Command,
} from '../command.ts';
import { chosenDatabase, databaseOptions } from '../databases.ts';
import { knobOptions, chosenKnobs } from '../knobs.ts';
import { Progress } from '../progress.ts';
import { pretty, writing } from '../sink.ts';

/** Trajectories per job. Part of what a seed means, so not an option. */
const BATCH = 20;

/** Explores a database. */
export const explore: Command = {
  summary: 'walk through a database and record trajectories',
  description: `Writes one trajectory per line, and what they cover as JSON: on standard output with --out, else on
standard error. The same seed gives the same bytes with any number of workers.`,
  options: {
    ...domainOption('retail'),
    ...databaseOptions,
    explorer: { value: 'ID', help: explorers.map(({ id }) => id).join(' or '), fallback: 'grounded' },
    count: { value: 'N', help: 'trajectories', fallback: '20' },
    seed: { value: 'S', help: 'any text', fallback: '1' },
    out: { value: 'FILE', help: 'write the trajectories to this file' },
    ...knobOptions('requests'),
    ...workersOption,
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const explorer = options.text('explorer');
    if (!explorers.some(({ id }) => id === explorer))
      throw new InputError(
        '--explorer',
        `there is no explorer '${explorer}'.`,
        `Expected ${explorers.map(({ id }) => id).join(' or ')}.`,
      );
    const [count, seed, knobs] = [options.count('count'), options.text('seed'), chosenKnobs(options)];
    const { ref, load } = chosenDatabase(domain, options);
    const progress = new Progress(io, options.has('quiet'));
    const workers = chosenWorkers(options, io);
    const out = options.optional('out');
    const started = io.now();
    const summary = await withPool(io, workers, async (runner) => {
      if (load !== undefined) await runner.run(load, io.signal);
      const start = (batch: number, signal: AbortSignal) => {
        const left = count - batch * BATCH;
        if (left <= 0) return undefined;
        const job = { type: 'explore', database: ref, explorer, seed, batch, knobs } as const;
        return runner.run({ ...job, count: Math.min(BATCH, left) } satisfies Job, signal);
      };
      return writing(io, out, async (write) => {
        let coverage = emptyCoverage(domain);
        let [trajectories, problems] = [0, 0];
        for await (const found of inOrder(start, { parallel: workers, ahead: workers * 4 }, io.signal)) {
          for (const trajectory of found.trajectories) await write(`${JSON.stringify(trajectory)}\n`);
          coverage = addCoverage(coverage, found.coverage);
          trajectories += found.trajectories.length;
          problems += found.trajectories.filter(({ problem }) => problem !== null).length;
          progress.tell(`${trajectories} of ${count} trajectories`);
        }
        return { trajectories, problems, coverage };
      });
    });
    const text = pretty({ ...summary, seconds: (io.now() - started) / 1000 });
    if (out === undefined) io.err(text);
    else await io.out(text);
  },
};
