import type { Job, JobResults, JobRunner } from './job.ts';

/**
 * One runner out of two: rollouts of certain agents go to `here`, everything else to `there`. A database that a
 * person brought is given to both.
 * @param isHere whether an agent, by its id, is served by `here`: a model, whose connection cannot be sent to a worker
 */
export function routeRunner(
  here: JobRunner,
  there: JobRunner,
  isHere: (agent: string) => boolean,
): JobRunner {
  return {
    async run<J extends Job>(
      job: J,
      signal?: AbortSignal,
      onprogress?: (done: number) => void,
    ): Promise<JobResults[J['type']]> {
      const all: Job = job;
      if (all.type === 'load') await here.run(all, signal);
      const runner = all.type === 'rollout' && all.items.some(({ agent }) => isHere(agent)) ? here : there;
      return runner.run(job, signal, onprogress);
    },
  };
}
