import type { DatabaseRef } from '#core/environment/index.ts';
import { reviewMarkdown, summarizeReview, withTwins, type Review } from '#core/review/index.ts';
import { isAbort } from '../../state/abort.ts';
import type { Announcer } from '../../state/announcer.svelte.ts';
import { inPieces, type BroughtTask } from '../../state/importPlan.ts';
import { inLanes } from '../../state/lanes.ts';
import { distinct } from '../../state/outcomes.ts';
import type { Services } from '../../state/services.ts';

/** Tasks per job: small, so that progress shows and a cancel takes effect soon. */
const PER_JOB = 4;
const LANES = 2;

/** What is to be reviewed. */
export interface ReviewInput {
  readonly services: Pick<Services, 'runner'>;
  readonly announcer: Pick<Announcer, 'announce'>;
  readonly given: readonly BroughtTask[];
  /** The database that the tasks are for. */
  readonly database: DatabaseRef | null;
  /** Gives the workers the database, where they may not have it. */
  readonly load?: (signal: AbortSignal) => Promise<void>;
  /** A review that was made before. */
  readonly reviews?: readonly Review[] | null;
  /** Told of a review that has been made. */
  readonly onmade?: (reviews: readonly Review[]) => Promise<void> | void;
}

/** The review of tasks of others, as a benchmark. */
export class ReviewState {
  readonly #input: ReviewInput;
  #reviews = $state.raw<readonly Review[] | null>(null);
  #done = $state.raw(0);
  #abort = $state.raw<AbortController | null>(null);
  #problem = $state.raw<string | null>(null);

  readonly summary = $derived(this.#reviews === null ? null : summarizeReview(this.#reviews));

  constructor(input: ReviewInput) {
    this.#input = input;
    this.#reviews = input.reviews ?? null;
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
    return this.#input.given.length;
  }
  get problem(): string | null {
    return this.#problem;
  }
  /** What the report is about. */
  get title(): string {
    return distinct(this.#input.given.map(({ file }) => file)).join(', ');
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
    const { database, services, announcer, load, onmade } = this.#input;
    if (this.busy || database === null) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    this.#done = 0;
    try {
      const runner = await services.runner();
      await load?.(abort.signal);
      const found: Review[][] = [];
      const pieces = inPieces(this.#input.given, PER_JOB);
      const lane = async () => {
        for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
          const { at, file, first, tasks } = piece;
          const job = { type: 'review' as const, database, name: file, tasks, first };
          found[at] = (await runner.run(job, abort.signal)).reviews;
          this.#done += tasks.length;
        }
      };
      await inLanes(LANES, lane, () => abort.abort());
      const reviews = withTwins(found.flat());
      this.#reviews = reviews;
      await onmade?.(reviews);
      announcer.announce(`${this.total} tasks reviewed.`);
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
