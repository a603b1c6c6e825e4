import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { certify, type Task } from '#core/certify/index.ts';
import {
  prepare,
  replay,
  sameState,
  type Domain,
  type State,
  type ToolCall,
} from '#core/environment/index.ts';
import { matrix, type Outcome } from '#core/evaluate/index.ts';
import { parseTau2Tasks, tau2Calls, tau2State } from '#core/interchange/index.ts';
import { rolloutTasks, type JobRunner } from '#core/pipeline/index.ts';
import { baselines } from '#core/rollout/index.ts';
import { callsOf } from '#core/transform/index.ts';
import type { Options } from '../args.ts';
import {
  chosenDomain,
  chosenWorkers,
  domainOption,
  withPool,
  workersOption,
  type Command,
} from '../command.ts';
import { chosenDatabase, databaseOptions, fromFile } from '../databases.ts';
import { readJson } from '../files.ts';
import type { Io } from '../io.ts';
import { sample, spread, type Spread } from '../measure.ts';
import { Progress } from '../progress.ts';
import { pretty } from '../sink.ts';
import { generateAll, parseWanted } from './generate.ts';
import { cellRow, matrixTable } from './rollout.ts';

/** The dataset that the method's authors published: 1,099 tasks. */
const PUBLISHED = 'ambiguous=473,changing=279,infeasible=347';
const ROUNDS = 30;
const CERTIFIED = 200;

/** Measures this machine. */
export const bench: Command = {
  summary: 'measure speed and discrimination on this machine',
  description: `Prints the figures as JSON, and a table for people on standard error. Measures, in this order: generating the
tasks of --count on all workers; certifying a sample of them again with every check, on one core; replaying
reference actions and comparing the end state, on one core; all baselines on all tasks.`,
  options: {
    ...domainOption('retail'),
    data: {
      value: 'DIR',
      help: 'folder with db.json or db.toml and tasks.json of tau2-bench, for the replay figures',
    },
    ...databaseOptions,
    count: { value: 'LIST', help: 'tasks to generate', fallback: PUBLISHED },
    seed: { value: 'S', help: 'any text', fallback: '1' },
    ...workersOption,
  },
  async run(options, io) {
    const domain = chosenDomain(options, io);
    const wanted = parseWanted(options.text('count'));
    const [seed, workers] = [options.text('seed'), chosenWorkers(options, io)];
    const database = chosenDatabase(domain, options);
    const progress = new Progress(io, options.has('quiet'));
    const tasks: Task[] = [];
    const { generated, outcomes, rolloutSeconds } = await withPool(io, workers, async (runner) => {
      const generated = await generateAll(
        io,
        runner,
        { database, seed, wanted, knobs: {}, workers },
        progress,
        (task) => {
          tasks.push(task);
        },
      );
      return { generated, ...(await discriminate(io, runner, tasks, seed, workers, progress)) };
    });
    const certifyMs = await certifyTimes(io, domain, database.state(), tasks, progress);
    const { perTask: replayMs, perCall } = replayTimes(io, domain, options, database.state(), tasks);
    const guess = meanChance(tasks);
    const figures = {
      command: commandLine(options, domain, workers),
      machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: io.cores, node: process.version },
      workers,
      replay_and_compare_ms_per_task: replayMs,
      replay_ms_per_call: perCall,
      certify_ms_per_task: certifyMs,
      generation: generated,
      rollouts: { count: outcomes.length, seconds: rolloutSeconds },
      mean_chance_of_a_guess: guess,
      discrimination: matrix(outcomes).map(cellRow),
    };
    progress.note(table(replayMs, perCall, certifyMs, generated, workers));
    progress.note(matrixTable(outcomes));
    progress.note(`Mean chance of a right guess in ambiguous tasks: ${guess?.toFixed(3) ?? '-'}`);
    await io.out(pretty(figures));
  },
};

/** What an agent that never asks should reach on ambiguous tasks. */
function meanChance(tasks: readonly Task[]): number | null {
  const chances = tasks.filter(({ condition }) => condition === 'ambiguous').map(({ chance }) => chance);
  return chances.length === 0 ? null : chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
}

async function discriminate(
  io: Io,
  runner: JobRunner,
  tasks: readonly Task[],
  seed: string,
  workers: number,
  progress: Progress,
): Promise<{ outcomes: Outcome[]; rolloutSeconds: number }> {
  const started = io.now();
  const agents = baselines.map(({ identity }) => identity.id);
  const input = { tasks, agents, trials: 1, seed, parallel: workers, chunk: 8 };
  const outcomes = await rolloutTasks(runner, input, io.signal, (_, done, total) =>
    progress.tell(`${done} of ${total} rollouts`),
  );
  return { outcomes, rolloutSeconds: (io.now() - started) / 1000 };
}

async function certifyTimes(
  io: Io,
  domain: Domain,
  state: State,
  tasks: readonly Task[],
  progress: Progress,
): Promise<Spread> {
  const times: number[] = [];
  for (const { certificate: _, ...draft } of sample(tasks, CERTIFIED)) {
    io.signal?.throwIfAborted();
    const started = io.now();
    await certify(domain, state, draft);
    times.push(io.now() - started);
    progress.tell(`${times.length} tasks certified again`);
  }
  return spread(times);
}

/** A reference and the state that it starts from. */
interface Reference {
  readonly initial: State;
  readonly calls: readonly ToolCall[];
}

/** Of published tasks when a folder is named, else of a sample of the generated ones. */
function references(
  domain: Domain,
  folder: string | undefined,
  own: State,
  tasks: readonly Task[],
): Reference[] {
  if (folder === undefined)
    return sample(tasks, CERTIFIED).map((task) => ({
      initial: prepare(domain, own, task.initialization),
      calls: callsOf(task.criteria.reference),
    }));
  const names = ['db.json', 'db.toml'].map((name) => join(folder, name));
  const database = fromFile(domain, names.find((name) => existsSync(name)) ?? join(folder, 'db.json'));
  const path = join(folder, 'tasks.json');
  return parseTau2Tasks(domain, readJson(path), path).map((task) => ({
    initial: tau2State(domain, database.state(), task, path),
    calls: tau2Calls(task),
  }));
}

/**
 * Per task, the median time to replay its reference on a fresh state and to compare the end with the wanted one; and
 * the same for one call of it, without the comparison.
 */
function replayTimes(
  io: Io,
  domain: Domain,
  options: Options,
  own: State,
  tasks: readonly Task[],
): { perTask: Spread & { source: string }; perCall: Spread } {
  const folder = options.optional('data');
  const all = references(domain, folder, own, tasks);
  const median = (run: () => void) =>
    spread(
      Array.from({ length: ROUNDS }, () => {
        const started = io.now();
        run();
        return io.now() - started;
      }),
    ).median;
  const perTask = all.map(({ initial, calls }) => {
    const wanted = replay(domain, initial, calls).state;
    return median(() => {
      if (!sameState(replay(domain, initial, calls).state, wanted))
        throw new Error('two replays of one task ended in different states');
    });
  });
  const perCall = all
    .filter(({ calls }) => calls.length > 0)
    .map(({ initial, calls }) => median(() => replay(domain, initial, calls)) / calls.length);
  return {
    perTask: { ...spread(perTask), source: folder ?? 'generated tasks' },
    perCall: spread(perCall),
  };
}

function commandLine(options: Options, domain: Domain, workers: number): string {
  const given = ['data', 'db', 'db-seed', 'size'].flatMap((name) => {
    const value = options.optional(name);
    return value === undefined ? [] : [`--${name} ${value}`];
  });
  return [
    `npm run --silent headless -- bench --domain ${domain.id}`,
    ...given,
    `--count ${options.text('count')} --seed ${options.text('seed')} --workers ${workers}`,
  ].join(' ');
}

function table(
  replayMs: Spread & { source: string },
  perCall: Spread,
  certifyMs: Spread,
  generated: { tasks: number; seconds: number; signatures: number; duplicates: number; sha256: string },
  workers: number,
): string {
  const rows = [
    [
      'replay and compare, per task',
      `${replayMs.median.toFixed(3)} ms`,
      `${replayMs.n} tasks, ${replayMs.source}`,
    ],
    ['replay, per call', `${perCall.median.toFixed(4)} ms`, `p95 ${perCall.p95.toFixed(4)} ms`],
    [
      'certify, per task, one core',
      `${certifyMs.median.toFixed(1)} ms`,
      `p95 ${certifyMs.p95.toFixed(1)} ms, ${certifyMs.n} tasks`,
    ],
    [
      `generate ${generated.tasks} tasks`,
      `${generated.seconds.toFixed(1)} s`,
      `${workers} workers, ${generated.signatures} signatures, ${generated.duplicates} duplicates left out`,
    ],
    ['digest of the tasks', generated.sha256.slice(0, 16), 'SHA-256 of the lines'],
  ];
  return rows
    .map(([what = '', value = '', note = '']) => `${what.padEnd(32)}${value.padStart(18)}  ${note}\n`)
    .join('');
}
