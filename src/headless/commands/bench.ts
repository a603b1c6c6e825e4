import { cpus } from 'node:os';
import { certify, type Task } from '#core/certify/index.ts';
import { prepare, type Domain, type State } from '#core/environment/index.ts';
import { matrix, type Outcome } from '#core/evaluate/index.ts';
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
import { chosenDatabase, databaseOptions } from '../databases.ts';
import type { Io } from '../io.ts';
import { sample, spread, type Spread } from '../measure.ts';
import { Progress } from '../progress.ts';
import {
  conformance,
  gradingTime,
  openReference,
  referenceRuns,
  replayTimes,
  type Conformance,
  type Grading,
} from '../reference.ts';
import { pretty } from '../sink.ts';
import { generateAll, parseWanted, type GenerateSummary } from './generate.ts';
import { cellRow, matrixTable } from './rollout.ts';

/** The dataset that the method's authors published: 1,099 tasks. */
const PUBLISHED = 'ambiguous=473,changing=279,infeasible=347';
const CERTIFIED = 200;

/** Measures this machine. */
export const bench: Command = {
  summary: 'measure speed and discrimination on this machine',
  description: `Prints the figures as JSON, and a table for people on standard error. Measures, in this order: generating the
tasks of --count on all workers; certifying a sample of them again with every check, on one core; replaying
reference actions and comparing the end state, on one core; all baselines on all tasks. With --data also: for how many
published tasks every result, error and end state is the reference's, and judging the recorded rollouts that lie there
again.`,
  options: {
    ...domainOption('retail'),
    data: {
      value: 'DIR',
      help: 'folder with db.json or db.toml, tasks.json and expected.json of tau2-bench, for the replay and conformance figures',
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
    const folder = options.optional('data');
    const reference = folder === undefined ? undefined : openReference(domain, folder);
    const { generated, outcomes, rolloutSeconds } = await withPool(io, workers, async (runner) => {
      const cpu = io.cpu();
      const generated = await generateAll(
        io,
        runner,
        { database, seed, wanted, knobs: {}, workers },
        progress,
        (task) => {
          tasks.push(task);
        },
      );
      const cpuSeconds = (io.cpu() - cpu) / 1000;
      return {
        generated: { ...generated, cpu_seconds: cpuSeconds },
        ...(await discriminate(io, runner, tasks, seed, workers, progress)),
      };
    });
    const certifyMs = await certifyTimes(io, domain, database.state(), tasks, progress);
    const runs =
      reference === undefined
        ? sample(tasks, CERTIFIED).map((task) => ({
            initial: prepare(domain, database.state(), task.initialization),
            calls: callsOf(task.criteria.reference),
          }))
        : referenceRuns(domain, reference);
    const { perTask, perCall } = replayTimes(io, domain, runs);
    const replayMs = { ...perTask, source: reference?.folder ?? 'generated tasks' };
    const agrees = reference === undefined ? null : conformance(domain, reference);
    const grading = reference === undefined ? null : gradingTime(io, domain, reference);
    const guess = meanChance(tasks);
    const cells = matrix(outcomes).map(cellRow);
    const figures = {
      command: commandLine(options, domain, workers),
      machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: io.cores, node: process.version },
      workers,
      conformance: agrees,
      grading,
      replay_and_compare_ms_per_task: replayMs,
      replay_and_compare_ms_per_call: perCall,
      certify_ms_per_task: certifyMs,
      generation: generated,
      rollouts: { count: outcomes.length, seconds: rolloutSeconds },
      mean_chance_of_a_guess: guess,
      discrimination: cells,
    };
    progress.note(table(agrees, grading, replayMs, perCall, certifyMs, generated, workers));
    progress.note(matrixTable(outcomes));
    progress.note(guessLine(guess, cells));
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
): Promise<Spread & { cpu_median: number }> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  for (const { certificate: _, ...draft } of sample(tasks, CERTIFIED)) {
    io.signal?.throwIfAborted();
    const [started, cpu] = [io.now(), io.cpu()];
    await certify(domain, state, draft);
    times.push(io.now() - started);
    cpuTimes.push(io.cpu() - cpu);
    progress.tell(`${times.length} tasks certified again`);
  }
  return { ...spread(times), cpu_median: spread(cpuTimes).median };
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

/** Whether an agent that guesses does better than the tasks say, with what luck explains. */
function guessLine(stated: number | null, cells: readonly ReturnType<typeof cellRow>[]): string {
  const guesser = cells.find(({ agent, condition }) => agent === 'eager' && condition === 'ambiguous');
  if (stated === null || guesser === undefined) return 'No ambiguous task.';
  const luck = 1.96 * Math.sqrt((stated * (1 - stated)) / guesser.trials);
  return `A guess in ambiguous tasks: stated chance ${stated.toFixed(3)} (up to ${(stated + luck).toFixed(3)} by luck, 95 %), eager passes ${(guesser.passed / guesser.trials).toFixed(3)}`;
}

function table(
  agrees: Conformance | null,
  grading: Grading | null,
  replayMs: Spread & { source: string },
  perCall: Spread,
  certifyMs: Spread & { cpu_median: number },
  generated: GenerateSummary & { cpu_seconds: number },
  workers: number,
): string {
  const rows = [
    ...(agrees === null
      ? []
      : [['same as the reference', `${agrees.equal} of ${agrees.tasks}`, 'results, errors and end states']]),
    ...(grading === null
      ? []
      : [
          [
            `grade ${grading.rollouts} rollouts`,
            `${grading.ms.toFixed(0)} ms`,
            `${grading.agree} with the recorded reward, ${grading.file}`,
          ],
        ]),
    [
      'replay and compare, per task',
      `${replayMs.median.toFixed(3)} ms`,
      `${replayMs.n} tasks, ${replayMs.source}`,
    ],
    [
      'replay and compare, per call',
      `${perCall.median.toFixed(4)} ms`,
      `p95 ${perCall.p95.toFixed(4)} ms, the comparison included`,
    ],
    [
      'certify, per task, one core',
      `${certifyMs.median.toFixed(1)} ms`,
      `${certifyMs.cpu_median.toFixed(1)} ms of processor time, p95 ${certifyMs.p95.toFixed(1)} ms, ${certifyMs.n} tasks`,
    ],
    [
      `generate ${generated.tasks} tasks`,
      `${generated.seconds.toFixed(1)} s`,
      `${workers} workers, ${generated.cpu_seconds.toFixed(1)} s of processor time, ${generated.signatures} signatures, ${generated.duplicates} duplicates left out`,
    ],
    ['digest of the tasks', generated.sha256.slice(0, 16), 'SHA-256 of the lines'],
  ];
  return rows
    .map(([what = '', value = '', note = '']) => `${what.padEnd(32)}${value.padStart(18)}  ${note}\n`)
    .join('');
}
