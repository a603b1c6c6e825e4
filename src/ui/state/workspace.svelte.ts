import type { Repository } from '../../store/repository.ts';
import type { WorkspaceRow } from '../../store/rows.ts';

/** How much of everything a workspace holds. */
export interface Counts {
  readonly trajectories: number;
  readonly tasks: number;
  readonly rollouts: number;
  /** Rollouts that were judged pass or fail. */
  readonly verdicts: number;
  /** Rollouts that passed: what a dataset can be made of. */
  readonly examples: number;
}

/** The user's own workspace, and the one that demonstrations are played in. */
export const OWN = 'own';
export const DEMO = 'demo';

const NOTHING: Counts = { trajectories: 0, tasks: 0, rollouts: 0, verdicts: 0, examples: 0 };
const TITLES = { [OWN]: 'My workspace', [DEMO]: 'Demo' } as const;
const COUNT_EVERY_MS = 500;

/** What the workspace needs from outside. */
export interface WorkspaceInput {
  repository(): Promise<Repository>;
  readonly now: () => Date;
  /** The id to begin with: the one that was open last. */
  readonly id: string;
  /** Told when another workspace is opened. */
  readonly onopen: (id: string) => void;
}

/** The workspace that is open: which one, what it holds, and when something was last written to it. */
export class WorkspaceState {
  readonly #input: WorkspaceInput;
  #id = $state.raw('');
  #row = $state.raw<WorkspaceRow | null>(null);
  #counts = $state.raw(NOTHING);
  #savedAt = $state.raw<Date | null>(null);
  #problem = $state.raw<string | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(input: WorkspaceInput) {
    this.#input = input;
    this.#id = input.id === DEMO ? DEMO : OWN;
  }

  get id(): string {
    return this.#id;
  }
  get title(): string {
    return this.#row?.title ?? (this.demo ? TITLES[DEMO] : TITLES[OWN]);
  }
  get demo(): boolean {
    return this.#id === DEMO;
  }
  get counts(): Counts {
    return this.#counts;
  }
  /** When this page last saw something written; null before that. */
  get savedAt(): Date | null {
    return this.#savedAt;
  }
  /** Why the storage cannot be used. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Opens the workspace that was open last. Call it after the first paint. */
  async start(): Promise<void> {
    try {
      const repository = await this.#input.repository();
      if (!repository.durable)
        this.#problem =
          'This browser keeps nothing here, so all is gone when the page closes. Export to a file.';
      this.#unwatch ??= repository.watch(['workspaces', 'trajectories', 'tasks', 'trials'], (changed) => {
        if (changed.some((table) => table !== 'workspaces')) this.#savedAt = this.#input.now();
        this.#countSoon();
      });
      await this.open(this.#id);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Opens a workspace; it is made when it does not exist. */
  async open(id: string): Promise<void> {
    const repository = await this.#input.repository();
    const found = await repository.getWorkspace(id);
    const row = found ?? this.#fresh(id);
    if (found === undefined) await repository.putWorkspace(row);
    this.#id = id;
    this.#row = row;
    this.#input.onopen(id);
    await this.#count();
  }

  /** Empties the demo workspace and opens it. The user's own is not touched. */
  async startDemo(): Promise<void> {
    const repository = await this.#input.repository();
    await repository.deleteWorkspace(DEMO);
    await this.open(DEMO);
  }

  /** Stops following the store. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearTimeout(this.#timer);
  }

  #fresh(id: string): WorkspaceRow {
    const at = this.#input.now().toISOString();
    const title = id === DEMO ? TITLES[DEMO] : TITLES[OWN];
    return { id, title, demo: id === DEMO, createdAt: at, updatedAt: at, backup: null };
  }

  #countSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#count().catch((error: unknown) => {
        this.#problem = error instanceof Error ? error.message : String(error);
      });
    }, COUNT_EVERY_MS);
  }

  async #count(): Promise<void> {
    const repository = await this.#input.repository();
    const query = { workspace: this.#id };
    const [trajectories, tasks, trials] = await Promise.all([
      repository.count('trajectories', query),
      repository.count('tasks', query),
      repository.list('trials', query),
    ]);
    const of = (...classes: string[]) => trials.rows.filter((row) => classes.includes(row.class)).length;
    this.#counts = {
      trajectories,
      tasks,
      rollouts: trials.rows.length,
      verdicts: of('pass', 'fail'),
      examples: of('pass'),
    };
  }
}
