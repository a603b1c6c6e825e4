/** How work is spread. */
export interface Spread {
  /** Pieces that run at the same time. */
  readonly parallel: number;
  /** Pieces that may be ahead of the first one that is not finished; bounds what is held back. */
  readonly ahead: number;
}

/**
 * Runs pieces of work and yields their results in the order of the pieces, in whatever order they finish. `start` is
 * called with 0, 1, 2, ... until it answers undefined; piece n is started only after the caller has taken the result
 * of piece n - ahead. When the caller stops, by itself or by an error, what still runs is aborted, and this has
 * ended when all of it has.
 */
export async function* inOrder<T>(
  start: (index: number, signal: AbortSignal) => Promise<T> | undefined,
  { parallel, ahead }: Spread,
  signal?: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const running = new Set<Promise<void>>();
  const finished = new Map<number, PromiseSettledResult<T>>();
  let started = 0;
  let more = true;
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (let taken = 0; ; taken += 1) {
      for (;;) {
        signal?.throwIfAborted();
        while (more && running.size < parallel && started < taken + ahead) {
          const index = started;
          const piece = start(index, controller.signal);
          if (piece === undefined) {
            more = false;
            break;
          }
          started += 1;
          const settled = Promise.allSettled([piece]).then(([outcome]) => {
            finished.set(index, outcome);
            running.delete(settled);
          });
          running.add(settled);
        }
        if (finished.has(taken) || running.size === 0) break;
        await Promise.race(running);
      }
      const outcome = finished.get(taken);
      if (outcome === undefined) return;
      finished.delete(taken);
      if (outcome.status === 'rejected') throw outcome.reason;
      yield outcome.value;
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    controller.abort();
    await Promise.all(running);
  }
}
