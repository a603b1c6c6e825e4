import type { JobRunner } from '#core/pipeline/job.ts';
import { describeError, readRequest, type JobProgress, type Response } from './protocol.ts';

/** The worker's side: the thread it runs in. */
export interface ParentPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Answers every request with a result or an error, in a worker, and tells how far it is. The pool sends one at a time. */
export function serve(port: ParentPort, runner: JobRunner): void {
  const failure = (id: number, error: unknown): Response => ({ id, ok: false, error: describeError(error) });
  const answer = async (raw: unknown): Promise<Response> => {
    const request = readRequest(raw);
    if (request === undefined) return failure(-1, new TypeError('A worker was sent what is not a request.'));
    try {
      const { id, job } = request;
      const onprogress = (progress: number) => port.post({ id, progress } satisfies JobProgress);
      return { id, ok: true, result: await runner.run(job, undefined, onprogress) };
    } catch (error) {
      return failure(request.id, error);
    }
  };
  const post = (response: Response) => {
    try {
      port.post(response);
    } catch (error) {
      // The result cannot be cloned: the job fails, the worker lives on.
      port.post(failure(response.id, error));
    }
  };
  port.onMessage((raw) => {
    answer(raw).then(post, (error: unknown) => post(failure(-1, error)));
  });
}
