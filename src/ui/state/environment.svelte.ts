import { databaseRefSchema, type DatabaseRef } from '#core/environment/database.ts';
import type { Repository } from '../../store/repository.ts';
import type { SettingRow } from '../../store/rows.ts';
import { openDatabase, type OpenDatabase } from './databases.ts';
import type { Services } from './services.ts';

const SETTING = 'environment';

/** The row that makes a database the one that a workspace works on. */
export function environmentSetting(workspace: string, ref: DatabaseRef): SettingRow {
  return { workspace, id: SETTING, value: { ...ref } };
}

/** The database that a workspace works on; undefined while none was chosen. */
export async function chosenEnvironment(
  repository: Repository,
  workspace: string,
): Promise<DatabaseRef | undefined> {
  return environmentIn([await repository.get('settings', workspace, SETTING)]);
}

/** The database that a workspace works on, by its settings. */
export function environmentIn(settings: readonly (SettingRow | undefined)[]): DatabaseRef | undefined {
  const row = settings.find((known) => known?.id === SETTING);
  return databaseRefSchema.safeParse(row?.value).data;
}

/** What an environment needs from the page around it. */
export interface EnvironmentInput {
  readonly services: Services;
  setDomainTitle(title: string): void;
}

/** What the pipeline strip calls an environment. */
export function environmentTitle({ domain, ref }: Pick<OpenDatabase, 'domain' | 'ref'>): string {
  return ref.kind === 'file' ? `${domain.title}, ${ref.name}` : domain.title;
}

/** Seed of the database of a first visit: the same as the one-click pipeline's. */
export const FIRST_SEED = 'demo';

/**
 * The environment that a workspace works on: a domain and one of its databases. Chosen on Explore or by importing a
 * database, and remembered with the workspace, so every screen makes its own of these and finds the same choice.
 */
export class EnvironmentState {
  readonly #app: EnvironmentInput;
  readonly #workspace: string;
  #open = $state.raw<OpenDatabase | null>(null);
  #problem = $state.raw<string | null>(null);

  constructor(app: EnvironmentInput, workspace: string) {
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
      const saved = await chosenEnvironment(repository, this.#workspace);
      this.#show(await openDatabase(this.#app.services, this.#workspace, saved ?? (await this.#first())));
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Changes to another database, and remembers it. Rejects, and changes nothing, when it cannot be opened. */
  async choose(ref: DatabaseRef): Promise<void> {
    const next = await openDatabase(this.#app.services, this.#workspace, ref);
    const repository = await this.#app.services.repository();
    await repository.put('settings', [environmentSetting(this.#workspace, ref)]);
    this.#show(next);
  }

  #show(open: OpenDatabase): void {
    this.#open = open;
    this.#problem = null;
    this.#app.setDomainTitle(environmentTitle(open));
  }

  async #first(): Promise<DatabaseRef> {
    const [domain] = await this.#app.services.domains();
    if (domain === undefined) throw new Error('This build has no domain.');
    return { kind: 'seed', domain: domain.id, seed: FIRST_SEED, size: domain.defaultSize };
  }
}
