import { CURRENT_VERSION } from '../../../store/migrations.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { BUILD } from '../../state/build.ts';
import { capabilities, type BrowserParts, type Capability } from './capabilities.ts';
import { diagnosticsText } from './diagnostics.ts';

/** What this build is and what the browser can do. */
export class AboutState {
  readonly #app: AppState;
  readonly #browser: BrowserParts;
  #capabilities = $state.raw<readonly Capability[] | null>(null);
  #domains = $state.raw<readonly { readonly id: string; readonly title: string }[]>([]);

  constructor(app: AppState, browser: BrowserParts) {
    this.#app = app;
    this.#browser = browser;
  }

  readonly build = BUILD;
  readonly schema = CURRENT_VERSION;

  /** Null until the browser has answered. */
  get capabilities(): readonly Capability[] | null {
    return this.#capabilities;
  }
  get domains(): readonly { readonly id: string; readonly title: string }[] {
    return this.#domains;
  }

  async start(): Promise<void> {
    const [found, domains] = await Promise.all([capabilities(this.#browser), this.#app.services.domains()]);
    this.#domains = domains.map(({ id, title }) => ({ id, title }));
    this.#capabilities = found;
  }

  /** Plain text to paste; holds nothing of the person's work. */
  text(
    place: Pick<Window, 'innerWidth' | 'innerHeight' | 'devicePixelRatio'>,
    userAgent: string,
    reducedMotion: boolean,
  ): string {
    const { preferences } = this.#app;
    return diagnosticsText({
      build: this.build,
      schema: this.schema,
      userAgent,
      window: { width: place.innerWidth, height: place.innerHeight, ratio: place.devicePixelRatio },
      theme: preferences.theme,
      reducedMotion,
      singleKeys: preferences.singleKeys,
      domains: this.#domains.map(({ id }) => id),
      capabilities: this.#capabilities ?? [],
    });
  }
}
