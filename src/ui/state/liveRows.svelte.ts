import type { RowProblem } from '../../store/repository.ts';
import type { Rows, Table } from '../../store/rows.ts';
import type { Services } from './services.ts';

const AGAIN_AFTER_MS = 250;
/** Reading takes at most this share of the time while a table keeps changing. */
const SHARE = 0.2;

/**
 * The rows of one table of a workspace, read again whenever it changes, here or in another tab. Call `start` once
 * and `stop` when the screen goes. Ask for `trials` rather than `rollouts`: they are small.
 */
export class LiveRows<T extends Table> {
  readonly #services: Services;
  readonly #table: T;
  readonly #workspace: string;
  readonly #run: string | undefined;
  #rows = $state.raw<readonly Rows[T][]>([]);
  #problems = $state.raw<readonly RowProblem[]>([]);
  #loaded = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  #unwatch: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> = Promise.resolve();
  /** Ends with the screen, and with it what is being read. */
  readonly #ended = new AbortController();
  #pause = AGAIN_AFTER_MS;
  /** Milliseconds between two readings at least: more while a lot is written. */
  rest = AGAIN_AFTER_MS;

  constructor(services: Services, table: T, workspace: string, run?: string) {
    this.#services = services;
    this.#table = table;
    this.#workspace = workspace;
    this.#run = run;
  }

  /** In order of their ids. */
  get rows(): readonly Rows[T][] {
    return this.#rows;
  }
  /** Rows that cannot be read. */
  get problems(): readonly RowProblem[] {
    return this.#problems;
  }
  /** False until the first reading is done. */
  get loaded(): boolean {
    return this.#loaded;
  }
  /** Why the table cannot be read at all. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Reads the rows and follows them. Never rejects. */
  async start(): Promise<void> {
    try {
      const repository = await this.#services.repository();
      if (this.#ended.signal.aborted) return;
      this.#unwatch ??= repository.watch([this.#table], () => this.#soon());
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    await this.refresh();
  }

  /** Reads the rows now; readings never overtake each other. */
  refresh(): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read());
    return this.#reading;
  }

  stop(): void {
    this.#ended.abort();
    this.#unwatch?.();
    clearTimeout(this.#timer);
  }

  #soon(): void {
    if (this.#ended.signal.aborted) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.refresh().catch(() => undefined);
      },
      Math.max(this.rest, this.#pause),
    );
  }

  async #read(): Promise<void> {
    const began = performance.now();
    try {
      const repository = await this.#services.repository();
      const query = { workspace: this.#workspace, ...(this.#run === undefined ? {} : { run: this.#run }) };
      const { rows, problems } = await repository.list(this.#table, query, this.#ended.signal);
      this.#rows = rows;
      this.#problems = problems;
      this.#problem = null;
    } catch (error) {
      if (this.#ended.signal.aborted) return;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#loaded = true;
    this.#pause = Math.max(AGAIN_AFTER_MS, (performance.now() - began) / SHARE);
  }
}
