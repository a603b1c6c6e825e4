import { IdleWatch } from './idle.ts';
import { KeyRing, originOf } from './keys.ts';
import { Vault, type VaultKeys, type VaultState, type VaultStore } from './vault.ts';

/** What is done with the keys that are kept behind a passphrase. */
export type VaultAct =
  | { readonly do: 'look' | 'delete' }
  /** Of all keys that are here now. */
  | { readonly do: 'make' | 'unlock'; readonly passphrase: string }
  | { readonly do: 'change'; readonly passphrase: string; readonly next: string };

/** The keys of one thread: in its memory, behind a passphrase where a person wants that, and gone when nobody uses them. */
export class Keeper {
  readonly ring = new KeyRing();
  readonly idle: IdleWatch;
  readonly #vault: Vault;

  /** @param now the time of day in milliseconds */
  constructor(now: () => number, store: VaultStore) {
    this.idle = new IdleWatch(now, null);
    this.#vault = new Vault(store);
  }

  get vault(): VaultState {
    return this.#vault.state;
  }

  /** Rejects with `InputError` for what is no key, or cannot be kept; then it is used all the same. */
  async set(base: string, key: string, signedIn = false): Promise<void> {
    this.ring.set(base, key, signedIn);
    this.idle.touch();
    const origin = originOf(base);
    const entry = { key: this.ring.get(origin) ?? '', signedIn };
    await this.#vault.update((kept) => ({ ...kept, [origin]: entry }));
  }

  /** Forgets the key of an origin, kept ones too; null for all of them, whether they are locked or not. */
  async forget(origin: string | null): Promise<void> {
    if (origin === null) {
      this.ring.forgetAll();
      await this.#vault.delete();
      return;
    }
    this.ring.forget(origin);
    await this.#vault.update((kept) =>
      Object.fromEntries(Object.entries(kept).filter(([known]) => known !== origin)),
    );
  }

  /** Forgets what nobody has used for too long; kept keys are locked. True when there was something. */
  forgetIdle(): boolean {
    const isEmpty = Object.keys(this.ring.hints()).length === 0 && this.#vault.state !== 'open';
    if (!this.idle.isOver || isEmpty) return false;
    this.ring.forgetAll();
    this.#vault.lock();
    return true;
  }

  /** Rejects with `InputError` for a passphrase that does not do. */
  async act(act: VaultAct): Promise<void> {
    switch (act.do) {
      case 'look':
        return this.#vault.look();
      case 'delete':
        return this.#vault.delete();
      case 'make':
        this.idle.touch();
        return this.#vault.make(act.passphrase, this.#here());
      case 'unlock':
        return this.#unlock(act.passphrase);
      case 'change':
        this.idle.touch();
        return this.#vault.change(act.passphrase, act.next);
    }
  }

  /** What was entered while it was locked is newer, and goes in. */
  async #unlock(passphrase: string): Promise<void> {
    const kept = await this.#vault.unlock(passphrase);
    this.idle.touch();
    const newer = this.#here();
    for (const [origin, { key, signedIn }] of Object.entries(kept))
      if (newer[origin] === undefined) this.ring.set(origin, key, signedIn);
    if (Object.keys(newer).length > 0) await this.#vault.update((all) => ({ ...all, ...newer }));
  }

  #here(): VaultKeys {
    return Object.fromEntries(this.ring.entries());
  }
}
