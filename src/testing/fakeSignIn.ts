/** The pages of a provider where people sign in: it gives out codes and exchanges them, by the rules of PKCE. */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

/** What a person does at the provider's page. */
export type FakeSignInAnswer = 'allow' | 'deny' | 'other-state';

const exchangeSchema = z.strictObject({
  code: z.string(),
  code_verifier: z.string(),
  code_challenge_method: z.literal('S256'),
});

export class FakeSignIn {
  /** The key that it hands out. */
  key = 'sk-or-canary-0123456789abcdef';
  answer: FakeSignInAnswer = 'allow';
  /** Challenges by the code that was given out for them; a code is good for once. */
  readonly #challenges = new Map<string, string>();
  #codes = 0;

  /** Codes that can still be exchanged. */
  get openCodes(): readonly string[] {
    return [...this.#challenges.keys()];
  }

  /** Sends a person back to where they came from; false for any other request. */
  visit(incoming: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(incoming.url ?? '', 'http://127.0.0.1');
    if (incoming.method !== 'GET' || url.pathname !== '/auth') return false;
    const back = new URL(url.searchParams.get('callback_url') ?? '');
    if (this.answer === 'deny') back.searchParams.set('error', 'access_denied');
    else {
      const code = `code-${(this.#codes += 1)}`;
      this.#challenges.set(code, url.searchParams.get('code_challenge') ?? '');
      back.searchParams.set('code', code);
      if (this.answer === 'other-state') back.searchParams.set('state', 'another');
    }
    response.writeHead(302, { location: back.href }).end();
    return true;
  }

  /** Answers an exchange of a code; null for any other request. */
  exchange(path: string, body: unknown): { readonly status: number; readonly body: object } | null {
    if (!path.endsWith('/auth/keys')) return null;
    const sent = exchangeSchema.safeParse(body).data;
    if (sent === undefined) return { status: 400, body: { error: { message: 'Invalid request' } } };
    const challenge = this.#challenges.get(sent.code);
    this.#challenges.delete(sent.code);
    const made = createHash('sha256').update(sent.code_verifier).digest('base64url');
    if (challenge !== made)
      return {
        status: 403,
        body: { error: { message: `Invalid code ${sent.code} or verifier ${sent.code_verifier}` } },
      };
    return { status: 200, body: { key: this.key, user_id: 'somebody' } };
  }
}
