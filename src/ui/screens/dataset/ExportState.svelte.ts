import { eligible, type PairSpan, type SplitRules } from '#core/dataset/index.ts';
import { findFormat, type ExportRequest, type ServedTask } from '#core/interchange/index.ts';
import type { Repository } from '../../../store/repository.ts';
import type { MadeExport } from '../../../workers/exportProtocol.ts';
import type { Exporter } from '../../../workers/exporter.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { clock } from '../../state/clock.ts';
import { databaseFiles } from '../../state/databases.ts';
import { download } from '../../state/download.ts';
import type { DatasetCandidate } from './candidates.ts';
import type { DatasetState } from './DatasetState.svelte.ts';

/** Rollouts read and handed to the worker at a time: enough to be quick, few enough to keep the page free. */
const CHUNK = 25;

/** What a person chooses about the files, and what was made of it. */
export interface ExportChoices {
  readonly name: string;
  readonly licence: string;
  readonly formats: readonly string[];
  readonly jsonLines: boolean;
  readonly parquet: boolean;
  readonly starter: boolean;
  /** Shares of trajectories. */
  readonly validation: number;
  readonly test: number;
  readonly splitBy: SplitRules['by'];
  readonly dropNear: boolean;
  readonly pairSpan: PairSpan;
  /** The card as somebody wrote it; null for the one that is made. */
  readonly card: string | null;
}

/** From which share of common shingles two conversations count as nearly equal. */
const NEAR = 0.85;
const SPLIT_SEED = 'split';

/** The files of the dataset: choices, the worker that makes them, and what it made. */
export class ExportState {
  readonly #app: AppState;
  readonly #dataset: DatasetState;
  #exporter: Exporter | null = null;
  #choices = $state.raw<ExportChoices>({
    name: 'trajectory2task',
    licence: '',
    formats: ['openai'],
    jsonLines: true,
    parquet: false,
    starter: false,
    validation: 0.1,
    test: 0,
    splitBy: 'trajectory',
    dropNear: false,
    pairSpan: 'rest',
    card: null,
  });
  #made = $state.raw<{ readonly of: string; readonly result: MadeExport } | null>(null);
  #progress = $state.raw<{ readonly done: number; readonly total: number } | null>(null);
  #zipping = $state.raw(false);
  #problem = $state.raw<string | null>(null);

  /** The rollouts that are handed over: the examples alone, unless a format also needs those that failed. */
  readonly handed = $derived.by((): readonly DatasetCandidate[] => {
    const { selection, candidates, rules } = this.#dataset;
    const needsAll = this.#choices.formats.some((id) => findFormat(id)?.of !== 'examples');
    return needsAll ? eligible(candidates, rules) : selection.chosen;
  });
  readonly split = $derived.by((): SplitRules => ({
    seed: SPLIT_SEED,
    validation: this.#choices.validation,
    test: this.#choices.test,
    by: this.#choices.splitBy,
  }));
  /** Why nothing can be made at the moment, in words; null when it can. */
  readonly obstacle = $derived.by((): string | null => {
    if (this.handed.length === 0) return 'No rollout is chosen.';
    if (this.#choices.formats.length === 0 && !this.#choices.starter) return 'Choose at least one format.';
    if (!this.#choices.jsonLines && !this.#choices.parquet) return 'Choose JSON Lines or Parquet.';
    return null;
  });
  readonly #request = $derived.by((): Omit<ExportRequest, 'at'> => {
    const { name, licence, formats, jsonLines, parquet, starter, dropNear, pairSpan, card } = this.#choices;
    return {
      name,
      licence,
      formats: [...formats],
      jsonLines,
      parquet,
      starter,
      rules: this.#dataset.rules,
      split: this.split,
      near: { threshold: NEAR, drop: dropNear },
      pairs: { span: pairSpan, mostPerTask: 1 },
      card,
      seeds: this.#dataset.seeds,
      origin: globalThis.location.origin,
    };
  });
  readonly #key = $derived(JSON.stringify([this.#request, this.handed.map(({ id }) => id)]));

  constructor(app: AppState, dataset: DatasetState) {
    this.#app = app;
    this.#dataset = dataset;
  }

  get choices(): ExportChoices {
    return this.#choices;
  }
  /** What was made; null while nothing was, or after something it depends on was changed. */
  get made(): MadeExport | null {
    return this.#made?.of === this.#key ? this.#made.result : null;
  }
  /** True when files were made, and do not fit the choices any more. */
  get stale(): boolean {
    return this.#made !== null && this.made === null;
  }
  get progress() {
    return this.#progress;
  }
  get zipping(): boolean {
    return this.#zipping;
  }
  get problem(): string | null {
    return this.#problem;
  }

  choose(choices: Partial<ExportChoices>): void {
    this.#choices = { ...this.#choices, ...choices };
  }

  toggleFormat(id: string): void {
    const { formats } = this.#choices;
    this.choose({
      formats: formats.includes(id) ? formats.filter((other) => other !== id) : [...formats, id],
    });
  }

  /** Makes the files in a worker. Never rejects. */
  async prepare(): Promise<void> {
    const [key, handed, request] = [this.#key, this.handed, this.#request];
    this.#problem = null;
    this.#progress = { done: 0, total: handed.length };
    try {
      await this.#exporter?.dispose();
      const exporter = (this.#exporter = await this.#app.services.exporter());
      const repository = await this.#app.services.repository();
      await this.#loadFiles(exporter, handed);
      for (let at = 0; at < handed.length; at += CHUNK) {
        await exporter.add(await this.#served(repository, handed.slice(at, at + CHUNK)));
        this.#progress = { done: Math.min(at + CHUNK, handed.length), total: handed.length };
        this.#app.announcer.announce(`Preparing: ${this.#progress.done} of ${this.#progress.total}`);
      }
      const result = await exporter.make({ ...request, at: clock().toISOString() });
      this.#made = { of: key, result };
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#progress = null;
    }
  }

  /** Gives up what is being made. */
  async cancel(): Promise<void> {
    const exporter = this.#exporter;
    this.#exporter = null;
    this.#made = null;
    await exporter?.dispose();
  }

  /** Hands out everything as one zip. */
  async download(): Promise<void> {
    if (this.#exporter === null || this.made === null) return;
    this.#zipping = true;
    try {
      const bytes = await this.#exporter.zip();
      download(`${this.#choices.name}.zip`, bytes.slice(), 'application/zip');
      this.#app.announcer.toast(`Exported at ${clock().toLocaleTimeString('en', { hour12: false })}.`);
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#zipping = false;
    }
  }

  /** What was made, file by file, for pushing it elsewhere. */
  async files() {
    if (this.#exporter === null || this.made === null) throw new Error('Prepare the files first.');
    return this.#exporter.files();
  }

  async #loadFiles(exporter: Exporter, handed: readonly DatasetCandidate[]): Promise<void> {
    const refs = handed.map(({ source }) => source.database);
    for (const file of await databaseFiles(this.#app.services, this.#dataset.workspace, refs))
      await exporter.load(file);
  }

  async #served(repository: Repository, some: readonly DatasetCandidate[]): Promise<ServedTask[]> {
    const { workspace } = this.#dataset;
    const rows = await Promise.all(
      some.map(async ({ id, source }) => ({
        id,
        task: source,
        row: await repository.get('rollouts', workspace, id),
      })),
    );
    return rows.flatMap(({ id, task, row }) =>
      row === undefined ? [] : [{ id, task, rollout: row.rollout, verdict: row.verdict }],
    );
  }
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError';
