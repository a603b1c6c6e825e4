import type { WorkspaceRow } from '../../../store/rows.ts';
import { clock } from '../../state/clock.ts';
import type { SettingsApp } from './settingsApp.ts';

/** A workspace and how much it holds. */
export interface WorkspaceView {
  readonly row: WorkspaceRow;
  readonly trajectories: number;
  readonly tasks: number;
  readonly rollouts: number;
}

export const MOST_LETTERS = 80;
const SOON_MS = 50;
// A run at work writes all the time.
const COUNT_EVERY_MS = 1000;
const counted = ['trajectories', 'tasks', 'trials'] as const;

/** An id that no workspace has. */
export function newWorkspaceId(): string {
  return `ws-${globalThis.crypto.randomUUID().slice(0, 8)}`;
}

/** What is wrong with a title, in words; undefined when nothing is. */
export function titleProblem(title: string): string | undefined {
  if (title.trim() === '') return 'A name, please.';
  return title.trim().length > MOST_LETTERS ? `At most ${MOST_LETTERS} letters, please.` : undefined;
}

/** All workspaces of this browser that can be read, and what can be done with them. Verbs never reject: they set the problem. */
export class WorkspacesState {
  readonly #app: SettingsApp;
  readonly #newId: () => string;
  #views = $state.raw<readonly WorkspaceView[]>([]);
  #loaded = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(app: SettingsApp, newId: () => string = newWorkspaceId) {
    this.#app = app;
    this.#newId = newId;
  }

  /** The person's own first, then demos; the newest first. */
  get views(): readonly WorkspaceView[] {
    return this.#views;
  }
  get loaded(): boolean {
    return this.#loaded;
  }
  get problem(): string | null {
    return this.#problem;
  }

  async start(): Promise<void> {
    await this.#attempt(async () => {
      const repository = await this.#app.services.repository();
      this.#unwatch ??= repository.watch(['workspaces', ...counted], (changed) =>
        this.#refreshIn(changed.includes('workspaces') ? SOON_MS : COUNT_EVERY_MS),
      );
    });
    await this.refresh();
  }

  stop(): void {
    this.#unwatch?.();
    clearTimeout(this.#timer);
  }

  async refresh(): Promise<void> {
    await this.#attempt(async () => {
      const repository = await this.#app.services.repository();
      const { rows } = await repository.listWorkspaces();
      const views = await Promise.all(
        rows.map(async (row): Promise<WorkspaceView> => {
          const [trajectories = 0, tasks = 0, rollouts = 0] = await Promise.all(
            counted.map((table) => repository.count(table, { workspace: row.id })),
          );
          return { row, trajectories, tasks, rollouts };
        }),
      );
      this.#views = views.toSorted(inOrder);
      this.#loaded = true;
    });
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  async open(row: WorkspaceRow): Promise<void> {
    await this.#attempt(() => this.#app.workspace.open(row.id));
  }

  async create(title: string): Promise<void> {
    await this.#attempt(() => this.#app.workspace.create(this.#newId(), title.trim()));
  }

  async rename({ id }: WorkspaceRow, title: string): Promise<void> {
    await this.#attempt(async () => {
      const repository = await this.#app.services.repository();
      const row = await repository.getWorkspace(id);
      const updatedAt = clock().toISOString();
      if (row !== undefined) await repository.putWorkspace({ ...row, title: title.trim(), updatedAt });
    });
  }

  /** Deletes a workspace with all it holds; of the demo only what it holds. Not while a tab works in it. */
  async remove({ id, title, demo }: Pick<WorkspaceRow, 'id' | 'title' | 'demo'>): Promise<void> {
    await this.#attempt(async () => {
      if ((await this.#app.locks.atWorkIn(id)).length > 0)
        throw new Error(`A run is at work in "${title}", here or in another tab. Cancel it first.`);
      const repository = await this.#app.services.repository();
      if (demo) await this.#app.workspace.emptyDemo();
      else await repository.deleteWorkspace(id);
      await (await this.#app.services.turns()).clear(id);
    });
  }

  #refreshIn(wait: number): void {
    if (wait === SOON_MS) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.refresh().catch(() => undefined);
    }, wait);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }
}

function inOrder({ row: a }: WorkspaceView, { row: b }: WorkspaceView): number {
  if (a.demo !== b.demo) return a.demo ? 1 : -1;
  return a.createdAt < b.createdAt ? 1 : -1;
}
