import { backupDue } from '../../store/backup.ts';
import { NewerVersionError, QuotaError } from '../../store/errors.ts';
import type { WorkspaceRow } from '../../store/rows.ts';
import type { Services } from './services.ts';

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

/** The workspace that everybody begins with, and the one that demonstrations are played in. */
export const OWN = 'own';
export const DEMO = 'demo';

const NOTHING: Counts = { trajectories: 0, tasks: 0, rollouts: 0, verdicts: 0, examples: 0 };
const TITLES = { own: 'My workspace', demo: 'Demo' } as const;
const COUNT_EVERY_MS = 500;
const SOON_MS = 50;

/**
 * Why the storage cannot be used as it should. `memory`: there is none, work goes on without. `full`: what is there
 * stays, nothing more fits. `lost`: it cannot be used by this page as it is.
 */
export interface StorageProblem {
  readonly kind: 'memory' | 'full' | 'lost';
  readonly what: string;
  readonly next: string;
}

/** What the workspace needs from outside. */
export interface WorkspaceInput {
  readonly services: Pick<Services, 'repository' | 'onTrouble'>;
  readonly now: () => Date;
  /** The workspaces to begin with: the one that was open last, and the last that was no demo. */
  readonly id: string;
  readonly home: string;
  /** Told when another workspace is opened. */
  readonly onopen: (id: string, home: string) => void;
  /** Told when the open workspace was deleted, here or in another tab, and another one was opened instead. */
  readonly ongone: (title: string) => void;
}

/** The workspace that is open: which one, what it holds, and when something was last written to it. */
export class WorkspaceState {
  readonly #input: WorkspaceInput;
  #id = $state.raw('');
  #home = $state.raw('');
  #row = $state.raw<WorkspaceRow | null>(null);
  #counts = $state.raw(NOTHING);
  #savedAt = $state.raw<Date | null>(null);
  #problem = $state.raw<StorageProblem | null>(null);
  #backupDue = $state.raw<string | null>(null);
  #postponed = $state.raw<string | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(input: WorkspaceInput) {
    this.#input = input;
    this.#home = input.home === '' || input.home === DEMO ? OWN : input.home;
    this.#id = input.id === '' ? this.#home : input.id;
  }

  get id(): string {
    return this.#id;
  }
  get title(): string {
    return this.#row?.title ?? (this.demo ? TITLES.demo : TITLES.own);
  }
  get demo(): boolean {
    return this.#row?.demo ?? this.#id === DEMO;
  }
  /** The workspace to go back to from a demo. */
  get home(): string {
    return this.#home;
  }
  get counts(): Counts {
    return this.#counts;
  }
  /** When this page last saw something written; null before that. */
  get savedAt(): Date | null {
    return this.#savedAt;
  }
  /** Its last export to a file; null when there was none. */
  get backup(): WorkspaceRow['backup'] {
    return this.#row?.backup ?? null;
  }
  /** Why it should be exported now, in words; null when it need not be. */
  get backupDue(): string | null {
    return this.#backupDue;
  }
  /** Whether the person said "not now" to the reminder of this workspace. */
  get backupPostponed(): boolean {
    return this.#postponed === this.#id;
  }
  get problem(): StorageProblem | null {
    return this.#problem;
  }

  /** Opens the workspace that was open last. Call it after the first paint. Never rejects. */
  async start(): Promise<void> {
    this.#input.services.onTrouble((error) => this.#fail(error));
    try {
      const repository = await this.#input.services.repository();
      if (!repository.durable)
        this.#problem = {
          kind: 'memory',
          what: 'Nothing can be saved here.',
          next: 'This browser keeps nothing, so all is gone when the page closes. Export it to a file to keep it.',
        };
      this.#unwatch ??= repository.watch(['workspaces', 'trajectories', 'tasks', 'trials'], (changed) => {
        if (changed.some((table) => table !== 'workspaces')) this.#savedAt = this.#input.now();
        this.#lookIn(changed.includes('workspaces') ? SOON_MS : COUNT_EVERY_MS);
      });
      await this.open(this.#id);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Opens a workspace, or the first one where it does not exist. The first one and the demo are made when needed. */
  async open(wanted: string): Promise<void> {
    const repository = await this.#input.services.repository();
    const found = await repository.getWorkspace(wanted);
    const id = found !== undefined || wanted === DEMO ? wanted : OWN;
    const row = found ?? (await repository.getWorkspace(id)) ?? this.#fresh(id);
    if (found === undefined) await repository.putWorkspace(row);
    this.#id = id;
    this.#row = row;
    if (!row.demo) this.#home = id;
    this.#input.onopen(id, this.#home);
    await this.#count();
  }

  /** Makes a workspace and opens it. */
  async create(id: string, title: string): Promise<void> {
    const repository = await this.#input.services.repository();
    await repository.putWorkspace(this.#fresh(id, title));
    await this.open(id);
  }

  /** Empties the demo workspace and opens it. The user's own are not touched. */
  async startDemo(): Promise<void> {
    await this.emptyDemo();
    await this.open(DEMO);
  }

  /** Deletes what the demo workspace holds. */
  async emptyDemo(): Promise<void> {
    const repository = await this.#input.services.repository();
    await repository.deleteWorkspace(DEMO);
    await repository.putWorkspace(this.#fresh(DEMO));
  }

  /** "Not now": the reminder to export leaves the screens until the page is opened again; the chip stays. */
  postponeBackup(): void {
    this.#postponed = this.#id;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  /** Stops following the store. */
  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    clearTimeout(this.#timer);
  }

  #fresh(id: string, title: string = id === DEMO ? TITLES.demo : TITLES.own): WorkspaceRow {
    const at = this.#input.now().toISOString();
    return { id, title, demo: id === DEMO, createdAt: at, updatedAt: at, backup: null };
  }

  /** A name or a deletion shows at once; counting waits, because a run writes all the time. */
  #lookIn(wait: number): void {
    if (wait === SOON_MS) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#look().catch((error: unknown) => this.#fail(error));
    }, wait);
  }

  /** Reads the open workspace again: it may have been renamed, backed up or deleted, here or in another tab. */
  async #look(): Promise<void> {
    const repository = await this.#input.services.repository();
    const row = await repository.getWorkspace(this.#id);
    if (row !== undefined) {
      this.#row = row;
      await this.#count();
      return;
    }
    const { title } = this;
    const rows = (await repository.listWorkspaces()).rows.filter(({ demo }) => !demo);
    const next = rows.find(({ id }) => id === this.#home) ?? rows.at(-1);
    await this.open(next?.id ?? OWN);
    this.#input.ongone(title);
  }

  async #count(): Promise<void> {
    const repository = await this.#input.services.repository();
    const query = { workspace: this.#id };
    const [trajectories, tasks, trials] = await Promise.all([
      repository.count('trajectories', query),
      repository.count('tasks', query),
      repository.list('trials', query),
    ]);
    const of = (...classes: string[]) => trials.rows.filter((row) => classes.includes(row.class)).length;
    const rollouts = trials.rows.length;
    this.#counts = { trajectories, tasks, rollouts, verdicts: of('pass', 'fail'), examples: of('pass') };
    this.#backupDue =
      this.#row === null || !repository.durable
        ? null
        : backupDue(this.#row, rollouts, this.#input.now().toISOString());
  }

  #fail(error: unknown): void {
    const next = error instanceof Error ? error.message : String(error);
    if (error instanceof QuotaError)
      this.#problem = { kind: 'full', what: 'The storage of this browser is full.', next };
    else if (error instanceof NewerVersionError)
      this.#problem = {
        kind: 'lost',
        what: 'A newer version of this page has taken over the storage. This tab saves nothing any more.',
        next,
      };
    else this.#problem = { kind: 'lost', what: 'The storage of this browser cannot be used.', next };
  }
}
