import type { Task } from '#core/certify/index.ts';
import { canonicalJson, type DatabaseRef } from '#core/environment/index.ts';
import { grouped } from './grouped.ts';

/** Tasks that belong together: made on one database, or imported with it. */
export interface TaskGroup {
  /** Stands in addresses. */
  readonly id: string;
  readonly label: string;
  readonly tasks: readonly Task[];
}

/** The group of the tasks that were imported with a database, by its digest. */
export const importedGroup = (digest: string) => `imported:${digest}`;

const madeGroup = (ref: DatabaseRef) => `made:${canonicalJson({ ...ref })}`;

/** All groups, in the order in which their first tasks come. */
export function groupsOf(tasks: readonly Task[], titleOf: (domain: string) => string): readonly TaskGroup[] {
  return [...grouped(tasks, groupOf)].map(([id, own]) => ({ id, label: labelOf(own, titleOf), tasks: own }));
}

/** The group to begin with: of the database in use, imported ones first; null for all tasks together. */
export function firstGroup(groups: readonly TaskGroup[], used: DatabaseRef | undefined): string | null {
  // Imported tasks have a user of prose, whom few agents can serve: they are not mixed with others unasked.
  if (groups.length < 2 || !groups.some(({ id }) => id.startsWith('imported:'))) return null;
  const wanted =
    used === undefined
      ? []
      : [...(used.kind === 'file' ? [importedGroup(used.digest)] : []), madeGroup(used)];
  const found = wanted
    .map((id) => groups.find((group) => group.id === id))
    .find((group) => group !== undefined);
  return (found ?? groups[0])?.id ?? null;
}

function groupOf({ database, provenance }: Task): string {
  return provenance.source === 'imported' && database.kind === 'file'
    ? importedGroup(database.digest)
    : madeGroup(database);
}

function labelOf(tasks: readonly Task[], titleOf: (domain: string) => string): string {
  const [first] = tasks;
  if (first === undefined) return '';
  const { database, provenance } = first;
  const place = database.kind === 'file' ? database.name : `seed ${database.seed}, ${database.size} users`;
  return `${provenance.source === 'imported' ? 'Imported with' : 'Made on'} ${titleOf(database.domain)}, ${place}`;
}
