import type { Task } from '#core/certify/index.ts';
import type { TrialRow } from '../../../store/rows.ts';

/** What trials can be narrowed by. */
export const facetIds = ['run', 'agent', 'condition', 'outcome', 'tag', 'end', 'kind', 'domain'] as const;
export type FacetId = (typeof facetIds)[number];

/** A value per facet; absent means all. */
export type Filters = Readonly<{ [Id in FacetId]?: string | undefined }>;

/** Kinds of a task, by its id. */
export type KindsOf = (task: string) => readonly string[];

/** Reads filters from the address: "agent:eager;outcome:fail". What is not a facet is left out. */
export function parseFilters(text: string | undefined): Filters {
  const found: Partial<Record<FacetId, string>> = {};
  for (const part of (text ?? '').split(';')) {
    const at = part.indexOf(':');
    const id = facetIds.find((known) => known === part.slice(0, at));
    const value = part.slice(at + 1);
    if (id !== undefined && value !== '') found[id] = value;
  }
  return found;
}

/** The inverse of {@link parseFilters}; undefined when nothing is narrowed. */
export function formatFilters(filters: Filters): string | undefined {
  const parts = facetIds.flatMap((id) => (filters[id] === undefined ? [] : [`${id}:${filters[id]}`]));
  return parts.length === 0 ? undefined : parts.join(';');
}

/** The values of a facet that a trial has. */
export function valuesOf(facet: FacetId, trial: TrialRow, kindsOf: KindsOf): readonly string[] {
  switch (facet) {
    case 'run':
      return [trial.run];
    case 'agent':
      return [trial.agent.id];
    case 'condition':
      return [trial.condition];
    case 'outcome':
      return [trial.class];
    case 'tag':
      return trial.tags;
    case 'end':
      return [trial.termination];
    case 'kind':
      return kindsOf(trial.task);
    case 'domain':
      return [trial.domain];
  }
}

/** The trials that every filter lets through; `except` leaves one filter out, for the counts of its own values. */
export function narrow(
  trials: readonly TrialRow[],
  filters: Filters,
  kindsOf: KindsOf,
  except?: FacetId,
): readonly TrialRow[] {
  const active = facetIds.filter((id) => id !== except && filters[id] !== undefined);
  return trials.filter((trial) =>
    active.every((id) => valuesOf(id, trial, kindsOf).includes(filters[id] ?? '')),
  );
}

/** How many trials have each value of a facet, most first. */
export function tally(
  trials: readonly TrialRow[],
  facet: FacetId,
  kindsOf: KindsOf,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const trial of trials)
    for (const value of valuesOf(facet, trial, kindsOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

/** Looks kinds up in these tasks. */
export function kindsIn(tasks: readonly Task[]): KindsOf {
  const kinds = new Map(tasks.map((task) => [task.id, task.kinds]));
  return (task) => kinds.get(task) ?? [];
}
