import { InputError } from '#core/environment/index.ts';
import { Concealer } from './conceal.ts';
import { lastFour, redact } from './redact.ts';

/**
 * Keys in the memory of the thread that makes the calls: gone with it, in no link, export or log. A key belongs to one
 * origin and goes to no other.
 */
export class KeyRing {
  readonly #keys = new Map<string, string>();
  /** Origins whose key came from signing in there. */
  readonly #signedIn = new Set<string>();

  /**
   * Keeps a key for the origin of an address. Throws {@link InputError} for an address that no key may go to.
   * @param signedIn whether it came from signing in there
   */
  set(address: string, key: string, signedIn = false): void {
    const trimmed = key.trim();
    if (trimmed === '') throw new InputError('key', 'it is empty.', 'Paste the whole key.');
    if (/[^\x21-\x7e]/.test(trimmed))
      throw new InputError(
        'key',
        'it has spaces or other characters that no key has.',
        'Paste only the key.',
      );
    const origin = originOf(address);
    this.#keys.set(origin, trimmed);
    if (signedIn) this.#signedIn.add(origin);
    else this.#signedIn.delete(origin);
  }

  /** The key for exactly this origin. */
  get(origin: string): string | null {
    return this.#keys.get(origin) ?? null;
  }

  /** "…abcd" for an origin that has a key. */
  hint(origin: string): string | null {
    const key = this.get(origin);
    return key === null ? null : lastFour(key);
  }

  /** The ends of all keys, by their origins. */
  hints(): Record<string, string> {
    return Object.fromEntries([...this.#keys].map(([origin, key]) => [origin, lastFour(key)]));
  }

  /** All keys by their origins, for whoever keeps them sealed. */
  entries(): readonly (readonly [string, { readonly key: string; readonly signedIn: boolean }])[] {
    return [...this.#keys].map(([origin, key]) => [origin, { key, signedIn: this.#signedIn.has(origin) }]);
  }

  /** Origins whose key came from signing in there. */
  signedIn(): readonly string[] {
    return [...this.#signedIn];
  }

  forget(origin: string): void {
    this.#keys.delete(origin);
    this.#signedIn.delete(origin);
  }

  forgetAll(): void {
    this.#keys.clear();
    this.#signedIn.clear();
  }

  /** A text without any key of the ring, and without what looks like one. */
  readonly redact = (text: string): string => redact(text, this.#keys.values());

  /** Takes these keys out of one reply. */
  concealer(): Concealer {
    return new Concealer(this.#keys.values());
  }
}

/** The origin of a server's address. Keys travel encrypted, or stay on this machine. */
export function originOf(address: string): string {
  return checkedBase(address).origin;
}

/** "host:port" of a server's address, for people. */
export function hostOf(address: string): string {
  return checkedBase(address).host;
}

const LOCAL = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A base address, checked and ending in a slash. Throws {@link InputError}. */
export function checkedBase(address: string): URL {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    throw new InputError(
      'address',
      `"${address.slice(0, 80)}" is no address.`,
      'It looks like https://host/v1.',
    );
  }
  const encrypted = url.protocol === 'https:' || (url.protocol === 'http:' && LOCAL.test(url.hostname));
  if (!encrypted)
    throw new InputError(
      'address',
      'expected https, or http on this machine (localhost).',
      'A key would be readable on the way.',
    );
  if (url.username !== '' || url.password !== '')
    throw new InputError(
      'address',
      'a password in an address would end up in logs.',
      'Put the key into its own field.',
    );
  if (url.search !== '' || url.hash !== '')
    throw new InputError('address', 'expected nothing after the path.', 'It looks like https://host/v1.');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
