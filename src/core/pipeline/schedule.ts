import type { Task } from '../certify/index.ts';
import { digest, InputError, type DatabaseRef } from '../environment/index.ts';
import type { Outcome } from '../evaluate/index.ts';
import { conditions, type Change, type Condition, type Request, type SlotEntry } from '../transform/index.ts';
import { inOrder } from './inOrder.ts';
import type { JobRunner, JudgedRollout, Knobs, RolloutItem, Wanted } from './job.ts';

/** What {@link generateTasks} needs. */
export interface GenerateInput {
  readonly database: DatabaseRef;
  readonly seed: string;
  readonly wanted: Wanted;
  readonly knobs: Knobs;
  /** Batches that run at the same time. Says how fast, never what. */
  readonly parallel: number;
  /** Batches in a row without a new task after which it is given up. */
  readonly patience?: number;
}

/** How far a generation has come. */
export interface GenerateProgress {
  /** Tasks accepted so far, per condition. */
  readonly found: Wanted;
  readonly wanted: Wanted;
  readonly batches: number;
  readonly duplicates: number;
  /** Tasks that the last batch added. */
  readonly added: readonly Task[];
}

/** What a generation gives. */
export interface Generated {
  /** In the order of their batches: the same for the same seed, however many workers there were. */
  readonly tasks: Task[];
  /** Drafts rejected, per check id. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Different shapes among the tasks. */
  readonly signatures: number;
  /** Tasks left out because one with the same goal was there already. */
  readonly duplicates: number;
}

/**
 * A batch looks for the conditions that were still missing this many batches before it. The distance is fixed, so
 * that no batch depends on which others happen to be done; it also is the most that can run at a time.
 */
const LAG = 16;
const PATIENCE = 60;

/**
 * Generates certified tasks until there are as many of each condition as wanted. Batches run in any order and are
 * merged in theirs, so the same seed gives the same tasks with any number of workers, in a page or headless.
 */
export async function generateTasks(
  runner: JobRunner,
  input: GenerateInput,
  signal?: AbortSignal,
  onProgress?: (progress: GenerateProgress) => void,
): Promise<Generated> {
  const { wanted, patience = PATIENCE } = input;
  const merge = new Merge(wanted);
  const missing: Wanted[] = [];
  const start = (batch: number, abort: AbortSignal) => {
    const { database, seed, knobs } = input;
    const looksFor = missing[batch - LAG] ?? wanted;
    if (merge.done) return undefined;
    return runner.run({ type: 'generate', database, seed, batch, wanted: looksFor, knobs }, abort);
  };
  let idle = 0;
  for await (const result of inOrder(start, { parallel: input.parallel, ahead: LAG }, signal)) {
    const added = merge.add(result.tasks, result.rejected);
    missing.push(merge.missing());
    onProgress?.({
      found: { ...merge.found },
      wanted,
      batches: missing.length,
      duplicates: merge.duplicates,
      added,
    });
    if (merge.done) break;
    idle = added.length === 0 ? idle + 1 : 0;
    if (idle >= patience) throw exhausted(merge, idle);
  }
  return merge.result();
}

/** Takes tasks batch by batch, until each condition has as many as wanted. */
class Merge {
  readonly #wanted: Wanted;
  readonly #tasks: Task[] = [];
  readonly #rejected: Record<string, number> = {};
  readonly #seen = new Set<string>();
  readonly found: Record<Condition, number> = { general: 0, ambiguous: 0, changing: 0, infeasible: 0 };
  duplicates = 0;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get done(): boolean {
    return conditions.every((condition) => this.found[condition] >= this.#wanted[condition]);
  }

  /** What was wanted, without the conditions that are complete. */
  missing(): Wanted {
    const left = { ...this.#wanted };
    for (const condition of conditions) if (this.found[condition] >= left[condition]) left[condition] = 0;
    return left;
  }

  add(tasks: readonly Task[], rejected: Readonly<Record<string, number>>): Task[] {
    for (const [check, count] of Object.entries(rejected))
      this.#rejected[check] = (this.#rejected[check] ?? 0) + count;
    return tasks.filter((task) => {
      if (this.found[task.condition] >= this.#wanted[task.condition]) return false;
      const keys = [task.id, goalKey(task)];
      if (keys.some((key) => this.#seen.has(key))) {
        this.duplicates += 1;
        return false;
      }
      for (const key of keys) this.#seen.add(key);
      this.found[task.condition] += 1;
      this.#tasks.push(task);
      return true;
    });
  }

  result(): Generated {
    return {
      tasks: this.#tasks,
      rejected: Object.fromEntries(Object.entries(this.#rejected).sort(([a], [b]) => (a < b ? -1 : 1))),
      signatures: new Set(this.#tasks.map((task) => task.signature)).size,
      duplicates: this.duplicates,
    };
  }
}

/**
 * The shape of a task and what the user wants at first and in the end, without the wording, what is held back and when:
 * two tasks that differ in nothing else are one task asked twice.
 */
function goalKey({ condition, database, program, signature }: Task): string {
  const { userId, requests, changes } = program;
  return digest([database, condition, signature, userId, requests.map(requestKey), changes.map(changeKey)]);
}

const requestKey = ({ intent, slots }: Request) => [intent, slotsKey(slots)];

const slotsKey = (slots: Readonly<Record<string, SlotEntry>>) =>
  Object.entries(slots).map(([name, { value }]) => [name, value]);

const changeKey = ({ kind, remove, add, set, order }: Change) => [
  kind,
  remove,
  add.map(requestKey),
  Object.entries(set).map(([request, slots]) => [request, slotsKey(slots)]),
  order,
];

function exhausted(merge: Merge, batches: number): InputError {
  const missing = merge.missing();
  const short = conditions
    .filter((condition) => missing[condition] > 0)
    .map((condition) => `${condition} ${merge.found[condition]} of ${missing[condition]}`);
  return new InputError(
    'count',
    `the database gives no more tasks: ${batches} batches in a row added none (${short.join(', ')}).`,
    'Ask for fewer, or take a larger database or other knobs.',
  );
}

/** What {@link rolloutTasks} needs. */
export interface RolloutsInput {
  readonly tasks: readonly RolloutItem['task'][];
  /** Ids of agents. */
  readonly agents: readonly string[];
  /** Times that each agent serves each task. */
  readonly trials: number;
  readonly seed: string;
  /** Jobs that run at the same time. */
  readonly parallel: number;
  /** Rollouts per job. */
  readonly chunk: number;
}

/**
 * Lets every agent serve every task. Whole rollouts go to `onRollouts` as they are judged, in the order of the
 * tasks, then agents, then trials, and the next ones wait for it; only what metrics need is kept and returned, in
 * that order too.
 */
export async function rolloutTasks(
  runner: JobRunner,
  input: RolloutsInput,
  signal?: AbortSignal,
  onRollouts?: (rollouts: readonly JudgedRollout[], done: number, total: number) => void | Promise<void>,
): Promise<Outcome[]> {
  const { agents, trials, seed, chunk, parallel } = input;
  const perTask = agents.length * trials;
  const total = input.tasks.length * perTask;
  const itemAt = (position: number): RolloutItem => ({
    task: input.tasks[Math.floor(position / perTask)] as RolloutItem['task'],
    agent: agents[Math.floor((position % perTask) / trials)] as string,
    trial: position % trials,
  });
  const start = (index: number, abort: AbortSignal) => {
    const first = index * chunk;
    if (first >= total) return undefined;
    const items = Array.from({ length: Math.min(chunk, total - first) }, (_, i) => itemAt(first + i));
    return runner.run({ type: 'rollout', seed, items }, abort);
  };
  const conditionOf = new Map(input.tasks.map((task) => [task.id, task.condition]));
  const outcomes: Outcome[] = [];
  for await (const { rollouts } of inOrder(start, { parallel, ahead: parallel * 4 }, signal)) {
    for (const { rollout, verdict } of rollouts)
      outcomes.push({
        agent: rollout.agent.id,
        task: rollout.task,
        condition: conditionOf.get(rollout.task) ?? '',
        class: verdict.class,
        counts: verdict.counts,
      });
    await onRollouts?.(rollouts, outcomes.length, total);
  }
  return outcomes;
}
