import { databaseRefSchema, type DatabaseRef } from '#core/environment/database.ts';
import { openDatabase, type OpenDatabase } from './databases.ts';
import type { AppState } from './app.svelte.ts';

const SETTING = 'environment';
/** Seed of the database of a first visit: the same as the one-click pipeline's. */
export const FIRST_SEED = 'demo';

/**
 * The environment that a workspace works on: a domain and one of its databases. Chosen on Explore or by importing a
 * database, and remembered with the workspace, so every screen makes its own of these and finds the same choice.
 */
export class EnvironmentState {
  readonly #app: Pick<AppState, 'services' | 'setDomainTitle'>;
  readonly #workspace: string;
  #open = $state.raw<OpenDatabase | null>(null);
  #problem = $state.raw<string | null>(null);

  constructor(app: Pick<AppState, 'services' | 'setDomainTitle'>, workspace: string) {
    this.#app = app;
    this.#workspace = workspace;
  }

  /** The domain, its database and the state that every task starts from; null until it is there. */
  get current(): OpenDatabase | null {
    return this.#open;
  }
  /** Why it cannot be opened. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Opens the one that was chosen last in this workspace, or the first domain's. Never rejects. */
  async start(): Promise<void> {
    try {
      const repository = await this.#app.services.repository();
      const row = await repository.get('settings', this.#workspace, SETTING);
      const saved = databaseRefSchema.safeParse(row?.value).data;
      this.#show(await openDatabase(this.#app.services, this.#workspace, saved ?? (await this.#first())));
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Changes to another database, and remembers it. Rejects, and changes nothing, when it cannot be opened. */
  async choose(ref: DatabaseRef): Promise<void> {
    const next = await openDatabase(this.#app.services, this.#workspace, ref);
    const repository = await this.#app.services.repository();
    await repository.put('settings', [{ workspace: this.#workspace, id: SETTING, value: { ...ref } }]);
    this.#show(next);
  }

  #show(open: OpenDatabase): void {
    this.#open = open;
    this.#problem = null;
    this.#app.setDomainTitle(open.domain.title);
  }

  async #first(): Promise<DatabaseRef> {
    const [domain] = await this.#app.services.domains();
    if (domain === undefined) throw new Error('This build has no domain.');
    return { kind: 'seed', domain: domain.id, seed: FIRST_SEED, size: domain.defaultSize };
  }
}
