import { InputError, type DatabaseRef } from '#core/environment/index.ts';
import {
  exportFormats,
  exportRequestSchema,
  makeExport,
  type ExportRequest,
  type ExportResult,
  type ServedTask,
} from '#core/interchange/index.ts';
import { writeParquet } from '#core/interchange/formats/parquet.ts';
import { judgedRolloutSchema } from '#core/pipeline/index.ts';
import { conditions } from '#core/transform/index.ts';
import { z } from 'zod';
import type { Options } from '../args.ts';
import { domainById, type Command } from '../command.ts';
import { TaskDatabases } from '../databases.ts';
import { readRows } from '../files.ts';
import { checkFree, writeFolder } from '../folder.ts';
import { Progress } from '../progress.ts';
import { pretty } from '../sink.ts';
import { parseRow, readTasks, type FileTask, type ReadTask } from '../tasks.ts';

const formatList = exportFormats.map(({ id, title }) => `  ${id.padEnd(14)}${title}`).join('\n');

/** Writes tasks and rollouts in the formats of others. */
export const exportFiles: Command = {
  summary: 'write tasks and rollouts in the formats of others, with a dataset card',
  description: `Writes a folder: one folder per format, README.md (a dataset card), recipe.json, and with --starter the files
that fine-tune on it elsewhere. Prints a JSON object {out, files, counts, left_out, duplicates, notes, recipe}.
Reads tasks as \`generate\` writes them and rollouts as \`rollout\` writes them. Formats:
${formatList}`,
  options: {
    tasks: { value: 'FILE', help: 'the tasks, as JSON Lines', required: true },
    rollouts: { value: 'FILE', help: 'the rollouts, as JSON Lines; may be left out for the format tau2' },
    format: { value: 'LIST', help: 'formats, separated by commas', fallback: 'openai' },
    out: { value: 'DIR', help: 'the folder to make; it must not exist or be empty', required: true },
    db: { value: 'FILE', help: 'the database file that the tasks were made on' },
    name: { value: 'NAME', help: 'name of the dataset', fallback: 'trajectory2task' },
    licence: { value: 'ID', help: 'licence of the dataset, for its card', fallback: '' },
    files: { value: 'LIST', help: 'how rows are written: jsonl, parquet, or both', fallback: 'jsonl' },
    starter: { help: 'add the folder that fine-tunes elsewhere; brings the format trl' },
    failed: { help: 'take rollouts that failed as examples as well' },
    conditions: { value: 'LIST', help: 'only tasks of these conditions', fallback: conditions.join(',') },
    agents: { value: 'LIST', help: 'only rollouts of these agents; of all when absent' },
    'per-task': { value: 'N', help: 'examples per task at most; any number when absent' },
    'per-trajectory': { value: 'N', help: 'examples per source trajectory at most; any number when absent' },
    validation: { value: 'PERCENT', help: 'share of trajectories for validation', fallback: '10' },
    test: { value: 'PERCENT', help: 'share of trajectories for testing', fallback: '0' },
    'split-by': {
      value: 'WHAT',
      help: 'what is never divided: trajectory or database',
      fallback: 'trajectory',
    },
    'split-seed': { value: 'S', help: 'any text', fallback: 'split' },
    near: {
      value: 'PERCENT',
      help: 'common shingles from which conversations count as nearly equal',
      fallback: '85',
    },
    'drop-near': { help: 'keep one of each group of nearly equal conversations' },
    pairs: { value: 'SPAN', help: 'what a pair compares: rest or turn', fallback: 'rest' },
    'pairs-per-task': { value: 'N', help: 'preference pairs per task at most', fallback: '1' },
    date: { value: 'ISO', help: 'the date written into the files; now when absent' },
  },
  async run(options, io) {
    const [out, tasksPath] = [options.text('out'), options.text('tasks')];
    checkFree(out);
    const progress = new Progress(io, options.has('quiet'));
    const tasks = new Map<string, ReadTask>();
    for await (const read of readTasks(tasksPath)) tasks.set(read.task.id, read);
    const { served, seeds } = await servedTasks(options, tasks, tasksPath);
    progress.tell(`${served.length} rollouts read`);
    const request = requestOf(options, served, seeds);
    const databases = new TaskDatabases(io, options.optional('db'), tasksPath);
    const places = new Map(
      [...tasks.values()].map(({ task, where }) => [JSON.stringify(task.database), where]),
    );
    const result = makeExport(
      request,
      {
        served,
        // Rollouts bring their tasks; without any, the tasks are what is exported.
        tasks: served.length === 0 ? [...tasks.values()].map(({ task }) => task) : [],
        domainOf: (ref) => domainById(io, ref.domain, tasksPath),
        stateOf: (ref: DatabaseRef) =>
          databases.open(ref, places.get(JSON.stringify(ref)) ?? tasksPath).state(),
      },
      writeParquet,
    );
    if (result.files.every(({ path }) => !path.includes('/')))
      throw new InputError('command line', `there is nothing to write. ${reasons(result)}`);
    writeFolder(out, result.files);
    await io.out(pretty({ out, ...summary(result) }));
  },
};

const rowSchema = z.looseObject(judgedRolloutSchema.shape);

async function servedTasks(
  options: Options,
  tasks: ReadonlyMap<string, { readonly task: FileTask }>,
  tasksPath: string,
): Promise<{ served: ServedTask[]; seeds: string[] }> {
  const path = options.optional('rollouts');
  const needed = options.list('format').filter((format) => format !== 'tau2');
  if (path === undefined) {
    if (needed.length === 0) return { served: [], seeds: [] };
    throw new InputError(
      'command line',
      `--rollouts FILE is missing: ${needed.join(', ')} ${needed.length === 1 ? 'is' : 'are'} made of rollouts.`,
    );
  }
  const served: ServedTask[] = [];
  const seeds = new Set<string>();
  for await (const row of readRows(path)) {
    const { rollout, verdict } = parseRow(rowSchema, row, 'a rollout');
    const found = tasks.get(rollout.task);
    if (found === undefined)
      throw new InputError(row.where, `the task ${rollout.task} is not in ${tasksPath}.`);
    served.push({ id: rollout.id, task: found.task, rollout, verdict });
    seeds.add(rollout.seed);
  }
  if (served.length === 0) throw new InputError(path, 'there is no rollout in this file.');
  return { served, seeds: [...seeds] };
}

function requestOf(options: Options, served: readonly ServedTask[], seeds: readonly string[]): ExportRequest {
  const files = options.list('files');
  const unknown = files.filter((kind) => kind !== 'jsonl' && kind !== 'parquet');
  if (unknown.length > 0)
    throw new InputError('--files', `expected jsonl, parquet or both, got '${unknown.join("', '")}'.`);
  const limit = (name: string) => (options.optional(name) === undefined ? null : options.count(name));
  const share = (name: string) => options.count(name, 0, 100) / 100;
  const agents = [...new Set(served.map(({ rollout }) => rollout.agent.id))];
  const parsed = exportRequestSchema.safeParse({
    name: options.text('name'),
    licence: options.text('licence'),
    formats: options.list('format'),
    jsonLines: files.includes('jsonl'),
    parquet: files.includes('parquet'),
    starter: options.has('starter'),
    rules: {
      onlyPassed: !options.has('failed'),
      conditions: options.list('conditions'),
      agents: options.optional('agents') === undefined ? agents : options.list('agents'),
      perTask: limit('per-task'),
      perTrajectory: limit('per-trajectory'),
      excluded: [],
    },
    split: {
      seed: options.text('split-seed'),
      validation: share('validation'),
      test: share('test'),
      by: options.text('split-by'),
    },
    near: { threshold: share('near'), drop: options.has('drop-near') },
    pairs: { span: options.text('pairs'), mostPerTask: options.count('pairs-per-task') },
    card: null,
    seeds: [...seeds],
    origin: 'http://localhost:4173',
    at: options.optional('date') ?? new Date().toISOString(),
  } satisfies { [K in keyof ExportRequest]: unknown });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`option for ${issue?.path.join('.') ?? ''}`, `${issue?.message ?? 'unreadable'}.`);
}

function reasons({ leftOut, notes }: ExportResult): string {
  const left = Object.entries(leftOut).filter(([, n]) => n > 0);
  return [
    ...(left.length === 0 ? [] : [`Rollouts left out: ${left.map(([why, n]) => `${n} ${why}`).join(', ')}.`]),
    ...notes,
  ].join(' ');
}

function summary({ files, counts, leftOut, duplicates, notes, recipe }: ExportResult) {
  return {
    files: files.map(({ path, content }) => ({
      path,
      bytes: typeof content === 'string' ? Buffer.byteLength(content) : content.length,
    })),
    counts,
    left_out: leftOut,
    duplicates: {
      compared: duplicates.compared,
      exact_groups: duplicates.exact.length,
      repeats_left_out: duplicates.repeats.length,
      threshold: duplicates.threshold,
      near_pairs: duplicates.near.length,
      near_groups: duplicates.groups.length,
      across_parts: duplicates.across,
    },
    notes,
    recipe,
  };
}
