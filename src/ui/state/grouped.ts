/** Things by what they have in common, each group in the order given, groups in the order of their first. */
export function grouped<T, K>(things: readonly T[], keyOf: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [thing]);
    else own.push(thing);
  }
  return groups;
}
