import type { Job, JobResults, JobRunner } from '#core/pipeline/job.ts';
import { WorkerError } from './errors.ts';
import { Loads, type LoadJob } from './loads.ts';
import type { WorkerPort } from './port.ts';
import { readResponse, readResult, reviveError, type Request, type Validation } from './protocol.ts';

/** What a pool is made of. */
export interface PoolOptions {
  /** Starts one worker. Called when there is work for it, so a pool that is never used costs nothing. */
  spawn(): WorkerPort;
  /** Most workers at a time. */
  readonly size: number;
  /** A job that takes longer (in milliseconds) loses its worker and is tried once more. No limit when absent. */
  readonly timeoutMs?: number;
  /** Deaths without any answer between them, after which all waiting jobs are rejected. */
  readonly maxDeaths?: number;
  /**
   * How much of an answer is parsed; `deep` when absent. Measured: 0.25 ms per task or rollout, against 10 ms and
   * more to make one.
   */
  readonly validation?: Validation;
}

/** Runs jobs in workers. */
export interface WorkerPool extends JobRunner {
  /** Jobs that are running in workers now. */
  readonly busy: number;
  /** Jobs that wait for a worker. */
  readonly waiting: number;
  /** Starts no further job; those that run go on. */
  pause(): void;
  resume(): void;
  /** Rejects every job, ends every worker, and resolves when they are gone. */
  dispose(): Promise<void>;
}

/** A pool of workers behind the same interface as a runner in this thread. */
export function createPool(options: PoolOptions): WorkerPool {
  return new Pool(options);
}

/** A worker is given a job at most this often: once, and once more after a death. */
const ATTEMPTS = 2;

interface Entry {
  readonly job: Job;
  attempts: number;
  readonly onprogress: (done: number) => void;
  /** Ends the caller's promise, once, and stops listening to the caller's signal. */
  readonly settle: (outcome: { result: JobResults[Job['type']] } | { error: unknown }) => void;
}

interface Slot {
  readonly port: WorkerPort;
  readonly held: Set<LoadJob>;
  entry: Entry | undefined;
  /** What was posted last and not answered: the entry's job, or a database that the job needs. */
  sent: Request | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
  gone: boolean;
}

class Pool implements WorkerPool {
  readonly #options: PoolOptions;
  readonly #maxDeaths: number;
  readonly #loads = new Loads();
  readonly #queue: Entry[] = [];
  readonly #slots = new Set<Slot>();
  readonly #ending = new Set<Promise<void>>();
  #nextId = 0;
  #deaths = 0;
  #paused = false;
  #disposed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#maxDeaths = options.maxDeaths ?? options.size + 3;
  }

  get busy(): number {
    return [...this.#slots].filter((slot) => slot.entry !== undefined).length;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  run<J extends Job>(
    job: J,
    signal?: AbortSignal,
    onprogress: (done: number) => void = () => undefined,
  ): Promise<JobResults[J['type']]> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        if (job.type === 'load') this.#loads.drop(job);
        reject(asError(error));
      };
      const abort = () => {
        this.#remove(entry);
        fail(signal?.reason);
        this.#pump();
      };
      const entry: Entry = {
        job,
        attempts: 0,
        onprogress,
        settle: (outcome) => {
          signal?.removeEventListener('abort', abort);
          if ('error' in outcome) {
            fail(outcome.error);
            return;
          }
          try {
            const result = readResult(job, outcome.result, this.#options.validation ?? 'deep');
            if (job.type === 'load') this.#loads.confirm(job);
            resolve(result);
          } catch (error) {
            fail(error);
          }
        },
      };
      if (signal?.aborted) fail(signal.reason);
      else if (this.#disposed) fail(disposed());
      else if (job.type === 'load' && this.#loads.isConfirmed(job))
        entry.settle({ result: { type: 'load' } });
      else {
        if (job.type === 'load') this.#loads.add(job);
        signal?.addEventListener('abort', abort, { once: true });
        this.#queue.push(entry);
        this.#pump();
      }
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#pump();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const entries = [...this.#queue.splice(0), ...[...this.#slots].flatMap((slot) => slot.entry ?? [])];
    for (const slot of this.#slots) this.#retire(slot);
    for (const entry of entries) entry.settle({ error: disposed() });
    await Promise.all(this.#ending);
  }

  /** Gives the jobs at the head of the queue to idle workers, and to new ones up to the pool's size. */
  #pump(): void {
    while (!this.#paused && !this.#disposed) {
      const idle = [...this.#slots].find((slot) => slot.entry === undefined);
      if (idle === undefined && this.#slots.size >= this.#options.size) return;
      const entry = this.#queue.shift();
      if (entry === undefined) return;
      entry.attempts += 1;
      try {
        this.#assign(idle ?? this.#spawn(), entry);
      } catch (error) {
        this.#lost(entry, error);
      }
    }
  }

  #spawn(): Slot {
    const port = this.#options.spawn();
    const slot: Slot = {
      port,
      held: new Set(),
      entry: undefined,
      sent: undefined,
      timer: undefined,
      gone: false,
    };
    this.#slots.add(slot);
    port.onMessage((raw) => this.#hear(slot, raw));
    port.onError((error) => this.#die(slot, error));
    return slot;
  }

  #assign(slot: Slot, entry: Entry): void {
    slot.entry = entry;
    const { timeoutMs } = this.#options;
    if (timeoutMs !== undefined)
      slot.timer = setTimeout(() => {
        this.#die(slot, new WorkerError('timeout', `No answer within ${timeoutMs / 1000} s.`));
      }, timeoutMs);
    this.#send(slot, entry);
  }

  #send(slot: Slot, entry: Entry): void {
    slot.sent = { id: this.#nextId, job: this.#loads.missing(entry.job, slot.held) ?? entry.job };
    this.#nextId += 1;
    try {
      slot.port.post(slot.sent);
    } catch (error) {
      // The job cannot be cloned: its caller's mistake, and the worker never saw it.
      this.#release(slot);
      entry.settle({ error });
    }
  }

  #hear(slot: Slot, raw: unknown): void {
    const { entry, sent } = slot;
    if (slot.gone) return;
    if (entry === undefined || sent === undefined) {
      this.#die(slot, new WorkerError('protocol', 'A worker spoke without being asked.'));
      return;
    }
    try {
      const response = readResponse(raw);
      if (response.id !== sent.id)
        throw new WorkerError('protocol', `A worker answered message ${response.id}, not ${sent.id}.`);
      if ('progress' in response) {
        entry.onprogress(response.progress);
        return;
      }
      this.#deaths = 0;
      if (response.ok && sent.job.type === 'load') this.#loads.hold(sent.job, slot.held);
      if (response.ok && sent.job !== entry.job) this.#send(slot, entry);
      else {
        this.#release(slot);
        entry.settle(response.ok ? { result: response.result } : { error: reviveError(response.error) });
      }
    } catch (error) {
      // Another try would be answered in the same way.
      this.#retire(slot);
      entry.settle({ error });
    }
    this.#pump();
  }

  #release(slot: Slot): void {
    clearTimeout(slot.timer);
    slot.entry = undefined;
    slot.sent = undefined;
  }

  /** Takes a worker out of the pool and ends it. A new one takes its place when there is work. */
  #retire(slot: Slot): void {
    if (slot.gone) return;
    slot.gone = true;
    this.#release(slot);
    this.#slots.delete(slot);
    const end = async () => {
      await slot.port.terminate();
    };
    const forget = () => this.#ending.delete(ended);
    // A worker that cannot be ended is one that has ended already.
    const ended: Promise<void> = end()
      .then(forget, forget)
      .then(() => undefined);
    this.#ending.add(ended);
  }

  #die(slot: Slot, cause: unknown): void {
    if (slot.gone) return;
    const { entry } = slot;
    this.#retire(slot);
    if (entry !== undefined) this.#lost(entry, cause);
    this.#pump();
  }

  /** A job lost its worker: tried once more, unless workers die whatever they are given. */
  #lost(entry: Entry, cause: unknown): void {
    this.#deaths += 1;
    const why = cause instanceof Error ? cause.message : String(cause);
    if (this.#deaths >= this.#maxDeaths) {
      // The next call starts afresh: it may be a person who has closed other programs and tries again.
      this.#deaths = 0;
      const message = `${this.#maxDeaths} workers in a row failed (${why}); the work was stopped.`;
      for (const waiting of [entry, ...this.#queue.splice(0)])
        waiting.settle({ error: new WorkerError('storm', message, cause) });
    } else if (entry.attempts < ATTEMPTS) {
      this.#queue.unshift(entry);
    } else {
      const failure = cause instanceof WorkerError ? cause.failure : 'died';
      const message = `A "${entry.job.type}" job lost its worker ${ATTEMPTS} times (${why}).`;
      entry.settle({ error: new WorkerError(failure, message, cause) });
    }
  }

  #remove(entry: Entry): void {
    const position = this.#queue.indexOf(entry);
    if (position >= 0) this.#queue.splice(position, 1);
    for (const slot of this.#slots) if (slot.entry === entry) this.#retire(slot);
  }
}

const disposed = () => new WorkerError('disposed', 'The worker pool was closed.');

// What an `AbortSignal` was aborted with may be anything; callers are promised an error.
function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError');
}
