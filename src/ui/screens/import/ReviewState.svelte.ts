import { reviewMarkdown, summarizeReview, withTwins, type Review } from '#core/review/index.ts';
import { isAbort } from '../../state/abort.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { inPieces, type ImportPlan } from '../../state/importPlan.ts';
import { inLanes } from '../../state/lanes.ts';
import { distinct } from '../../state/outcomes.ts';

/** Tasks per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 4;
const LANES = 2;

/** The review of the tasks in a preview, as a benchmark. Nothing of it is kept but what a person saves. */
export class ReviewState {
  readonly #app: Pick<AppState, 'services' | 'announcer'>;
  readonly #plan: ImportPlan;
  #reviews = $state.raw<readonly Review[] | null>(null);
  #done = $state.raw(0);
  #abort = $state.raw<AbortController | null>(null);
  #problem = $state.raw<string | null>(null);

  readonly summary = $derived(this.#reviews === null ? null : summarizeReview(this.#reviews));

  constructor(app: Pick<AppState, 'services' | 'announcer'>, plan: ImportPlan) {
    this.#app = app;
    this.#plan = plan;
  }

  /** Null until it was made. */
  get reviews(): readonly Review[] | null {
    return this.#reviews;
  }
  get busy(): boolean {
    return this.#abort !== null;
  }
  get done(): number {
    return this.#done;
  }
  get total(): number {
    return this.#plan.given.length;
  }
  get problem(): string | null {
    return this.#problem;
  }
  /** What the report is about. */
  get title(): string {
    return distinct(this.#plan.given.map(({ file }) => file)).join(', ');
  }
  get markdown(): string {
    return reviewMarkdown(this.title, this.#reviews ?? []);
  }
  /** The same object that the command line prints. */
  get json(): string {
    return `${JSON.stringify({ tasks: this.#reviews, summary: this.summary }, null, 2)}\n`;
  }

  /** Runs every check that applies to each task. Never rejects. */
  async start(): Promise<void> {
    const database = this.#plan.target?.ref;
    if (this.busy || database === undefined) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    this.#done = 0;
    try {
      const runner = await this.#app.services.runner();
      const found: Review[][] = [];
      const pieces = inPieces(this.#plan.given, PER_JOB);
      const lane = async () => {
        for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
          const { at, file, first, tasks } = piece;
          const job = { type: 'review' as const, database, name: file, tasks, first };
          found[at] = (await runner.run(job, abort.signal)).reviews;
          this.#done += tasks.length;
        }
      };
      await inLanes(LANES, lane, () => abort.abort());
      this.#reviews = withTwins(found.flat());
      this.#app.announcer.announce(`${this.total} tasks reviewed.`);
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
