import { z } from 'zod';
import {
  databaseName,
  datasetCard,
  eligible,
  parts,
  preferencePairs,
  reportDuplicates,
  selectExamples,
  selectionRulesSchema,
  splitOf,
  splitRulesSchema,
  toExample,
  type DuplicateReport,
  type ExampleCandidate,
  type Part,
  type Selection,
  type TrainingExample,
} from '../dataset/index.ts';
import {
  digest,
  InputError,
  type DatabaseRef,
  type Domain,
  type JsonObject,
  type State,
} from '../environment/index.ts';
import type { TaskDraft } from '../transform/index.ts';
import { findFormat, exportFormats, trl } from './formats/index.ts';
import type { ExportFile, ExportFormat, ExportInput, ExportOptions, ServedTask } from './formats/index.ts';

export type { ServedTask };
import { starterFiles } from './starter/index.ts';

/** Everything a person decides about an export. The same request and rollouts make the same bytes. */
export const exportRequestSchema = z.strictObject({
  /** Becomes part of file names. */
  name: z.string().regex(/^[\w.-]+$/, 'expected letters, digits, dots, dashes and underscores'),
  /** Empty while nobody chose one. */
  licence: z.string(),
  /** Ids of formats. */
  formats: z.array(z.string()),
  jsonLines: z.boolean(),
  parquet: z.boolean(),
  /** Whether the folder that fine-tunes elsewhere goes along. It brings the TRL format with it. */
  starter: z.boolean(),
  rules: selectionRulesSchema,
  split: splitRulesSchema,
  near: z.strictObject({
    /** From which share of common shingles two conversations count as nearly equal. */
    threshold: z.number().min(0).max(1),
    /** Whether one of each group is kept, or all. */
    drop: z.boolean(),
  }),
  pairs: z.strictObject({ span: z.enum(['rest', 'turn']), mostPerTask: z.int().positive() }),
  /** The dataset card as somebody wrote it; null for the one that is made from the counts. */
  card: z.string().nullable(),
  /** Seeds of the runs, for the card. */
  seeds: z.array(z.string()),
  /** The address of the playground, for the instructions on serving a model to it. */
  origin: z.string(),
  /** When the export is made, as an ISO date. */
  at: z.string(),
});
export type ExportRequest = z.infer<typeof exportRequestSchema>;

/** What an export is made from: rollouts in the order in which they are chosen, and tasks that may have none. */
export interface ExportSources {
  readonly served: readonly ServedTask[];
  readonly tasks: readonly TaskDraft[];
  /** With the policy that came with the database, where one did. */
  domainOf(ref: DatabaseRef): Domain;
  stateOf(ref: DatabaseRef): State;
}

/** The files of an export, and what a person should know before they are handed out. */
export interface ExportResult {
  readonly files: readonly ExportFile[];
  readonly counts: Readonly<Record<Part, number>> & {
    readonly pairs: number;
    readonly tasks: number;
    readonly rollouts: number;
  };
  readonly leftOut: Selection<ExampleCandidate>['leftOut'];
  readonly duplicates: DuplicateReport;
  /** Opening lines of the near pairs, most alike first, for people. */
  readonly nearPairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly resemblance: number;
    readonly across: boolean;
  }[];
  readonly card: string;
  /** Digest of the recipe. */
  readonly recipe: string;
  /** What could not be written, in words. */
  readonly notes: readonly string[];
}

/** Near pairs that are listed; more are only counted. */
const LISTED_PAIRS = 50;

/** Makes all files of an export. Throws {@link InputError} for a format that does not exist. Pure. */
export function makeExport(
  request: ExportRequest,
  sources: ExportSources,
  parquet: ExportOptions['parquet'],
): ExportResult {
  const formats = chosenFormats(request);
  const { rules, split } = request;
  const candidates = sources.served.map(candidateOf);
  const partOf = (task: TaskDraft) =>
    splitOf({ database: databaseName(task.database), trajectory: task.provenance.trajectory }, split);
  const selection = selectExamples(candidates, rules);
  const chosen = selection.chosen.map(({ one }) => ({
    example: exampleOf(sources, one),
    part: partOf(one.task),
  }));
  const duplicates = reportDuplicates(
    chosen.map(({ example, part }) => ({ messages: example.messages, part })),
    request.near.threshold,
  );
  const dropped = new Set([...duplicates.repeats, ...(request.near.drop ? duplicates.nearRepeats : [])]);
  const kept = chosen.filter((_, at) => !dropped.has(at));
  const allowed = eligible(candidates, rules);
  const pairs = pairsOf(
    request,
    sources,
    allowed.map(({ one }) => one),
    partOf,
  );
  const tasks = distinctTasks([...allowed.map(({ one }) => one.task), ...sources.tasks]);
  const input: ExportInput = {
    name: request.name,
    examples: byPart(kept.map(({ example, part }) => [part, example])),
    pairs: byPart(pairs),
    tasks,
    served: allowed.map(({ one }) => one),
    at: request.at,
    domainOf: (ref) => sources.domainOf(ref),
    stateOf: (ref) => sources.stateOf(ref),
    partOf,
  };
  const options: ExportOptions = { jsonLines: request.jsonLines, parquet: request.parquet ? parquet : null };
  const written = formats.map((format) => ({ format, files: filesOf(format, input, options, request) }));
  const { recipe, text: recipeText } = recipeOf(request, tasks);
  const card =
    request.card ??
    datasetCard({
      name: request.name,
      licence: request.licence,
      examples: kept.map(({ example, part }) => ({ part, metadata: example.metadata })),
      pairs: pairs.length,
      formats: written
        .filter(({ format }) => format.of === 'examples' || format.of === 'pairs')
        .map(({ format, files }) => ({ ...named(format), files: splitFiles(format, files) })),
      rules,
      split,
      duplicates,
      withoutNear: request.near.drop,
      seeds: request.seeds,
      recipe,
    });
  return {
    files: [
      { path: 'README.md', content: card },
      { path: 'recipe.json', content: recipeText },
      ...written.flatMap(({ files }) => files),
      ...(request.starter ? starterFiles(request.name, request.origin) : []),
    ],
    counts: {
      train: input.examples.train.length,
      validation: input.examples.validation.length,
      test: input.examples.test.length,
      pairs: pairs.length,
      tasks: tasks.length,
      rollouts: input.served.length,
    },
    leftOut: selection.leftOut,
    duplicates,
    nearPairs: duplicates.near.slice(0, LISTED_PAIRS).map(({ a, b, resemblance }) => ({
      a: opening(chosen[a]?.example),
      b: opening(chosen[b]?.example),
      resemblance,
      across: chosen[a]?.part !== chosen[b]?.part,
    })),
    card,
    recipe,
    notes: notesOn(written, input),
  };
}

type Candidate = ExampleCandidate & { readonly one: ServedTask };

function candidateOf(one: ServedTask): Candidate {
  const { task, rollout, verdict } = one;
  return {
    id: one.id,
    task: task.id,
    trajectory: `${databaseName(task.database)}\n${task.provenance.trajectory}`,
    condition: task.condition,
    agent: rollout.agent.id,
    passed: verdict.class === 'pass',
    one,
  };
}

function chosenFormats(request: ExportRequest): ExportFormat[] {
  const ids =
    request.starter && !request.formats.includes(trl.id) ? [...request.formats, trl.id] : request.formats;
  return [...new Set(ids)].map((id) => {
    const format = findFormat(id);
    if (format === undefined)
      throw new InputError(
        'format',
        `there is no format '${id}'.`,
        `Expected some of ${exportFormats.map((known) => known.id).join(', ')}.`,
      );
    return format;
  });
}

// The starter's script reads JSON Lines, whatever else was asked for.
const filesOf = (format: ExportFormat, input: ExportInput, options: ExportOptions, request: ExportRequest) =>
  format.files(input, request.starter && format.id === trl.id ? { ...options, jsonLines: true } : options);

function exampleOf(sources: ExportSources, { task, rollout, verdict }: ServedTask): TrainingExample {
  return toExample(sources.domainOf(task.database), task, rollout, verdict);
}

function pairsOf(
  request: ExportRequest,
  sources: ExportSources,
  served: readonly ServedTask[],
  partOf: (task: TaskDraft) => Part,
) {
  const byTask = new Map<string, ServedTask[]>();
  for (const one of served) byTask.set(one.task.id, [...(byTask.get(one.task.id) ?? []), one]);
  return [...byTask.values()].flatMap((own) => {
    const of = (verdict: 'pass' | 'fail') =>
      own.filter((one) => one.verdict.class === verdict).map((one) => exampleOf(sources, one));
    const [first] = own;
    if (first === undefined) return [];
    const { span, mostPerTask } = request.pairs;
    const part = partOf(first.task);
    return preferencePairs(of('pass'), of('fail'), span, mostPerTask).map((pair) => [part, pair] as const);
  });
}

function byPart<T>(items: readonly (readonly [Part, T])[]): Record<Part, T[]> {
  const divided: Record<Part, T[]> = { train: [], validation: [], test: [] };
  for (const [part, item] of items) divided[part].push(item);
  return divided;
}

const distinctTasks = (tasks: readonly TaskDraft[]) => [
  ...new Map(tasks.map((task) => [task.id, task])).values(),
];

const named = ({ id, title, purpose }: ExportFormat) => ({ id, title, purpose });

/** The file of each part for the Hub's viewer: Parquet where there is one. */
function splitFiles(format: ExportFormat, files: readonly ExportFile[]) {
  return parts.flatMap((part) => {
    const path = ['parquet', 'jsonl']
      .map((extension) => `${format.id}/${part}.${extension}`)
      .find((wanted) => files.some((file) => file.path === wanted));
    return path === undefined ? [] : [{ part, path }];
  });
}

/** What makes the same files again: the request without its date, its card and this page's address. */
function recipeOf(request: ExportRequest, tasks: readonly TaskDraft[]): { recipe: string; text: string } {
  const { at: _at, card: _card, origin: _origin, ...rest } = request;
  const databases = [...new Map(tasks.map(({ database }) => [databaseName(database), database])).values()];
  const body: JsonObject = JSON.parse(JSON.stringify({ ...rest, databases })) as JsonObject;
  const recipe = digest(body);
  return { recipe, text: `${JSON.stringify({ recipe, ...body }, null, 2)}\n` };
}

const opening = (example: TrainingExample | undefined) =>
  example?.messages.find(({ role }) => role === 'user')?.content ?? '';

function notesOn(
  written: readonly { readonly format: ExportFormat; readonly files: readonly ExportFile[] }[],
  input: ExportInput,
): string[] {
  return written.flatMap(({ format, files }) => {
    if (format.of === 'pairs' && files.length === 0)
      return ['No pairs: they need a rollout that passed and one that failed of the same task.'];
    const missing = format.unwritten?.(input) ?? 0;
    return missing === 0
      ? []
      : [`${format.title}: ${missing} of the conversations do not take turns as it asks, and are not in it.`];
  });
}
