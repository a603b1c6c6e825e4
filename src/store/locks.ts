/** What came of {@link withRunLock}. */
export type Locked<T> =
  | { readonly status: 'ran'; readonly value: T; readonly guarded: true }
  /** It ran, but nothing keeps another tab from running it too; `reason` says why. */
  | { readonly status: 'ran'; readonly value: T; readonly guarded: false; readonly reason: string }
  /** Another tab has it; nothing ran. */
  | { readonly status: 'elsewhere'; readonly reason: string };

/** The part of `navigator.locks` that is used. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

const NAME = 'trajectory2task/run/';
const UNGUARDED =
  'This browser offers no locks here (they need https or localhost); do not open the same run in two tabs.';

/**
 * Runs `fn` while holding the lock of a run, so that only one tab works on it. Does not wait: a run that is at work
 * elsewhere answers `elsewhere` at once. The lock goes when `fn` settles, or with the tab.
 * @param locks `navigator.locks`; undefined where the browser has none
 * @throws the signal's reason when it was aborted before the start, and whatever `fn` throws
 */
export async function withRunLock<T>(
  locks: Locks | undefined,
  run: string,
  signal: AbortSignal,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<Locked<T>> {
  signal.throwIfAborted();
  if (locks === undefined)
    return { status: 'ran', value: await fn(signal), guarded: false, reason: UNGUARDED };
  // The platform takes `ifAvailable` or a signal, not both; without waiting there is nothing to abort.
  return locks.request(NAME + run, { ifAvailable: true }, async (lock): Promise<Locked<T>> => {
    if (lock === null)
      return { status: 'elsewhere', reason: 'Another tab is working on this run; watch it there.' };
    signal.throwIfAborted();
    return { status: 'ran', value: await fn(signal), guarded: true };
  });
}

/** The runs that a tab of this browser is working on; null where that cannot be known. */
export async function runsAtWork(locks: Locks | undefined): Promise<ReadonlySet<string> | null> {
  if (locks === undefined) return null;
  const { held = [] } = await locks.query();
  const names = held.flatMap(({ name }) => (name?.startsWith(NAME) ? [name.slice(NAME.length)] : []));
  return new Set(names);
}
