import { backedUp } from '../../store/backup.ts';
import type { RowProblem } from '../../store/repository.ts';
import { isAbort } from './abort.ts';
import { BUILD } from './build.ts';
import { download } from './download.ts';
import type { Services } from './services.ts';

export interface ExportingInput {
  readonly services: Pick<Services, 'repository' | 'backups'>;
  readonly now: () => Date;
  /** Hands the file to the person. */
  readonly save?: (name: string, bytes: Uint8Array<ArrayBuffer>) => void;
}

/** What came of the last export. */
export interface ExportedFile {
  readonly workspace: string;
  readonly name: string;
  readonly bytes: number;
  readonly rollouts: number;
  /** SHA-256 over all of its parts. */
  readonly digest: string;
  /** Rows that cannot be read, hence are not in it. */
  readonly problems: readonly RowProblem[];
}

/** The export of a workspace to a file. One at a time and one per page: it goes on while screens change. */
export class Exporting {
  readonly #input: ExportingInput;
  #abort = $state.raw<AbortController | null>(null);
  #progress = $state.raw({ done: 0, total: 0 });
  #problem = $state.raw<string | null>(null);
  #last = $state.raw<ExportedFile | null>(null);

  constructor(input: ExportingInput) {
    this.#input = input;
  }

  get busy(): boolean {
    return this.#abort !== null;
  }
  /** Rows written, of all. After the last one the file is packed, which takes as long again. */
  get progress(): { readonly done: number; readonly total: number } {
    return this.#progress;
  }
  get problem(): string | null {
    return this.#problem;
  }
  get last(): ExportedFile | null {
    return this.#last;
  }

  /** Writes the file and notes in the workspace that it has a backup. Never rejects. */
  async start(workspace: string): Promise<void> {
    if (this.busy) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#problem = null;
    this.#last = null;
    this.#progress = { done: 0, total: 0 };
    const now = this.#input.now().toISOString();
    try {
      const backups = await this.#input.services.backups();
      const { name, bytes, manifest, problems } = await backups.exportWorkspace(workspace, {
        createdBy: BUILD,
        now,
        signal: abort.signal,
        onprogress: (done, total) => (this.#progress = { done, total }),
      });
      (this.#input.save ?? saveZip)(name, bytes);
      const rollouts = manifest.parts.find(({ table }) => table === 'rollouts')?.rows ?? 0;
      this.#last = { workspace, name, bytes: bytes.length, rollouts, digest: manifest.digest, problems };
      await this.#note(workspace, rollouts, now);
    } catch (error) {
      if (!isAbort(error)) this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#abort = null;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Read again: it may have been renamed meanwhile. */
  async #note(workspace: string, rollouts: number, now: string): Promise<void> {
    const repository = await this.#input.services.repository();
    const row = await repository.getWorkspace(workspace);
    if (row !== undefined) await repository.putWorkspace(backedUp(row, rollouts, now));
  }
}

function saveZip(name: string, bytes: Uint8Array<ArrayBuffer>): void {
  download(name, bytes, 'application/zip');
}
