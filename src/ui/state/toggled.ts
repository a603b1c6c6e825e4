/** A set that is replaced rather than changed. */
export function setOf<T>(items: readonly T[]): ReadonlySet<T> {
  return new Set(items);
}

/** The set with an item added, or taken out where it was in. */
export function toggled<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
}
