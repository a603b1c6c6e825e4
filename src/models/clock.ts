/** Time as the models see it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds, from any start. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it fires first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The real one. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = () => {
        clearTimeout(timer);
        reject(
          signal?.reason instanceof Error ? signal.reason : new DOMException('Cancelled.', 'AbortError'),
        );
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
