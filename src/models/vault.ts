/**
 * Keys at rest behind a passphrase. What is kept is one record: how the passphrase becomes a key of AES-GCM (PBKDF2),
 * and the keys under that. Without the passphrase it says how long they are, and nothing else.
 */
import { z } from 'zod';
import { InputError } from '#core/environment/index.ts';

/** Rounds of SHA-256: what a guess costs whoever has copied the record. */
export const ITERATIONS = 600_000;
/** A record that asks for more was not made here. */
const MOST_ITERATIONS = 10_000_000;
const SALT_BYTES = 16;
const IV_BYTES = 12;
/** Characters. Guesses are made offline, as many as somebody cares to pay for. */
export const SHORTEST_PASSPHRASE = 12;

const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);
export const vaultRecordSchema = z.strictObject({
  version: z.literal(1),
  iterations: z.int().min(ITERATIONS).max(MOST_ITERATIONS),
  salt: bytes,
  iv: bytes,
  ciphertext: bytes,
});
export type VaultRecord = Readonly<z.infer<typeof vaultRecordSchema>>;

const keysSchema = z.record(z.string(), z.strictObject({ key: z.string(), signedIn: z.boolean() }));
/** Keys by origin. */
export type VaultKeys = Readonly<z.infer<typeof keysSchema>>;

/** Where the one record lies. */
export interface VaultStore {
  /** Undefined when there is none. */
  read(): Promise<unknown>;
  /** Puts a record in place of the one with this `iv`; of none for null. False when another lies there. */
  replace(before: Uint8Array | null, next: VaultRecord): Promise<boolean>;
  delete(): Promise<void>;
}

export type VaultState = 'none' | 'locked' | 'open';

/** How the open vault is written again: never the passphrase itself. */
interface Opened {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly iterations: number;
  readonly key: CryptoKey;
}

/** Writes that two tabs may begin at once before one gives up. */
const TRIES = 5;

/** The one vault of this browser, as one thread sees it. Other tabs may change it at any time. */
export class Vault {
  readonly #store: VaultStore;
  #opened: Opened | null = null;
  #state: VaultState = 'none';

  constructor(store: VaultStore) {
    this.#store = store;
  }

  get state(): VaultState {
    return this.#state;
  }

  /** Looks whether there is one. Rejects as the store does. */
  async look(): Promise<void> {
    const isThere = (await this.#store.read()) !== undefined;
    if (!isThere) this.#opened = null;
    this.#state = !isThere ? 'none' : this.#opened === null ? 'locked' : 'open';
  }

  /** Makes the vault, with these keys in it. Rejects with {@link InputError}. */
  async make(passphrase: string, keys: VaultKeys): Promise<void> {
    const opened = await open(checked(passphrase), randomBytes(SALT_BYTES), ITERATIONS);
    if (!(await this.#store.replace(null, await seal(opened, keys)))) {
      this.#state = 'locked';
      throw new InputError('passphrase', 'keys are kept already, from another tab.', 'Unlock those first.');
    }
    this.#become(opened);
  }

  /** Opens it; what is in there. Rejects with {@link InputError} for a wrong passphrase. */
  async unlock(passphrase: string): Promise<VaultKeys> {
    const record = await this.#record();
    const { opened, keys } = await unsealWith(passphrase, record);
    this.#become(opened);
    return keys;
  }

  /** Writes it anew under another passphrase. Rejects with {@link InputError} when the present one is wrong. */
  async change(passphrase: string, next: string): Promise<void> {
    const record = await this.#record();
    const { keys } = await unsealWith(passphrase, record);
    const opened = await open(checked(next), randomBytes(SALT_BYTES), ITERATIONS);
    if (!(await this.#store.replace(record.iv, await seal(opened, keys)))) throw busy();
    this.#become(opened);
  }

  /** Changes what is in the open vault; one that is not open stays as it is. */
  async update(edit: (keys: VaultKeys) => VaultKeys): Promise<void> {
    for (let tries = 0; this.#opened !== null && tries < TRIES; tries += 1) {
      const record = await this.#record().catch(() => null);
      if (record === null) return;
      const keys = await unseal(this.#opened, record);
      if (keys === null) {
        this.lock();
        throw new InputError('passphrase', 'it was changed in another tab.', 'Unlock the keys again.');
      }
      if (await this.#store.replace(record.iv, await seal(this.#opened, edit(keys)))) return;
    }
    if (this.#opened !== null) throw busy();
  }

  /** Forgets how to open it. */
  lock(): void {
    this.#opened = null;
    if (this.#state === 'open') this.#state = 'locked';
  }

  async delete(): Promise<void> {
    this.#opened = null;
    if ((await this.#store.read()) !== undefined) await this.#store.delete();
    this.#state = 'none';
  }

  #become(opened: Opened): void {
    this.#opened = opened;
    this.#state = 'open';
  }

  async #record(): Promise<VaultRecord> {
    const found = await this.#store.read();
    if (found === undefined) {
      this.#opened = null;
      this.#state = 'none';
      throw new InputError('keys', 'none are kept any more.', 'Enter them again.');
    }
    const read = vaultRecordSchema.safeParse(found);
    if (read.success) return read.data;
    throw new InputError(
      'keys',
      'what is kept of them cannot be read.',
      'Delete the kept keys, and enter them again.',
    );
  }
}

const busy = () =>
  new InputError('keys', 'another tab is writing them.', 'Try again when it has come to rest.');

/** Throws {@link InputError} for a passphrase that is soon guessed. */
function checked(passphrase: string): string {
  if (passphrase.length >= SHORTEST_PASSPHRASE) return passphrase;
  throw new InputError(
    'passphrase',
    `expected at least ${SHORTEST_PASSPHRASE} characters.`,
    'Take several words.',
  );
}

function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

async function open(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<Opened> {
  const encoded = new TextEncoder().encode(passphrase.normalize('NFC'));
  const base = await crypto.subtle.importKey('raw', encoded, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  const algorithm = { name: 'AES-GCM', length: 256 };
  const key = await crypto.subtle.deriveKey(how, base, algorithm, false, ['encrypt', 'decrypt']);
  return { salt, iterations, key };
}

async function seal({ salt, iterations, key }: Opened, keys: VaultKeys): Promise<VaultRecord> {
  // Never the same twice under one key.
  const iv = randomBytes(IV_BYTES);
  const plain = new TextEncoder().encode(JSON.stringify(keys));
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain));
  return { version: 1, iterations, salt, iv, ciphertext };
}

/** Null when the record is not under this key, or was changed by somebody else's hand. */
async function unseal({ key }: Opened, { iv, ciphertext }: VaultRecord): Promise<VaultKeys | null> {
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, ciphertext);
    return keysSchema.parse(JSON.parse(new TextDecoder().decode(plain)));
  } catch {
    return null;
  }
}

async function unsealWith(passphrase: string, record: VaultRecord) {
  const opened = await open(passphrase, record.salt, record.iterations);
  const keys = await unseal(opened, record);
  if (keys !== null) return { opened, keys };
  throw new InputError('passphrase', 'it does not open the kept keys.', 'Check it, and type it again.');
}
