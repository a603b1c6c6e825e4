import { formatHash, parseHash, type Route, type RouteKeys, type ScreenId } from './route.ts';

/** The parts of a window that a router needs. */
export interface RouterWindow {
  readonly location: Pick<Location, 'hash' | 'href'>;
  readonly history: Pick<History, 'replaceState'>;
}

// Browsers refuse more than about 100 address changes in ten seconds; a held arrow key makes 300.
const WRITE_EVERY_MS = 150;

/** The current route, kept in step with the address. Call {@link Router.read} on every `hashchange`. */
export class Router {
  readonly #window: RouterWindow;
  #route = $state.raw<Route>(parseHash('').route);
  #problem = $state.raw<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where each screen was left, so that a way back leads to the same view of it. */
  readonly #left: Partial<Record<ScreenId, Route>> = {};
  readonly #screen = $derived(this.#route.screen);
  readonly #id = $derived(this.#route.id);
  readonly #keys = $derived(this.#route.keys);

  constructor(window: RouterWindow) {
    this.#window = window;
    this.read();
  }

  get screen(): ScreenId {
    return this.#screen;
  }
  get id(): string | null {
    return this.#id;
  }
  get keys(): RouteKeys {
    return this.#keys;
  }
  /** What was wrong with the link that led here. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes the route from the address. */
  read(): void {
    const { hash } = this.#window.location;
    // A plain fragment ("#main") points inside the page and is no route.
    if (hash !== '' && !hash.startsWith('#/')) return;
    this.#forgetWrite();
    const { route, problem } = parseHash(hash);
    this.#left[this.#route.screen] = this.#route;
    this.#route = route;
    this.#problem = problem;
  }

  /** The address of a screen, for links. Present stays on. */
  href(screen: ScreenId, id: string | null = null, keys: RouteKeys = {}): string {
    const present = this.#route.keys.p;
    return formatHash({ screen, id, keys: present === undefined ? keys : { p: present, ...keys } });
  }

  /** The address of a screen as it was left in this visit, filters included. */
  hrefBack(screen: ScreenId): string {
    const left = this.#left[screen];
    if (left === undefined) return this.href(screen);
    const { p: _, ...keys } = left.keys;
    return this.href(screen, left.id, keys);
  }

  /** Goes to a screen as a link does, with an entry in the history. */
  go(screen: ScreenId, id: string | null = null, keys: RouteKeys = {}): void {
    this.flush();
    this.#window.location.hash = this.href(screen, id, keys);
  }

  /** Changes keys of the current route at once, and the address soon, without an entry in the history. */
  setKeys(keys: { readonly [K in keyof RouteKeys]: string | undefined }): void {
    const merged: Record<string, string> = {};
    for (const [key, value] of Object.entries({ ...this.#route.keys, ...keys }))
      if (value !== undefined && value !== '') merged[key] = value;
    this.#route = { ...this.#route, keys: merged };
    this.#timer ??= setTimeout(() => this.flush(), WRITE_EVERY_MS);
  }

  /** Brings the address up to date now. */
  flush(): void {
    if (this.#timer === undefined) return;
    this.#forgetWrite();
    this.#window.history.replaceState(null, '', formatHash(this.#route));
  }

  /** The full address of the current place. */
  link(): string {
    this.flush();
    return this.#window.location.href;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  #forgetWrite(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
