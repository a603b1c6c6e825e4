import { expect, it } from 'vitest';
import { findProvider } from '../../models/index.ts';
import { memoryStorage } from '../../testing/memoryStorage.ts';
import { PENDING, takeSignInReturn } from './signInReturn.ts';
import { SignIns } from './signIns.ts';

const BASE = 'https://openrouter.ai/api/v1/';

/** A tab that went to sign in, and where it was led. */
async function gone() {
  const storage = memoryStorage();
  const led: string[] = [];
  const provider = findProvider('openrouter');
  if (provider === undefined) throw new Error('no OpenRouter');
  const here = 'https://x.example/app/';
  const signIns = new SignIns({ storage, here, leave: (address) => led.push(address) });
  await signIns.begin(provider, BASE);
  const address = new URL(led[0] ?? '');
  const back = new URL(address.searchParams.get('callback_url') ?? '');
  return { storage, address, state: back.searchParams.get('state') ?? '' };
}

/** The page begins anew at an address. */
function comeBack(storage: ReturnType<typeof memoryStorage>, search: string) {
  const replaced: string[] = [];
  const history = {
    replaceState: (_: unknown, __: string, url?: string | URL | null) => replaced.push(`${url}`),
  };
  const returned = takeSignInReturn({
    location: { pathname: '/app/', search },
    history: history,
    sessionStorage: storage,
  });
  return { replaced, outcome: returned === null ? null : SignIns.read(returned) };
}

it('leads to the provider and takes the way back once, out of the address', async () => {
  const { storage, address, state } = await gone();
  expect(`${address.origin}${address.pathname}`).toBe('https://openrouter.ai/auth');
  const kept = storage.getItem(PENDING) ?? '';
  const { verifier } = JSON.parse(kept) as { verifier: string };
  const { replaced, outcome } = comeBack(storage, `?state=${state}&code=abc`);
  expect(replaced).toEqual(['/app/#/settings?v=models']);
  expect(outcome).toEqual({ provider: 'openrouter', base: BASE, back: { code: 'abc', verifier } });
  expect(storage.getItem(PENDING)).toBeNull();
  expect(comeBack(storage, `?state=${state}&code=abc`).outcome).toMatchObject({
    provider: null,
    problem: expect.stringContaining('did not begin') as string,
  });
});

it('forgets the way there on any other visit, and leaves that visit alone', async () => {
  const { storage } = await gone();
  expect(comeBack(storage, '')).toEqual({ replaced: [], outcome: null });
  expect(storage.getItem(PENDING)).toBeNull();
});

it.each([
  ['?code=abc&state=another', /not the one this tab began/],
  ['?error=access_denied', /was declined\. Sign in again, or paste a key\./],
  ['?error=server_error', /did not succeed/],
])('says of %s what is wrong, and uses no code', async (search, problem) => {
  const { storage } = await gone();
  const { replaced, outcome } = comeBack(storage, search);
  expect(replaced).toHaveLength(1);
  expect(outcome).not.toHaveProperty('back');
  expect(outcome).toMatchObject({
    provider: 'openrouter',
    problem: expect.stringMatching(problem) as string,
  });
});

it('does without the state where a provider drops the query: the verifier binds the code to this tab', async () => {
  const { storage } = await gone();
  expect(comeBack(storage, '?code=abc').outcome).toMatchObject({ back: { code: 'abc' } });
});

it('says that a way back without a code brought nothing', async () => {
  const { storage, state } = await gone();
  expect(comeBack(storage, `?code=&state=${state}`).outcome).toMatchObject({
    problem: expect.stringContaining('no code') as string,
  });
});
