import { runsAtWork, withRunLock, type Locked, type Locks, type RunPlace } from '../../store/locks.ts';

/** The locks of runs, and which of them this tab holds. One per page. */
export class RunLocks {
  /** `navigator.locks`; undefined where the browser has none. */
  readonly platform: Locks | undefined;
  #held = $state.raw<readonly RunPlace[]>([]);

  constructor(platform: Locks | undefined) {
    this.platform = platform;
  }

  /** Whether this tab works on a run. */
  holds(run: RunPlace): boolean {
    return this.#held.some((held) => same(held, run));
  }

  /** Does `fn` as the only tab that works on this run; answers `elsewhere` at once when another one does. */
  async hold<T>(run: RunPlace, signal: AbortSignal, fn: () => Promise<T>): Promise<Locked<T>> {
    // Where the browser has no locks, this tab at least keeps out of its own way.
    if (this.holds(run)) return { status: 'elsewhere', reason: 'This tab is working on this run already.' };
    return withRunLock(this.platform, run, signal, async () => {
      const place = { workspace: run.workspace, id: run.id };
      this.#held = [...this.#held, place];
      try {
        return await fn();
      } finally {
        this.#held = this.#held.filter((held) => held !== place);
      }
    });
  }

  /** Runs of a workspace that some tab works on, this one included; none where the browser cannot tell. */
  async atWorkIn(workspace: string): Promise<readonly RunPlace[]> {
    const places = (await runsAtWork(this.platform)) ?? this.#held;
    return places.filter((place) => place.workspace === workspace);
  }
}

function same(a: RunPlace, b: RunPlace): boolean {
  return a.id === b.id && a.workspace === b.workspace;
}
