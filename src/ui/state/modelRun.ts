import type { DatabaseRef } from '#core/environment/index.ts';
import { ModelError, type LanguageModel, type ModelErrorKind } from '#core/model/index.ts';
import { createRunner, routeRunner, type JobRunner, type JudgedRollout } from '#core/pipeline/index.ts';
import { modelAgent, modelSeat } from '#core/rollout/index.ts';
import { exchangeSchema, Journal, type Exchange, type Spent } from '../../models/index.ts';
import type { UnderWay } from '../../store/turnLog.ts';
import { WorkerError } from '../../workers/errors.ts';
import type { OpenRun } from './openModels.ts';
import { databaseFiles } from './databases.ts';
import { modelsIn, type ModelPlan } from './modelPlan.ts';
import type { Services } from './services.ts';

/** A run in which models take part. */
export interface ModelRunRequest {
  readonly workspace: string;
  /** The id of the run. */
  readonly run: string;
  readonly agents: readonly string[];
  /** Databases of its tasks. */
  readonly databases: readonly DatabaseRef[];
  readonly plan: ModelPlan;
  readonly onspent: (spent: Spent) => void;
}

/** Models that were opened for one run. */
export interface ModelRun {
  /** Rollouts at the same time. */
  readonly atOnce: number;
  /** A runner that serves models in this thread, which asks the worker with the keys, and leaves the rest to the pool. */
  route(pool: JobRunner): JobRunner;
  /**
   * Takes out what only shows that the run has to stop, so that going on repeats it, and then throws why. Everything
   * else is given to `keep` first.
   */
  settle(
    rollouts: readonly JudgedRollout[],
    keep: (rollouts: readonly JudgedRollout[]) => Promise<void>,
  ): Promise<void>;
  /** The run has ended. Resolves when nothing of it is left to write. */
  close(): Promise<void>;
}

/** What every further request would fail with: there is no use in trying each rollout. A lost device has no model. */
const FINAL: ReadonlySet<ModelErrorKind> = new Set(['key', 'credit', 'budget', 'device']);

/** Opens the models of a run. Rejects with `InputError` for a key that is missing, and as the store does. */
export async function openModelRun(
  services: Services,
  open: OpenRun,
  request: ModelRunRequest,
  signal: AbortSignal,
): Promise<ModelRun> {
  const { plan, agents } = request;
  const opened = await open(modelsIn(agents, plan), plan, request.onspent);
  let stopped: Error | null = null;
  const models = new Map(
    opened.models.map((model) => [model.id, watched(model, (error) => (stopped ??= error))]),
  );
  const speaker = plan.user === null ? undefined : models.get(plan.user);
  const log = await services.turns();
  const said = await log.read(request.workspace, request.run);
  let written: Promise<void> = Promise.resolve();
  const here = createRunner(await services.domains(), ({ task, agent, trial }) => {
    const at = underWay(request, `${task}/${agent}/${trial}`);
    const before = said.get(at.rollout) ?? [];
    let known = before.length;
    const journal = new Journal(exchangesIn(before), (index, exchange) => {
      // No turn waits for it: what is not written when the tab dies is asked again.
      if (index < known) written = log.drop(at, index);
      known = 0;
      written = log.add(at, index, exchange);
    });
    const model = models.get(agent);
    return {
      agent: model === undefined ? undefined : modelAgent(journal.with(model)),
      user: speaker === undefined ? undefined : modelSeat(journal.with(speaker)),
    };
  });
  const files = await databaseFiles(services, request.workspace, request.databases);
  for (const file of files) await here.run({ type: 'load', ...file }, signal);
  return {
    atOnce: Math.min(plan.atOnce, opened.atOnce ?? plan.atOnce),
    async close() {
      opened.close();
      await written;
    },
    // A user who is a model is played here, whoever the agent is.
    route: (pool) => routeRunner(here, pool, (agent) => plan.user !== null || models.has(agent)),
    async settle(rollouts, keep) {
      const why = stopped;
      const ended = rollouts.filter(({ verdict }) => verdict.class !== 'error');
      await keep(why === null ? rollouts : ended);
      // What a model's server or the network ended goes on from there when it is done again.
      for (const { rollout } of ended) written = log.drop(underWay(request, rollout.id));
      if (why !== null) throw why;
    },
  };
}

const underWay = ({ workspace, run }: ModelRunRequest, rollout: string): UnderWay => ({
  workspace,
  run,
  rollout,
});

/** The turns up to the first that cannot be read. */
function exchangesIn(turns: readonly unknown[] = []): readonly Exchange[] {
  const parsed = turns.map((turn) => exchangeSchema.safeParse(turn).data);
  const end = parsed.indexOf(undefined);
  return parsed.slice(0, end < 0 ? parsed.length : end).flatMap((exchange) => exchange ?? []);
}

/** Whether an error ends the run: what every request will fail with, or the death of the worker that asks. */
function isFinal(error: unknown): error is Error {
  return error instanceof WorkerError || (error instanceof ModelError && FINAL.has(error.kind));
}

/** A model that tells of failures that end a run. */
function watched(model: LanguageModel, onfinal: (error: Error) => void): LanguageModel {
  return {
    ...model,
    async *stream(request, signal) {
      try {
        yield* model.stream(request, signal);
      } catch (error) {
        if (isFinal(error)) onfinal(error);
        throw error;
      }
    },
  };
}
