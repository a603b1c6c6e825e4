/** The page's part of signing in at a provider: the way there, and what is to be said about the way back. */
import { z } from 'zod';
import { newTicket, providers, signInAddress, type Provider, type SignInCode } from '../../models/index.ts';
import { PENDING, type SignInReturn } from './signInReturn.ts';

const pendingSchema = z.strictObject({
  provider: z.enum(providers.map(({ id }) => id)),
  base: z.string(),
  verifier: z.string(),
  state: z.string(),
});

/** What this needs from outside. */
export interface SignInsInput {
  /** The tab's session storage. */
  readonly storage: Pick<Storage, 'setItem'>;
  /** This page's own address, without query and hash. */
  readonly here: string;
  /** Leaves the page for an address. */
  readonly leave: (address: string) => void;
}

/** What came of a way back. `provider` is null where nobody can tell. */
export type SignInOutcome =
  | { readonly provider: Provider['id']; readonly base: string; readonly back: SignInCode }
  | { readonly provider: Provider['id'] | null; readonly base: string | null; readonly problem: string };

export class SignIns {
  readonly #input: SignInsInput;

  constructor(input: SignInsInput) {
    this.#input = input;
  }

  /** Leaves the page, to sign in at a provider whose base address is this. */
  async begin({ id, signIn, title }: Provider, base: string): Promise<void> {
    if (signIn === null) throw new TypeError(`Nobody can sign in at ${title} from here.`);
    const ticket = newTicket((bytes) => crypto.getRandomValues(bytes));
    const address = await signInAddress(new URL(signIn.page, base), this.#input.here, ticket);
    // The address a person chose ends with the page; the way back has to lead to the same server.
    this.#input.storage.setItem(PENDING, JSON.stringify({ provider: id, base, ...ticket }));
    this.#input.leave(address);
  }

  /** Checks what somebody came back with. */
  static read({ query, pending }: SignInReturn): SignInOutcome {
    const sent = pendingSchema.safeParse(readJson(pending)).data;
    const told = new URLSearchParams(query);
    if (sent === undefined)
      return failed(null, 'A sign-in came back that this tab did not begin, so it was not used.');
    if (told.has('error'))
      return failed(sent, told.get('error') === 'access_denied' ? DENIED : 'The sign-in did not succeed.');
    // A provider that drops the query of the way back drops the state: the verifier still binds the code to this tab.
    if (told.has('state') && told.get('state') !== sent.state)
      return failed(sent, 'A sign-in came back that is not the one this tab began, so it was not used.');
    const code = told.get('code');
    if (code === null || code === '') return failed(sent, 'The sign-in brought no code back.');
    return { provider: sent.provider, base: sent.base, back: { code, verifier: sent.verifier } };
  }
}

const DENIED = 'The sign-in was declined.';

function failed(sent: z.infer<typeof pendingSchema> | null, what: string): SignInOutcome {
  return {
    provider: sent?.provider ?? null,
    base: sent?.base ?? null,
    problem: `${what} Sign in again, or paste a key.`,
  };
}

function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
