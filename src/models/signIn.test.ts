import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fakeVendors, type FakeVendors } from '../testing/fakeVendors.ts';
import { modelPipe } from '../testing/modelPipe.ts';
import { ModelDesk } from '../workers/modelDesk.ts';
import type { KeysTold } from '../workers/modelProtocol.ts';
import { newTicket, signInAddress } from './signIn.ts';

let server: FakeVendors;
beforeAll(async () => {
  server = await fakeVendors(() => ({ type: 'reply', reply: { text: 'hello' } }));
});
afterAll(() => server.close());
beforeEach(() => {
  server.signIn.answer = 'allow';
});

const ticket = newTicket((bytes) => crypto.getRandomValues(bytes));

function setup() {
  const worker = modelPipe();
  const desk = new ModelDesk(() => worker);
  const told: KeysTold[] = [];
  desk.onKeys((keys) => told.push(keys));
  const base = `${server.url}openrouter/api/v1/`;
  return { worker, desk, told, base };
}

/** Signs in at the fake's page, as a browser does; the code it sends back with. */
async function codeFor(verifier: string): Promise<string> {
  const page = new URL('auth', server.url);
  const address = await signInAddress(page, 'http://127.0.0.1:1/app/', { ...ticket, verifier });
  const { headers } = await fetch(address, { redirect: 'manual' });
  return new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
}

it('makes verifiers that the standard takes, another each time', () => {
  expect(ticket.verifier).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const other = newTicket((bytes) => crypto.getRandomValues(bytes));
  expect(new Set([ticket.verifier, ticket.state, other.verifier, other.state]).size).toBe(4);
});

it('asks with the challenge of the standard’s own example, and comes back with the state', async () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const page = new URL('https://openrouter.ai/auth');
  const address = new URL(await signInAddress(page, 'https://x.example/app/', { verifier, state: 's+1' }));
  expect(Object.fromEntries(address.searchParams)).toEqual({
    callback_url: 'https://x.example/app/?state=s%2B1',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  expect(address.href).not.toContain(verifier);
});

it('puts the key into the ring of the worker, and never outside', async () => {
  const { worker, desk, told, base } = setup();
  const { key } = server.signIn;
  await desk.signIn('openrouter', base, {
    code: await codeFor(ticket.verifier),
    verifier: ticket.verifier,
  });
  const { origin } = new URL(base);
  expect(told.at(-1)).toMatchObject({ hints: { [origin]: '…cdef' }, signedIn: [origin] });
  expect(JSON.stringify(worker.heard)).not.toContain(key);
  await desk.list('openrouter', base);
  await desk.setKey(base, 'sk-pasted-0123456789');
  expect(told.at(-1)).toMatchObject({ signedIn: [] });
});

it('says what to do about a code that is used up or of somebody else, and shows neither it nor the verifier', async () => {
  const { worker, desk, told, base } = setup();
  const { verifier } = ticket;
  const code = await codeFor(verifier);
  await desk.signIn('openrouter', base, { code, verifier });
  await expect(desk.signIn('openrouter', base, { code, verifier })).rejects.toMatchObject({
    name: 'ModelError',
    kind: 'key',
    status: 403,
    next: 'Sign in again.',
  });
  const stolen = await codeFor('somebody-elses-verifier-somebody-elses-verifier');
  await expect(desk.signIn('openrouter', base, { code: stolen, verifier })).rejects.toThrow(/not accepted/);
  const said = JSON.stringify(worker.heard);
  expect(said).not.toContain(verifier);
  expect(said).not.toContain(code);
  // The key of before is still there.
  expect(told.at(-1)?.signedIn).toHaveLength(1);
});

it('says that nobody answered', async () => {
  const { desk } = setup();
  const base = 'http://127.0.0.1:1/api/v1/';
  const back = { code: 'code', verifier: ticket.verifier };
  await expect(desk.signIn('openrouter', base, back)).rejects.toMatchObject({ name: 'NetworkError' });
});
