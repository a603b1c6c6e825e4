/** What came of {@link withRunLock}. */
export type Locked<T> =
  | { readonly status: 'ran'; readonly value: T; readonly guarded: true }
  /** It ran, but nothing keeps another tab from running it too; `reason` says why. */
  | { readonly status: 'ran'; readonly value: T; readonly guarded: false; readonly reason: string }
  /** Another tab has it; nothing ran. */
  | { readonly status: 'elsewhere'; readonly reason: string };

/** The part of `navigator.locks` that is used. */
export type Locks = Pick<LockManager, 'request' | 'query'>;

/** A run, by its workspace and id; a `RunRow` is one. Copies of a workspace hold runs of the same id. */
export interface RunPlace {
  readonly workspace: string;
  readonly id: string;
}

const NAME = 'trajectory2task/run/';
const ELSEWHERE =
  'Another tab of this browser has this run in hand, at work or paused (its title begins with ▶). ' +
  'Go on there, or close that tab first.';
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
  run: RunPlace,
  signal: AbortSignal,
  fn: (signal: AbortSignal) => Promise<T>,
): Promise<Locked<T>> {
  signal.throwIfAborted();
  if (locks === undefined)
    return { status: 'ran', value: await fn(signal), guarded: false, reason: UNGUARDED };
  // The platform takes `ifAvailable` or a signal, not both; without waiting there is nothing to abort.
  return locks.request(lockName(run), { ifAvailable: true }, async (lock): Promise<Locked<T>> => {
    if (lock === null) return { status: 'elsewhere', reason: ELSEWHERE };
    signal.throwIfAborted();
    return { status: 'ran', value: await fn(signal), guarded: true };
  });
}

/**
 * Waits until nobody works on a run any more, because it ended or its tab is gone, then runs `fn` under its lock.
 * @throws the signal's reason when it is aborted while waiting, and whatever `fn` throws
 */
export async function onceRunIsFree<T>(
  locks: Locks,
  run: RunPlace,
  signal: AbortSignal,
  fn: () => Promise<T>,
): Promise<T> {
  return locks.request(lockName(run), { signal }, fn);
}

/** The runs that a tab of this browser works on, this one included; null where that cannot be known. */
export async function runsAtWork(locks: Locks | undefined): Promise<readonly RunPlace[] | null> {
  if (locks === undefined) return null;
  const { held = [] } = await locks.query();
  return held.flatMap(({ name }) => placeOf(name ?? ''));
}

// Ids of workspaces may hold a slash, those of runs never do.
function lockName({ workspace, id }: RunPlace): string {
  return `${NAME}${workspace}/${id}`;
}

function placeOf(name: string): RunPlace[] {
  if (!name.startsWith(NAME)) return [];
  const slash = name.lastIndexOf('/');
  return [{ workspace: name.slice(NAME.length, slash), id: name.slice(slash + 1) }];
}
