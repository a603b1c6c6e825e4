import type { Task } from '#core/certify/certificate.ts';
import type { Database } from '#core/environment/state.ts';
import type { JudgedRollout } from '#core/pipeline/job.ts';

/** Rollouts that were made earlier and travel with the page, so that something runs before anything is loaded. */
export interface Recording {
  /** A matched set: one goal under each condition. */
  readonly tasks: readonly Task[];
  readonly rollouts: readonly JudgedRollout[];
  /** The rows of the initial state that the rollouts touch. */
  readonly rows: Database;
  /** Per table, the columns that say most. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
}

/** Ids of recorded rollouts begin with this, so that a link tells where to look. */
export const RECORDED = 'recorded/';

/**
 * Fetches the recorded run. It is a file of this build, written from parsed values; so only its outline is
 * checked here, and the schemas stay out of the first load.
 */
export async function loadRecording(fetcher: typeof fetch = fetch): Promise<Recording> {
  const response = await fetcher('./recorded/retail.json');
  if (!response.ok) throw new Error(`The recorded run could not be loaded (status ${response.status}).`);
  const value: unknown = await response.json();
  if (!isRecording(value)) throw new Error('The recorded run is not what this page expects.');
  return value;
}

function isRecording(value: unknown): value is Recording {
  if (typeof value !== 'object' || value === null) return false;
  const { tasks, rollouts, rows, columns } = value as Partial<Record<keyof Recording, unknown>>;
  const full = (list: unknown) => Array.isArray(list) && list.length > 0;
  return full(tasks) && full(rollouts) && typeof rows === 'object' && typeof columns === 'object';
}
