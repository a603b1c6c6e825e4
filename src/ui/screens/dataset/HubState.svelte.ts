import type { AppState } from '../../state/app.svelte.ts';
import type { ExportState } from './ExportState.svelte.ts';
import { pushToHub, repoProblem } from './hub.ts';

/** A push to the Hugging Face Hub. The token lives in this object alone, and goes with it. */
export class HubState {
  readonly #app: AppState;
  readonly #files: ExportState;
  #token = $state.raw('');
  #repo = $state.raw('');
  #visibility = $state.raw<'private' | 'public'>('private');
  #sure = $state.raw(false);
  #phase = $state.raw<string | null>(null);
  #problem = $state.raw<string | null>(null);
  #address = $state.raw<string | null>(null);
  #abort: AbortController | null = null;

  readonly repoProblem = $derived(this.#repo === '' ? null : repoProblem(this.#repo));
  readonly ready = $derived(
    this.#token !== '' &&
      this.#repo !== '' &&
      this.repoProblem === null &&
      this.#sure &&
      this.#phase === null,
  );

  constructor(app: AppState, files: ExportState) {
    this.#app = app;
    this.#files = files;
  }

  /** The last four characters of the token, for people; empty without one. */
  get tokenEnd(): string {
    return this.#token.slice(-4);
  }
  get repo(): string {
    return this.#repo;
  }
  get visibility(): 'private' | 'public' {
    return this.#visibility;
  }
  get sure(): boolean {
    return this.#sure;
  }
  get phase(): string | null {
    return this.#phase;
  }
  get problem(): string | null {
    return this.#problem;
  }
  /** Where the dataset is, once it was pushed. */
  get address(): string | null {
    return this.#address;
  }

  setToken(token: string): void {
    this.#token = token.trim();
  }
  forgetToken(): void {
    this.#token = '';
  }
  setRepo(repo: string): void {
    this.#repo = repo.trim();
    this.#sure = false;
  }
  setVisibility(visibility: 'private' | 'public'): void {
    this.#visibility = visibility;
    this.#sure = false;
  }
  toggleSure(): void {
    this.#sure = !this.#sure;
  }

  /** Pushes what was made. Never rejects. */
  async push(): Promise<void> {
    if (!this.ready) return;
    const abort = (this.#abort = new AbortController());
    this.#problem = null;
    this.#address = null;
    this.#phase = 'Collecting the files';
    try {
      this.#address = await pushToHub({
        token: this.#token,
        repo: this.#repo,
        visibility: this.#visibility,
        files: await this.#files.files(),
        message: `Dataset ${this.#files.choices.name}`,
        signal: abort.signal,
        onphase: (phase) => {
          this.#phase = phase;
          this.#app.announcer.announce(phase);
        },
      });
      this.#app.announcer.toast('Pushed to the Hub.');
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError'))
        this.#problem = error instanceof Error ? error.message : String(error);
    } finally {
      this.#phase = null;
      this.#sure = false;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
