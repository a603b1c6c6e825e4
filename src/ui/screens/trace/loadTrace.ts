import { parseDatabase, seedState, State, type DatabaseRef, type Domain } from '#core/environment/index.ts';
import { unpackDatabase } from '../../../store/databaseContent.ts';
import type { Repository } from '../../../store/repository.ts';
import { loadRecording, RECORDED } from '../../state/recording.ts';
import type { Services } from '../../state/services.ts';
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
  return id.startsWith(RECORDED)
    ? loadRecorded(services, id.slice(RECORDED.length))
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
  const [repository, domains] = await Promise.all([services.repository(), services.domains()]);
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
  const domain = domains.find((known) => known.id === task.domain);
  if (domain === undefined)
    return problem(
      'This build does not know the domain.',
      task.domain,
      'Open it with the build that made it.',
    );
  const initial = await initialState(repository, workspace, domain, task.database);
  if (initial === undefined)
    return problem('The database of this task is gone.', task.id, 'Import the file that holds it.');
  const { rollout, verdict } = row;
  return {
    ok: true,
    data: { task, rollout, verdict, initial, domain: traceDomain(domain), recorded: false },
  };
}

async function initialState(
  repository: Repository,
  workspace: string,
  domain: Domain,
  ref: DatabaseRef,
): Promise<State | undefined> {
  if (ref.kind === 'seed') return seedState(domain, ref.seed, ref.size);
  const row = await repository.get('databases', workspace, ref.digest);
  return row && State.of(parseDatabase(domain, unpackDatabase(row), row.name));
}

function problem(what: string, where: string, next: string): LoadedTrace {
  return { ok: false, problem: { what, where, next } };
}
