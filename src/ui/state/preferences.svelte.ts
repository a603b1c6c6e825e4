export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

// One key; public/boot.js reads it as well, before the first paint.
const KEY = 't2t.preferences';

/** How this person likes the interface, kept in this browser. */
export class Preferences {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #root: HTMLElement;
  #theme = $state<Theme>('system');
  #singleKeys = $state(true);
  #workspace = '';
  #home = '';

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>, root: HTMLElement) {
    this.#storage = storage;
    this.#root = root;
    const saved = this.#take();
    this.#workspace = textOf(saved['workspace']);
    this.#home = textOf(saved['home']);
  }

  get theme(): Theme {
    return this.#theme;
  }
  /** Whether single letters are commands (F, D, /). Some people dictate or press keys by accident. */
  get singleKeys(): boolean {
    return this.#singleKeys;
  }

  /** The id of the workspace that was open last; empty at first. */
  get workspace(): string {
    return this.#workspace;
  }

  /** The id of the last one that was no demo. */
  get home(): string {
    return this.#home;
  }

  setWorkspace(id: string, home: string): void {
    this.#workspace = id;
    this.#home = home;
    this.#save();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#paint();
    this.#save();
  }

  setSingleKeys(on: boolean): void {
    this.#singleKeys = on;
    this.#save();
  }

  /** Takes over what another tab changed. Call it on every `storage` event. Each tab keeps its own workspace. */
  reread(key: string | null): void {
    if (key !== KEY) return;
    this.#take();
    this.#paint();
  }

  #take(): Readonly<Record<string, unknown>> {
    const saved = this.#load();
    this.#theme = themes.find((theme) => theme === saved['theme']) ?? 'system';
    this.#singleKeys = saved['singleKeys'] !== false;
    return saved;
  }

  #paint(): void {
    if (this.#theme === 'system') delete this.#root.dataset.theme;
    else this.#root.dataset.theme = this.#theme;
  }

  #load(): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(KEY) ?? '{}');
      return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch {
      // Storage may be forbidden, or the text not ours: the defaults serve.
      return {};
    }
  }

  #save(): void {
    try {
      const { theme, singleKeys, workspace, home } = this;
      this.#storage.setItem(KEY, JSON.stringify({ theme, singleKeys, workspace, home }));
    } catch {
      // Forbidden or full: the choice then lasts until the page is closed.
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
