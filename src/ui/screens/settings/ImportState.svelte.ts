import type { BundleFile, OpenBundle } from '../../../store/backups.ts';
import type { BundlePreview, ImportAs } from '../../../store/bundleImport.ts';
import { isAbort } from '../../state/abort.ts';
import { DEMO } from '../../state/workspace.svelte.ts';
import { MOST_LETTERS, newWorkspaceId, titleProblem } from './WorkspacesState.svelte.ts';
import type { SettingsApp } from './settingsApp.ts';

/** Tells a second workspace of one title apart. */
const IMPORTED = ' (imported)';

/** Where an import stands. Nothing is written before `writing`. */
export type ImportStep = 'idle' | 'reading' | 'preview' | 'writing';

/** What a file was refused for. */
export interface ImportProblem {
  readonly what: string;
  readonly where: string;
}

/** Reading a workspace file, showing what it would do, and doing it. */
export class ImportState {
  readonly #app: SettingsApp;
  readonly #newId: () => string;
  #step = $state.raw<ImportStep>('idle');
  #file = $state.raw('');
  #progress = $state.raw({ done: 0, total: 0 });
  #opened = $state.raw<OpenBundle | null>(null);
  #as = $state.raw<ImportAs['type']>('replace');
  #title = $state.raw('');
  #confirmed = $state.raw(false);
  #problem = $state.raw<ImportProblem | null>(null);
  #abort: AbortController | null = null;

  /** Whether the file's workspace is here and holds something: then replacing deletes. */
  readonly occupied = $derived.by(() => {
    const conflict = this.preview?.conflict ?? null;
    return conflict !== null && Object.values(conflict.counts).some((count) => count > 0);
  });
  /** The demo's workspace is emptied by every demo, so what comes from a file never goes there. */
  readonly copyOnly = $derived(this.preview?.workspace.id === DEMO);
  readonly ready = $derived(
    this.#step === 'preview' &&
      (this.#as === 'copy' ? titleProblem(this.#title) === undefined : !this.occupied || this.#confirmed),
  );

  constructor(app: SettingsApp, newId: () => string = newWorkspaceId) {
    this.#app = app;
    this.#newId = newId;
  }

  get step(): ImportStep {
    return this.#step;
  }
  /** The name of the file. */
  get file(): string {
    return this.#file;
  }
  get progress(): { readonly done: number; readonly total: number } {
    return this.#progress;
  }
  get preview(): BundlePreview | null {
    return this.#opened?.preview ?? null;
  }
  /** As a workspace of its own, or in place of the one that is here. */
  get as(): ImportAs['type'] {
    return this.#as;
  }
  /** The title of a new workspace. */
  get title(): string {
    return this.#title;
  }
  /** Whether the person agreed to what replacing deletes. */
  get confirmed(): boolean {
    return this.#confirmed;
  }
  get problem(): ImportProblem | null {
    return this.#problem;
  }

  setAs(as: ImportAs['type']): void {
    this.#as = as;
  }
  setTitle(title: string): void {
    this.#title = title;
  }
  setConfirmed(confirmed: boolean): void {
    this.#confirmed = confirmed;
  }
  dismissProblem(): void {
    this.#problem = null;
  }

  /** Reads and verifies a file, and shows what it would do. Writes nothing. Never rejects. */
  async choose(file: BundleFile): Promise<void> {
    if (this.#step !== 'idle') return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#step = 'reading';
    this.#file = file.name;
    this.#progress = { done: 0, total: 0 };
    this.#problem = null;
    try {
      const backups = await this.#app.services.backups();
      const onprogress = (done: number, total: number) => (this.#progress = { done, total });
      this.#opened = await backups.openBundle(file, { signal: abort.signal, onprogress });
      this.#as = this.occupied || this.copyOnly ? 'copy' : 'replace';
      const { title } = this.#opened.preview.workspace;
      this.#title = this.occupied ? `${title.slice(0, MOST_LETTERS - IMPORTED.length)}${IMPORTED}` : title;
      this.#confirmed = false;
      this.#step = 'preview';
    } catch (error) {
      this.#end();
      if (!isAbort(error)) this.#fail('This file cannot be imported.', error);
    }
  }

  /** Leaves everything as it is. */
  cancel(): void {
    if (this.#step === 'writing') return;
    this.#abort?.abort();
    this.#end();
  }

  /** Writes it, all or nothing, and opens the workspace. Never rejects. */
  async run(): Promise<void> {
    const opened = this.#opened;
    if (opened === null || !this.ready) return;
    const { preview } = opened;
    this.#problem = null;
    this.#step = 'writing';
    let written = false;
    try {
      const as: ImportAs =
        this.#as === 'replace'
          ? { type: 'replace' }
          : { type: 'copy', workspace: this.#newId(), title: this.#title.trim() };
      if (as.type === 'replace' && (await this.#app.locks.atWorkIn(preview.workspace.id)).length > 0)
        throw new Error('A run is at work in the workspace that would be replaced. Cancel it first.');
      const { id, title } = await opened.import(as);
      written = true;
      this.#end();
      await this.#app.workspace.open(id);
      this.#app.announcer.toast(`"${title}" was imported and is open.`);
    } catch (error) {
      if (!written) this.#step = 'preview';
      const what = written ? 'It was imported, and could not be opened.' : 'Nothing was imported or changed.';
      this.#fail(what, error);
    }
  }

  #end(): void {
    this.#opened?.close();
    this.#opened = null;
    this.#abort = null;
    this.#step = 'idle';
  }

  #fail(what: string, error: unknown): void {
    this.#problem = { what, where: error instanceof Error ? error.message : String(error) };
  }
}
