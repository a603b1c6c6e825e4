import type { Task } from '#core/certify/index.ts';
import type { TrialRow } from '../../../store/rows.ts';

/** What trials can be narrowed by. */
export const facetIds = [
  'run',
  'agent',
  'condition',
  'outcome',
  'tag',
  'end',
  'kind',
  'intent',
  'turns',
  'domain',
] as const;
export type FacetId = (typeof facetIds)[number];

/** A value per facet; absent means all. */
export type Filters = Readonly<{ [Id in FacetId]?: string | undefined }>;

/** What a trial's task tells about it. */
export interface TaskFacts {
  readonly kinds: readonly string[];
  /** Ids of the intents that the user begins with. */
  readonly intents: readonly string[];
  /** What the user says first. */
  readonly opening: string;
}

/** Facts of a task, by its id. */
export type FactsOf = (task: string) => TaskFacts;

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
export function valuesOf(facet: FacetId, trial: TrialRow, factsOf: FactsOf): readonly string[] {
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
      return factsOf(trial.task).kinds;
    case 'intent':
      return factsOf(trial.task).intents;
    case 'turns':
      return [turnsRange(trial.turns)];
    case 'domain':
      return [trial.domain];
  }
}

/** The trials that every filter lets through; `except` leaves one filter out, for the counts of its own values. */
export function narrow(
  trials: readonly TrialRow[],
  filters: Filters,
  factsOf: FactsOf,
  except?: FacetId,
): readonly TrialRow[] {
  const active = facetIds.filter((id) => id !== except && filters[id] !== undefined);
  return trials.filter((trial) =>
    active.every((id) => valuesOf(id, trial, factsOf).includes(filters[id] ?? '')),
  );
}

/** How many trials have each value of a facet, most first. */
export function tally(
  trials: readonly TrialRow[],
  facet: FacetId,
  factsOf: FactsOf,
): readonly (readonly [value: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const trial of trials)
    for (const value of valuesOf(facet, trial, factsOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

/** Looks facts up in these tasks. */
export function factsIn(tasks: readonly Task[]): FactsOf {
  const facts = new Map(
    tasks.map(({ id, kinds, program }): [string, TaskFacts] => [
      id,
      {
        kinds,
        intents: [...new Set(program.requests.map(({ intent }) => intent))],
        opening: program.openingText,
      },
    ]),
  );
  return (task) => facts.get(task) ?? NO_FACTS;
}

const NO_FACTS: TaskFacts = { kinds: [], intents: [], opening: '' };
const RANGES = [2, 4, 8] as const;

/** "3 to 4": ranges that double, so that few of them cover short and long conversations. */
function turnsRange(turns: number): string {
  const last = RANGES.findIndex((most) => turns <= most);
  const from = last === 0 ? 1 : (RANGES[last === -1 ? RANGES.length - 1 : last - 1] ?? 0) + 1;
  return last === -1 ? `${from} or more` : `${from} to ${RANGES[last] ?? from}`;
}
