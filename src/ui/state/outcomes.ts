import type { Outcome } from '#core/evaluate/metrics.ts';
import type { RunRow, TrialRow } from '../../store/rows.ts';
import { agentNote } from './modelId.ts';

/** What metrics need to know of stored trials. */
export function outcomesOf(trials: readonly TrialRow[]): Outcome[] {
  return trials.map(({ agent, task, condition, class: verdict, counts }) => ({
    agent: agent.id,
    task,
    condition,
    class: verdict,
    counts,
  }));
}

/** The agents of trials, in the order they first appear, with what each is. */
export function agentsOf(trials: readonly TrialRow[]) {
  return [...new Map(trials.map(({ agent }) => [agent.id, agent])).values()].map(({ id, title, kind }) => ({
    id,
    title,
    note: kind === 'recorded' ? kind : agentNote(id),
  }));
}

/** Each value once, in the order of first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** The run that was started last. */
export function newest(runs: readonly RunRow[]): RunRow | undefined {
  return runs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
}
