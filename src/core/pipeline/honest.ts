import type { Verdict } from '../evaluate/index.ts';
import type { RolloutItem } from './job.ts';

/** The verdict on a rollout of a task that may have failed its certificate: such a task says nothing about an agent. */
export function honestVerdict(
  { certificate }: Pick<RolloutItem['task'], 'certificate'>,
  verdict: Verdict,
): Verdict {
  const invalid = certificate?.accepted === false && verdict.class !== 'error';
  return invalid ? { ...verdict, class: 'invalid', diagnoses: [] } : verdict;
}
