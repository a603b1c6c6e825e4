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
  #workspace: string;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>, root: HTMLElement) {
    this.#storage = storage;
    this.#root = root;
    const saved = this.#load();
    this.#theme = themes.find((theme) => theme === saved['theme']) ?? 'system';
    this.#singleKeys = saved['singleKeys'] !== false;
    this.#workspace = typeof saved['workspace'] === 'string' ? saved['workspace'] : '';
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

  setWorkspace(id: string): void {
    this.#workspace = id;
    this.#save();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    if (theme === 'system') delete this.#root.dataset.theme;
    else this.#root.dataset.theme = theme;
    this.#save();
  }

  setSingleKeys(on: boolean): void {
    this.#singleKeys = on;
    this.#save();
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
      const { theme, singleKeys, workspace } = this;
      this.#storage.setItem(KEY, JSON.stringify({ theme, singleKeys, workspace }));
    } catch {
      // Forbidden or full: the choice then lasts until the page is closed.
    }
  }
}
