/** Where keys stay beside the memory of the worker: nowhere, in this tab, or in this browser behind a passphrase. */
import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';
import type { VaultAct, VaultState } from '../../models/index.ts';
import { BROWSER } from '../../store/rows.ts';
import type { ModelDesk } from '../../workers/modelDesk.ts';
import type { KeptKeys } from './keptKeys.ts';
import type { Services } from './services.ts';

const SETTING = 'key-keeping';
const keepSchema = z.strictObject({ keep: z.enum(['page', 'tab', 'vault']) });
/** `page`: gone on reload. `tab`: until the tab closes. `vault`: until somebody deletes them, locked on reload. */
export type Keep = z.infer<typeof keepSchema>['keep'];

/** What this needs from outside. */
export interface KeyKeepingInput {
  readonly services: Pick<Services, 'repository'>;
  readonly desk: Pick<ModelDesk, 'vault'>;
  readonly kept: Pick<KeptKeys, 'delete'>;
}

export class KeyKeeping {
  readonly #input: KeyKeepingInput;
  #keep = $state.raw<Keep>('page');
  #vault = $state.raw<VaultState>('none');
  #busy = $state.raw(false);
  #problem = $state.raw<string | null>(null);

  constructor(input: KeyKeepingInput) {
    this.#input = input;
  }

  get keep(): Keep {
    return this.#keep;
  }
  get vault(): VaultState {
    return this.#vault;
  }
  /** A passphrase is being worked on. It takes a moment, on purpose. */
  get busy(): boolean {
    return this.#busy;
  }
  get problem(): string | null {
    return this.#problem;
  }

  /** Reads what was chosen, and looks whether there are locked keys where that was the vault. */
  async start(): Promise<void> {
    const repository = await this.#input.services.repository();
    const row = await repository.get('settings', BROWSER, SETTING);
    this.#keep = keepSchema.safeParse(row?.value).data?.keep ?? 'page';
    if (this.#keep !== 'vault') return;
    // Where the storage does not answer now, the keys may still be there later.
    if ((await this.#act({ do: 'look' })) && this.#vault === 'none') await this.#choose('page');
  }

  /** The worker says how it is. */
  hear(vault: VaultState): void {
    this.#vault = vault;
  }

  /** Where keys go from now on. Those that are in the tab leave it with another choice. Rejects as the store does. */
  async setKeep(keep: Exclude<Keep, 'vault'>): Promise<void> {
    if (keep === 'page') this.#input.kept.delete(null);
    await this.#choose(keep);
  }

  /** Locks all keys that are here with a passphrase, and those to come. True when it is done. Never rejects. */
  async make(passphrase: string, repeated: string): Promise<boolean> {
    const done = await this.#act({ do: 'make', passphrase }, passphrase === repeated);
    if (!done) return false;
    this.#input.kept.delete(null);
    await this.#choose('vault');
    return true;
  }

  /** True when they are here. Never rejects. */
  unlock(passphrase: string): Promise<boolean> {
    return this.#act({ do: 'unlock', passphrase });
  }

  /** True when it is done. Never rejects. */
  change(passphrase: string, next: string, repeated: string): Promise<boolean> {
    return this.#act({ do: 'change', passphrase, next }, next === repeated);
  }

  /** Deletes what is locked. Keys that are here stay until the page closes. Never rejects. */
  async delete(): Promise<void> {
    if (await this.#act({ do: 'delete' })) await this.#choose('page');
  }

  /** All keys were forgotten, those in the vault too. */
  async forgotten(): Promise<void> {
    if (this.#keep === 'vault') await this.#choose('page');
  }

  async #act(act: VaultAct, isSame = true): Promise<boolean> {
    this.#busy = true;
    this.#problem = null;
    try {
      if (!isSame) throw new InputError('passphrase', 'the two are not the same.', 'Type it twice.');
      await this.#input.desk.vault(act);
      return true;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      this.#busy = false;
    }
  }

  async #choose(keep: Keep): Promise<void> {
    this.#keep = keep;
    const repository = await this.#input.services.repository();
    await repository.put('settings', [
      { workspace: BROWSER, id: SETTING, value: keepSchema.parse({ keep }) },
    ]);
  }
}
