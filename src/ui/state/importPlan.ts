/** What an import would do, from what was found in the files and what the workspace holds. */
import type { Task } from '#core/certify/index.ts';
import type { DatabaseRef, Domain } from '#core/environment/index.ts';
import type { Trajectory } from '#core/explore/index.ts';
import type { Found, RefusedTask } from '#core/interchange/index.ts';
import type { DatabaseContent, DatabaseRow } from '../../store/rows.ts';
import type { FileReport, FoundFile, Problem } from './importFiles.ts';
import type { BroughtRollouts } from './importRollouts.ts';

type FoundDatabase = Extract<Found, { kind: 'database' }>;

/** A database that was brought. */
export interface BroughtDatabase {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly found: FoundDatabase;
  readonly domain: Domain;
}

/** The database that tasks and a policy are for. */
export interface Target {
  readonly ref: Extract<DatabaseRef, { kind: 'file' }>;
  readonly domain: Domain;
  /** The row that the workspace holds already; null for a database that is new. */
  readonly row: DatabaseRow | null;
}

/** The chats of one file as trajectories. */
export interface BroughtTrajectories {
  readonly file: string;
  readonly lifted: readonly { readonly line: number; readonly trajectory: Trajectory }[];
}

/** A task as it was brought, with its file. */
export interface BroughtTask {
  readonly file: string;
  readonly value: unknown;
}

/** Everything that a person has to know before they say yes. */
export interface ImportPlan {
  readonly files: readonly FileReport[];
  /** With any of these nothing can be imported. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly database: BroughtDatabase | null;
  readonly target: Target | null;
  /** How the database will be kept; null when none was brought. */
  readonly content: DatabaseContent | null;
  readonly policy: { readonly path: string; readonly text: string } | null;
  readonly tasks: readonly Task[];
  readonly refused: readonly RefusedTask[];
  /** The tasks as they were brought, for a review. */
  readonly given: readonly BroughtTask[];
  /** What chats were made into, with what stands in the way of some. */
  readonly trajectories: readonly BroughtTrajectories[];
  /** Rollouts that somebody else recorded; the tasks that only they carry are among `tasks`. */
  readonly rollouts: readonly BroughtRollouts[];
  /** Tasks among these that the workspace holds already. */
  readonly knownTasks: number;
  /** Splits, with how many of their tasks are among these. */
  readonly splits: readonly { readonly name: string; readonly ids: number; readonly here: number }[];
  /** The workspace that it goes to. */
  readonly workspace: { readonly id: string; readonly title: string };
}

/** Rows of a database that break its schema, as one problem: the list of them stands beside. */
export function faultProblem({ path, found, domain }: BroughtDatabase): Problem[] {
  const [first] = found.faults;
  if (first === undefined) return [];
  const more = found.faultCount - 1;
  return [
    {
      what: `Rows of ${path} are not what the ${domain.title} domain expects.`,
      where: `${path}: ${first.place}: ${first.expectation}${more > 0 ? ` (and ${more.toLocaleString('en')} more)` : ''}`,
      next: 'A database is taken whole or not at all. Nothing was imported.',
    },
  ];
}

/** Tasks or a policy that came without any database they could be for. */
export function homelessProblem(found: readonly FoundFile[], here: readonly DatabaseRow[]): Problem[] {
  const files = found.filter((file) => file.found.kind !== 'splits').map(({ path }) => path);
  const [first] = files;
  if (first === undefined)
    return [
      {
        what: 'A split file alone says nothing.',
        where: found.map(({ path }) => path).join(', '),
        next: 'Bring db.json and tasks.json with it, or the whole folder. Nothing was imported.',
      },
    ];
  const chosen =
    here.length === 0 ? '' : ' Or choose the database that it is for on this screen, then bring it again.';
  return [
    {
      what: 'There is no database for this.',
      where: files.join(', '),
      next: `Bring db.json with it, or the whole folder.${chosen} Nothing was imported.`,
    },
  ];
}

/** Doubts that do not stand in the way. */
export function warningsOf(plan: Pick<ImportPlan, 'database' | 'tasks' | 'refused' | 'target'>): Problem[] {
  const { database, tasks, refused, target } = plan;
  const warnings: Problem[] = [];
  const [doubt] = database?.found.doubts ?? [];
  if (database !== null && doubt !== undefined)
    warnings.push({
      what: `${database.found.doubtCount.toLocaleString('en')} records of ${database.path} belong to nobody.`,
      where: `${doubt.place}: ${doubt.expectation}`,
      next: 'The database can be used; explorers leave these records alone.',
    });
  const certified = tasks.filter(({ certificate }) => certificate.accepted).length;
  if (tasks.length > 0 && certified === 0 && target !== null)
    warnings.push({
      what: 'No task could be certified.',
      where: `Their reference actions fail or change nothing on ${target.ref.name}.`,
      next: 'Is this the task file of another database?',
    });
  else if (refused.length > tasks.length && target !== null)
    warnings.push({
      what: 'Most tasks cannot be used.',
      where: `${refused.length} of ${refused.length + tasks.length}: ${refused[0]?.reason ?? ''}`,
      next: `Is this a task file of the ${target.domain.title} domain?`,
    });
  return warnings;
}

/** Task files in which nothing is of use. */
export function uselessProblem(refused: readonly RefusedTask[], tasks: number, files: string): Problem[] {
  const [first] = refused;
  if (first === undefined || tasks > 0) return [];
  return [
    {
      what: 'No task can be used.',
      where: `${files}: task ${first.task}: ${first.reason}${refused.length > 1 ? ` (and ${refused.length - 1} more)` : ''}`,
      next: 'Is this a task file of another domain? Nothing was imported.',
    },
  ];
}

/** Chats of which no trajectory can be kept. */
export function uselessChatsProblem(files: readonly BroughtTrajectories[]): Problem[] {
  return files.flatMap(({ file, lifted }): Problem[] => {
    const [first] = lifted;
    if (first === undefined || lifted.some(({ trajectory }) => trajectory.problem === null)) return [];
    return [
      {
        what: 'No task can be made of these chats.',
        where: `${file}, line ${first.line}: ${first.trajectory.problem?.reason ?? ''}`,
        next: 'Are they about another database? Nothing was imported.',
      },
    ];
  });
}

/** Rollouts of which none can be judged. */
export function uselessRolloutsProblem(files: readonly BroughtRollouts[]): Problem[] {
  return files.flatMap(({ file, graded, refused }): Problem[] => {
    const [first] = refused;
    if (graded.length > 0 || first === undefined) return [];
    return [
      {
        what: 'No rollout can be judged.',
        where: `${file}: rollout of task ${first.task}: ${first.reason}`,
        next: 'Bring its tasks.json with it. Are these rollouts of another domain? Nothing was imported.',
      },
    ];
  });
}

/** Every task of every task file, those that no import can take included. */
export function everyTaskIn(found: readonly FoundFile[]): readonly BroughtTask[] {
  return found.flatMap(({ path, found: content }) =>
    content.kind === 'tasks'
      ? content.tasks.map((value) => ({ file: path.split('/').at(-1) ?? path, value }))
      : [],
  );
}

/** Tasks of all files in one list; a second one of the same id is refused, because they would be told apart by nothing. */
export function tasksIn(found: readonly FoundFile[]): {
  readonly tasks: readonly BroughtTask[];
  readonly refused: readonly RefusedTask[];
} {
  const seen = new Map<string, string>();
  const tasks: BroughtTask[] = [];
  const refused: RefusedTask[] = [];
  for (const task of everyTaskIn(found)) {
    const id = sourceId(task.value);
    const first = id === undefined ? undefined : seen.get(id);
    if (id !== undefined && first !== undefined)
      refused.push({
        task: id,
        reason: `a second task of this id in ${task.file}; the first is in ${first}.`,
      });
    else tasks.push(task);
    if (id !== undefined && first === undefined) seen.set(id, task.file);
  }
  return { tasks, refused };
}

/** Tasks in pieces of one file each, as jobs take them. `first` counts in the file, `at` counts the pieces. */
export function inPieces(given: readonly BroughtTask[], most: number) {
  const pieces: { at: number; file: string; first: number; tasks: unknown[] }[] = [];
  const counts = new Map<string, number>();
  for (const { file, value } of given) {
    const last = pieces.at(-1);
    const first = counts.get(file) ?? 0;
    counts.set(file, first + 1);
    if (last?.file === file && last.tasks.length < most) last.tasks.push(value);
    else pieces.push({ at: pieces.length, file, first, tasks: [value] });
  }
  return pieces;
}

function sourceId(value: unknown): string | undefined {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** How many tasks of each split are among these. */
export function splitsOf(found: readonly FoundFile[], tasks: readonly BroughtTask[]): ImportPlan['splits'] {
  const ids = new Set(tasks.map(({ value }) => sourceId(value)));
  return found.flatMap(({ found: content }) =>
    content.kind === 'splits'
      ? Object.entries(content.splits).map(([name, list]) => ({
          name,
          ids: list.length,
          here: list.filter((id) => ids.has(id)).length,
        }))
      : [],
  );
}
