import type { Locks } from '../store/index.ts';

type Work = (lock: Lock | null) => Promise<unknown>;

/**
 * Web Locks within one page of tests: exclusive; with `ifAvailable`, or waiting until a signal ends it.
 * @param before happens before every request
 */
export function memoryLocks(before: () => Promise<void> = () => Promise.resolve()): Locks {
  const held = new Map<string, Promise<void>>();
  async function request(...given: unknown[]): Promise<unknown> {
    const [name, options, work] = given as [string, LockOptions, Work];
    await before();
    if (options.ifAvailable === true && held.has(name)) return work(null);
    while (held.has(name)) await released(held.get(name), options.signal);
    let release: () => void = () => undefined;
    held.set(name, new Promise<void>((resolve) => (release = resolve)));
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
      release();
    }
  }
  return {
    request,
    query: () => Promise.resolve({ held: [...held.keys()].map((name) => ({ name })), pending: [] }),
  };
}

async function released(working: Promise<void> | undefined, signal: AbortSignal | undefined): Promise<void> {
  const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve));
  await Promise.race([working, aborted]);
  signal?.throwIfAborted();
}
