import type { VerdictClass } from '#core/evaluate/index.ts';
import type { BroughtRollouts } from '../../state/importRollouts.ts';
import type { LineOf } from './lineOf.ts';
import { sourceIdOf } from './taskLines.ts';

/** `open`: one of the two rewards is missing. `refused`: it cannot be judged here. */
export type RolloutStanding = 'equal' | 'other' | 'open' | 'refused';

/** A recorded rollout on one line. Its id is that of its task. */
export interface RolloutLine extends LineOf<RolloutStanding> {
  readonly trial: number;
  readonly recorded: number | null;
  readonly computed: number | null;
  readonly verdict: VerdictClass | null;
  /** Why the rewards differ, why it failed, or why it cannot be judged; empty when there is nothing to say. */
  readonly why: string;
}

/** Rollouts as lines: what is different first, as it is what a reader came for. */
export function rolloutLines({ graded, refused, tasks }: BroughtRollouts): readonly RolloutLine[] {
  const idOf = new Map(tasks.map((task) => [task.id, sourceIdOf(task)]));
  const order = ['other', 'refused', 'open', 'equal'];
  return [
    ...refused.map(({ task, reason }, at): RolloutLine => ({
      ...{
        key: `refused/${at}`,
        id: task,
        href: null,
        trial: 0,
        standing: 'refused',
        recorded: null,
        computed: null,
      },
      ...{ verdict: null, why: reason },
    })),
    ...graded.map(({ rollout, verdict, recorded }): RolloutLine => {
      const [diagnosis] = verdict.diagnoses;
      const both = recorded.reward !== null && verdict.reward !== null;
      return {
        key: rollout.id,
        id: idOf.get(rollout.task) || rollout.task,
        href: null,
        trial: rollout.trial,
        standing: recorded.difference !== null ? 'other' : both ? 'equal' : 'open',
        recorded: recorded.reward,
        computed: verdict.reward,
        verdict: verdict.class,
        why: recorded.difference ?? (diagnosis === undefined ? '' : `${diagnosis.tag}: ${diagnosis.detail}`),
      };
    }),
  ].toSorted(
    (a, b) =>
      order.indexOf(a.standing) - order.indexOf(b.standing) ||
      a.id.localeCompare(b.id, 'en', { numeric: true }) ||
      a.trial - b.trial,
  );
}
