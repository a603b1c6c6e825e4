import { InputError, prepare } from '#core/environment/index.ts';
import { trajectoryOfCalls, type Trajectory } from '#core/explore/index.ts';
import { trajectoryRow } from '../../../store/rows.ts';
import { clock } from '../../state/clock.ts';
import { openDatabase } from '../../state/databases.ts';
import type { Services } from '../../state/services.ts';
import type { TraceData } from './traceData.ts';

/** A trajectory that is kept, or why none can be made. */
export type AsTrajectory =
  { readonly ok: true; readonly trajectory: Trajectory } | { readonly ok: false; readonly reason: string };

/**
 * Keeps the calls of a rollout as a trajectory, whoever made them: what a task can be made of. Rejects when the
 * storage fails.
 */
export async function keepAsTrajectory(
  services: Services,
  workspace: string,
  { task, rollout }: Pick<TraceData, 'task' | 'rollout'>,
): Promise<AsTrajectory> {
  try {
    const { domain, state, ref } = await openDatabase(services, workspace, task.database);
    const trajectory = trajectoryOfCalls({
      ...{ domain, database: ref, state: prepare(domain, state, task.initialization) },
      calls: rollout.events.flatMap((event) => (event.type === 'tool-call' ? [event.call] : [])),
      origin: `calls of ${rollout.agent.title}`,
      seed: rollout.id,
      ...(task.initialization === undefined ? {} : { initialization: task.initialization }),
    });
    if (trajectory.problem !== null) return { ok: false, reason: trajectory.problem.reason };
    const repository = await services.repository();
    await repository.put('trajectories', [trajectoryRow(workspace, trajectory, clock().toISOString())]);
    return { ok: true, trajectory };
  } catch (error) {
    if (error instanceof InputError) return { ok: false, reason: error.message };
    throw error;
  }
}
