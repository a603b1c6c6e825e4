/**
 * A function of one object, computed once per object. Only for pure functions of values that never change, as rows
 * and tool results are. Holds on to nothing: a result goes when its object goes.
 */
export function remember<A extends object, R>(compute: (value: A) => R): (value: A) => R {
  const known = new WeakMap<A, { readonly result: R }>();
  return (value) => {
    let found = known.get(value);
    if (found === undefined) {
      found = { result: compute(value) };
      known.set(value, found);
    }
    return found.result;
  };
}

/** {@link remember} for a function of two objects. */
export function rememberPair<A extends object, B extends object, R>(
  compute: (first: A, second: B) => R,
): (first: A, second: B) => R {
  const ofFirst = remember((first: A) => remember((second: B) => compute(first, second)));
  return (first, second) => ofFirst(first)(second);
}
