import type { Domain } from '#core/environment/index.ts';
import type { WorkerPort } from '../workers/port.ts';

/** What the commands are given from outside, so that tests can run them in their own process. */
export interface Io {
  readonly domains: readonly Domain[];
  /** Starts a worker thread with all domains. */
  readonly spawn: () => WorkerPort;
  /** Threads that can run at the same time. */
  readonly cores: number;
  /** Writes to standard output; resolves when there is room for more. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): void;
  /** An environment variable. */
  env(name: string): string | undefined;
  /** Milliseconds, from any start. */
  now(): number;
  /** Milliseconds of processor time that all threads have used. */
  cpu(): number;
  /** Fires when the user interrupts. */
  readonly signal?: AbortSignal;
}
