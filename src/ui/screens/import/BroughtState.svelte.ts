import type { Task } from '#core/certify/index.ts';
import type { DatabaseRow } from '../../../store/rows.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { environmentIn, EnvironmentState, environmentSetting } from '../../state/environment.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';

/** A database that was brought, with its tasks. */
export interface Brought {
  readonly row: DatabaseRow;
  /** Imported with it, in no order. */
  readonly tasks: readonly Task[];
  readonly inUse: boolean;
}

/** The databases that this workspace was given, and what can be done with them. */
export class BroughtState {
  readonly #app: AppState;
  readonly #workspace: string;
  readonly #environment: EnvironmentState;
  readonly #databases: LiveRows<'databases'>;
  readonly #tasks: LiveRows<'tasks'>;
  readonly #settings: LiveRows<'settings'>;
  #problem = $state.raw<string | null>(null);

  /** Newest first. */
  readonly all = $derived.by((): readonly Brought[] => {
    const used = environmentIn(this.#settings.rows);
    return this.#databases.rows
      .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
      .map((row) => ({
        row,
        tasks: this.#tasks.rows
          .map(({ task }) => task)
          .filter(({ database, provenance }) => isOf(database, row) && provenance.source === 'imported'),
        inUse: used?.kind === 'file' && used.digest === row.id,
      }));
  });
  /** The one that is looked at: asked for by the address, else the one in use, else the newest. */
  readonly selected = $derived.by(
    () =>
      this.all.find(({ row }) => row.id === this.#app.router.keys.v) ??
      this.all.find(({ inUse }) => inUse) ??
      this.all[0] ??
      null,
  );

  constructor(app: AppState) {
    this.#app = app;
    this.#workspace = app.workspace.id;
    this.#environment = new EnvironmentState(app, this.#workspace);
    this.#databases = new LiveRows(app.services, 'databases', this.#workspace);
    this.#tasks = new LiveRows(app.services, 'tasks', this.#workspace);
    this.#settings = new LiveRows(app.services, 'settings', this.#workspace);
  }

  get loaded(): boolean {
    return this.#databases.loaded && this.#tasks.loaded && this.#settings.loaded;
  }
  get problem(): string | null {
    return this.#problem ?? this.#databases.problem ?? this.#databases.problems[0]?.reason ?? null;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    const rows = [this.#databases, this.#tasks, this.#settings];
    await Promise.all([this.#environment.start(), ...rows.map((table) => table.start())]);
  }

  stop(): void {
    for (const table of [this.#databases, this.#tasks, this.#settings]) table.stop();
  }

  /** Makes it the environment that every screen works on. */
  async use({ row }: Brought): Promise<void> {
    try {
      await this.#environment.choose(row.ref);
      this.#problem = null;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Deletes a database with the tasks that came with it. Rollouts stay; they cannot be opened without it. */
  async remove({ row, tasks, inUse }: Brought): Promise<void> {
    const workspace = this.#workspace;
    const repository = await this.#app.services.repository();
    const { id: setting } = environmentSetting(workspace, row.ref);
    await repository.write({
      delete: [
        { table: 'databases', workspace, id: row.id },
        ...tasks.map(({ id }) => ({ table: 'tasks' as const, workspace, id })),
        ...(inUse ? [{ table: 'settings' as const, workspace, id: setting }] : []),
      ],
    });
    if (inUse) await this.#environment.start();
  }
}

function isOf(database: Task['database'], row: DatabaseRow): boolean {
  return database.kind === 'file' && database.digest === row.id;
}
