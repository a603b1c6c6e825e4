import type { Task } from '#core/certify/index.ts';
import { InputError, prepare, State } from '#core/environment/index.ts';
import type { JudgedRollout } from '#core/pipeline/index.ts';
import type { RolloutRow } from '../../../store/rows.ts';
import { openDatabase, type OpenDatabase } from '../../state/databases.ts';
import { loadRecording, RECORDED } from '../../state/recording.ts';
import type { Services } from '../../state/services.ts';
import { REFERENCE, replayReference } from './reference.ts';
import { traceDomain, type TraceData } from './traceData.ts';

/** Why a trace cannot be shown, and what to do. */
export interface TraceProblem {
  readonly what: string;
  readonly where: string;
  readonly next: string;
}

export type LoadedTrace =
  { readonly ok: true; readonly data: TraceData } | { readonly ok: false; readonly problem: TraceProblem };

/** Finds a rollout with its task, domain and initial state. */
export async function loadTrace(services: Services, workspace: string, id: string): Promise<LoadedTrace> {
  if (id.startsWith(RECORDED)) return loadRecorded(services, id.slice(RECORDED.length));
  return id.startsWith(REFERENCE)
    ? loadReference(services, workspace, id.slice(REFERENCE.length))
    : loadStored(services, workspace, id);
}

async function loadRecorded(services: Services, id: string): Promise<LoadedTrace> {
  const [recording, domains] = await Promise.all([loadRecording(), services.domains()]);
  const judged = recording.rollouts.find((known) => known.rollout.id === id);
  const task = recording.tasks.find((known) => known.id === judged?.rollout.task);
  const domain = domains.find((known) => known.id === task?.domain);
  if (judged === undefined || task === undefined || domain === undefined)
    return problem('The recorded run has no such rollout.', id, 'Open it from the start screen.');
  const initial = State.of(recording.rows);
  return { ok: true, data: { task, ...judged, initial, domain: traceDomain(domain), recorded: true } };
}

async function loadStored(services: Services, workspace: string, id: string): Promise<LoadedTrace> {
  const repository = await services.repository();
  const row = await repository.get('rollouts', workspace, id);
  if (row === undefined)
    return problem(
      'This workspace holds no such rollout.',
      id,
      'It may be in another workspace, or in another browser: rollouts travel in files, not in links.',
    );
  const task = (await repository.get('tasks', workspace, row.rollout.task))?.task;
  if (task === undefined)
    return problem('The task of this rollout is gone.', row.rollout.task, 'Import the file that holds it.');
  return onDatabase(services, workspace, task, () => row);
}

/** The reference of a task, replayed now: nothing of it is stored. */
async function loadReference(services: Services, workspace: string, id: string): Promise<LoadedTrace> {
  const repository = await services.repository();
  const task = (await repository.get('tasks', workspace, id))?.task;
  if (task === undefined)
    return problem('This workspace holds no such task.', id, 'Import the file that holds it.');
  return onDatabase(services, workspace, task, ({ domain, state }) => replayReference(domain, state, task));
}

async function onDatabase(
  services: Services,
  workspace: string,
  task: Task,
  judgedOn: (open: OpenDatabase) => JudgedRollout & Partial<Pick<RolloutRow, 'recorded'>>,
): Promise<LoadedTrace> {
  try {
    const open = await openDatabase(services, workspace, task.database);
    const { rollout, verdict, recorded: inFile } = judgedOn(open);
    const domain = { ...traceDomain(open.domain), policyFrom: open.policyFrom };
    const initial = prepare(open.domain, open.state, task.initialization);
    return { ok: true, data: { task, rollout, verdict, initial, domain, recorded: false, inFile } };
  } catch (error) {
    if (error instanceof InputError)
      return problem('The database of this task cannot be opened.', task.id, error.message);
    throw error;
  }
}

function problem(what: string, where: string, next: string): LoadedTrace {
  return { ok: false, problem: { what, where, next } };
}
