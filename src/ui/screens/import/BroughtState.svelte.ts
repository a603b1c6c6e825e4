import type { Task } from '#core/certify/index.ts';
import type { BenchmarkRow, DatabaseRow } from '../../../store/rows.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { tasksOf } from '../../state/benchmark.ts';
import { loadForWorkers } from '../../state/databases.ts';
import { environmentIn, EnvironmentState, environmentSetting } from '../../state/environment.svelte.ts';
import { LiveRows } from '../../state/liveRows.svelte.ts';
import { ReviewState } from './ReviewState.svelte.ts';

/** A database that was brought, with its tasks. */
export interface Brought {
  readonly row: DatabaseRow;
  /** Imported with it, in no order. */
  readonly tasks: readonly Task[];
  /** The task files that came for it, newest first. */
  readonly benchmarks: readonly BenchmarkRow[];
  readonly inUse: boolean;
}

/** The databases that this workspace was given, and what can be done with them. */
export class BroughtState {
  readonly #app: AppState;
  readonly #workspace: string;
  readonly #environment: EnvironmentState;
  readonly #databases: LiveRows<'databases'>;
  readonly #benchmarks: LiveRows<'benchmarks'>;
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
        benchmarks: this.#benchmarks.rows
          .filter(({ database }) => database === row.id)
          .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
        inUse: used?.kind === 'file' && used.digest === row.id,
      }));
  });
  /** The benchmark that the address names, with its database; null for none. */
  readonly benchmark = $derived.by(() => {
    const id = this.#app.router.id;
    for (const brought of this.all) {
      const row = brought.benchmarks.find((benchmark) => benchmark.id === id);
      if (row !== undefined) return { brought, row };
    }
    return null;
  });
  /** The one that is looked at: asked for by the address, else the one in use, else the newest. */
  readonly selected = $derived.by(
    () =>
      this.benchmark?.brought ??
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
    this.#benchmarks = new LiveRows(app.services, 'benchmarks', this.#workspace);
    this.#tasks = new LiveRows(app.services, 'tasks', this.#workspace);
    this.#settings = new LiveRows(app.services, 'settings', this.#workspace);
  }

  get #followed() {
    return [this.#databases, this.#benchmarks, this.#tasks, this.#settings];
  }

  get loaded(): boolean {
    return this.#followed.every(({ loaded }) => loaded);
  }
  get problem(): string | null {
    return this.#problem ?? this.#databases.problem ?? this.#databases.problems[0]?.reason ?? null;
  }

  /** Begins to follow the store. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.#environment.start(), ...this.#followed.map((table) => table.start())]);
  }

  stop(): void {
    for (const table of this.#followed) table.stop();
  }

  /** The review of a benchmark, kept with it when it is made. */
  reviewOf({ brought, row }: NonNullable<BroughtState['benchmark']>): ReviewState {
    const { services, announcer } = this.#app;
    const workspace = this.#workspace;
    return new ReviewState({
      ...{ services, announcer, given: tasksOf(row.files), database: brought.row.ref, reviews: row.reviews },
      load: (signal) => loadForWorkers(services, workspace, [brought.row.ref], signal),
      onmade: async (reviews) => {
        const repository = await services.repository();
        await repository.put('benchmarks', [{ ...row, reviews: reviews.slice() }]);
      },
    });
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
  async remove({ row, tasks, benchmarks, inUse }: Brought): Promise<void> {
    const workspace = this.#workspace;
    const repository = await this.#app.services.repository();
    const { id: setting } = environmentSetting(workspace, row.ref);
    await repository.write({
      delete: [
        { table: 'databases', workspace, id: row.id },
        ...tasks.map(({ id }) => ({ table: 'tasks' as const, workspace, id })),
        ...benchmarks.map(({ id }) => ({ table: 'benchmarks' as const, workspace, id })),
        ...(inUse ? [{ table: 'settings' as const, workspace, id: setting }] : []),
      ],
    });
    if (inUse) await this.#environment.start();
  }
}

function isOf(database: Task['database'], row: DatabaseRow): boolean {
  return database.kind === 'file' && database.digest === row.id;
}
