import type { DatabaseRef } from '#core/environment/index.ts';
import type { Job } from '#core/pipeline/job.ts';
import { createPool, type PoolOptions } from '../workers/pool.ts';
import type { WorkerPort } from '../workers/port.ts';

export const seedRef = (seed: string): DatabaseRef => ({ kind: 'seed', domain: 'retail', seed, size: 1 });
export const fileRef: DatabaseRef = { kind: 'file', domain: 'retail', name: 'db.json', digest: 'd' };
const none = { general: 0, ambiguous: 0, changing: 0, infeasible: 0 };
/** A job that is told apart by its batch number. */
export const job = (batch: number, database: DatabaseRef = seedRef('s')) =>
  ({ type: 'generate', database, seed: 's', batch, wanted: none, knobs: {} }) satisfies Job;
/** A database that a user brought. */
export const load = { type: 'load', ref: fileRef, database: { rows: 1 } } as const satisfies Job;

/** Answers a generate job with its own batch number, so that every answer can be told apart. */
export const echo = (job: Job) => {
  if (job.type === 'load') return { type: 'load' };
  if (job.type !== 'generate') throw new TypeError(job.type);
  return { type: 'generate', tasks: [], rejected: { batch: job.batch } };
};
export const resultOf = (batch: number) => ({ type: 'generate', tasks: [], rejected: { batch } });

/** A worker that runs `echo` when its scheduler lets it, or breaks as told. */
export class FakeWorker implements WorkerPort {
  running = 0;
  terminated = false;
  readonly seen: Job[] = [];
  fail: (error: unknown) => void = () => undefined;
  answer: (message: unknown) => void = () => undefined;
  readonly #act: (worker: FakeWorker, message: { id: number; job: Job }) => void;

  constructor(act: (worker: FakeWorker, message: { id: number; job: Job }) => void) {
    this.#act = act;
  }

  post(message: unknown): void {
    const request = structuredClone(message) as { id: number; job: Job };
    this.running += 1;
    this.seen.push(request.job);
    this.#act(this, request);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.answer = (message) => {
      if (this.terminated) return;
      this.running -= 1;
      listener(structuredClone(message));
    };
  }
  onError(listener: (error: unknown) => void): void {
    this.fail = listener;
  }
  terminate(): void {
    this.terminated = true;
    this.running = 0;
  }
}

/** What a fake worker does with a message. */
export type Act = ConstructorParameters<typeof FakeWorker>[0];
/** Answers at once. */
export const answers: Act = (worker, { id, job }) =>
  queueMicrotask(() => worker.answer({ id, ok: true, result: echo(job) }));

/** A pool of fake workers that all do the same. */
export function poolOf(act: Act, options: Partial<PoolOptions> = {}) {
  const workers: FakeWorker[] = [];
  const pool = createPool({
    size: 2,
    spawn: () => {
      const worker = new FakeWorker(act);
      workers.push(worker);
      return worker;
    },
    ...options,
  });
  return { pool, workers };
}

export const nextTurn = () => new Promise((resolve) => setTimeout(resolve, 0));
