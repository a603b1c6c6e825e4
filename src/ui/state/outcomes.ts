import type { Outcome } from '#core/evaluate/metrics.ts';
import type { TrialRow } from '../../store/rows.ts';

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
