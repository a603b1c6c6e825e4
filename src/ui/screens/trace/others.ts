import type { Verdict } from '#core/evaluate/verdict.ts';
import type { Rollout } from '#core/rollout/event.ts';
import type { Services } from '../../state/services.ts';

/** Another rollout of the same task, small enough for a list. */
export interface OtherRollout {
  readonly id: string;
  readonly label: string;
  readonly verdict: Verdict['class'];
}

/** Finds what a rollout can be compared with. */
export interface Others {
  /** The one to begin with, where the address names it. */
  readonly first: string | null;
  list(): Promise<readonly OtherRollout[]>;
  open(id: string): Promise<Rollout | undefined>;
}

/** The other rollouts of a task in a workspace, `id` being the row of the one that is shown. */
export function othersOf(
  services: Services,
  workspace: string,
  { task, id, first = null }: { readonly task: string; readonly id: string; readonly first?: string | null },
): Others {
  return {
    first,
    async list() {
      const repository = await services.repository();
      const { rows } = await repository.list('trials', { workspace });
      return rows
        .filter((row) => row.task === task && row.id !== id)
        .map((row) => ({
          id: row.id,
          label: `${row.agent.title}, trial ${row.trial + 1}`,
          verdict: row.class,
        }))
        .toSorted((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
    },
    async open(other) {
      const repository = await services.repository();
      return (await repository.get('rollouts', workspace, other))?.rollout;
    },
  };
}
