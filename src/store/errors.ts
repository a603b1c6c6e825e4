import type { RowProblem } from './repository.ts';

/** Something about the browser's storage that the person has to decide on. The message says what to do next. */
export abstract class StoreError extends Error {}

/** The browser refused to store more. Nothing of this write was kept. */
export class QuotaError extends StoreError {
  override readonly name = 'QuotaError';

  constructor(cause?: unknown) {
    super(
      'The browser has no room left for this workspace; nothing of the last write was kept. ' +
        'Export the workspace to a file, then delete runs you no longer need.',
      { cause },
    );
  }
}

/** Another tab keeps an older version of the database open, so it cannot be brought up to date. */
export class BlockedError extends StoreError {
  override readonly name = 'BlockedError';

  constructor() {
    super(
      'Another tab uses an older version of this page and keeps its storage open; nothing was changed. ' +
        'Close the other tabs of this page, then reload this one.',
    );
  }
}

/** The stored data belongs to a newer build than this one. It is neither read nor written. */
export class NewerVersionError extends StoreError {
  override readonly name = 'NewerVersionError';
  readonly found: number;
  readonly known: number;

  constructor(found: number, known: number) {
    super(
      `The stored data has version ${found}; this page knows versions up to ${known} and leaves it untouched. ` +
        'Reload the page to get the newer version.',
    );
    this.found = found;
    this.known = known;
  }
}

/** There is no usable storage: private browsing, a policy, a broken profile, or it was deleted meanwhile. */
export class UnavailableError extends StoreError {
  override readonly name = 'UnavailableError';

  constructor(reason: string, cause?: unknown) {
    super(
      `The browser's storage cannot be used: ${reason}. ` +
        'Work goes on in memory and is gone when this page closes; export it to a file to keep it.',
      { cause },
    );
  }
}

/** A stored row is not what its table holds. It stays where it is; other rows are not affected. */
export class CorruptRowError extends StoreError {
  override readonly name = 'CorruptRowError';
  readonly problem: RowProblem;

  constructor(problem: RowProblem) {
    super(
      `Row "${problem.id}" of ${problem.table} in workspace "${problem.workspace}" cannot be read: ` +
        `${problem.reason}. It was left as it is; delete it, or import a backup that holds it.`,
    );
    this.problem = problem;
  }
}
