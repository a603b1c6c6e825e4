/**
 * Why a pool could not finish a job. `died`: its worker ended twice. `timeout`: it took too long twice.
 * `storm`: workers kept ending, whatever the job. `protocol`: an answer of another shape, as from another build.
 * `disposed`: the pool was closed.
 */
export type WorkerFailure = 'died' | 'timeout' | 'storm' | 'protocol' | 'disposed';

/** The machinery failed, not the job. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly failure: WorkerFailure;
  /** Whether the same job may well succeed when it is started again. */
  readonly isRetryable: boolean;

  constructor(failure: WorkerFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.failure = failure;
    this.isRetryable = failure === 'died' || failure === 'timeout' || failure === 'storm';
  }
}
