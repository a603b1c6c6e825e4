/**
 * Signing in at a provider instead of pasting a key: OAuth with PKCE (RFC 7636, S256), by redirect, without a secret of
 * the page's own. What the provider hands over in the end is a key like any other.
 */
import { z } from 'zod';
import { ModelError } from '#core/model/index.ts';
import { json, type Transport } from './http.ts';
import { redact } from './redact.ts';

/** What proves, on the way back, that it was this page that asked. */
export interface SignInTicket {
  /** Never leaves this browser before the code is exchanged. */
  readonly verifier: string;
  /** Goes there and back in the address. */
  readonly state: string;
}

const BYTES = 32;

/** A new ticket; `fill` writes random bytes. The verifier has 43 characters. */
export function newTicket(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown): SignInTicket {
  const next = () => {
    const bytes = new Uint8Array(BYTES);
    fill(bytes);
    return base64url(bytes);
  };
  return { verifier: next(), state: next() };
}

/**
 * The address where a person signs in.
 * @param page the provider's own page for that
 * @param back where it leads afterwards: an address without a query, which gets `state` and then `code`
 */
export async function signInAddress(page: URL, back: string, ticket: SignInTicket): Promise<string> {
  const callback = new URL(back);
  callback.searchParams.set('state', ticket.state);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(ticket.verifier));
  const address = new URL(page);
  address.searchParams.set('callback_url', callback.href);
  address.searchParams.set('code_challenge', base64url(new Uint8Array(digest)));
  address.searchParams.set('code_challenge_method', 'S256');
  return address.href;
}

/** What came back with a person who signed in. */
export interface SignInCode {
  readonly code: string;
  readonly verifier: string;
}

const answerSchema = z.object({ key: z.string().min(1) });

/**
 * Exchanges a code for a key. Throws `ModelError`, `NetworkError` or the signal's reason.
 * @param base the provider's base address, ending in a slash
 */
export async function exchangeCode(
  transport: Transport,
  base: string,
  { code, verifier }: SignInCode,
  signal?: AbortSignal,
): Promise<string> {
  // A server may say what it was sent; neither is of use to anybody afterwards, and neither is shown.
  const quiet = { ...transport, redact: (text: string) => redact(transport.redact(text), [code, verifier]) };
  const body = { code, code_verifier: verifier, code_challenge_method: 'S256' };
  let answer: unknown;
  try {
    answer = await json(quiet, { url: new URL('auth/keys', base).href, headers: {}, body, signal });
  } catch (error) {
    throw refused(error);
  }
  const read = answerSchema.safeParse(answer);
  if (read.success) return read.data.key;
  throw new ModelError('protocol', 'The sign-in was answered without a key.', 'Sign in again.');
}

/** A code that was used before, is too old, or is not the one of this verifier is answered with 400 or 403. */
function refused(error: unknown): unknown {
  if (!(error instanceof ModelError) || error.status === null || error.status >= 500) return error;
  return new ModelError(
    'key',
    `The sign-in was not accepted (${error.status}): its code was used before, or is too old.`,
    'Sign in again.',
    { status: error.status },
  );
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
