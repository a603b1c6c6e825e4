import type { Locks } from '../store/index.ts';

/**
 * Web Locks within one page of tests: exclusive, `ifAvailable` only.
 * @param before happens before every request
 */
export function memoryLocks(before: () => Promise<void> = () => Promise.resolve()): Locks {
  const held = new Set<string>();
  async function request(...given: unknown[]): Promise<unknown> {
    const [name, , work] = given as [string, LockOptions, (lock: Lock | null) => Promise<unknown>];
    await before();
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
    }
  }
  return {
    request,
    query: () => Promise.resolve({ held: [...held].map((name) => ({ name })), pending: [] }),
  };
}
