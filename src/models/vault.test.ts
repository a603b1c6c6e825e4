import { expect, it } from 'vitest';
import { memoryVault } from '../testing/memoryVault.ts';
import { Keeper } from './keeper.ts';
import { ITERATIONS, Vault, vaultRecordSchema, type VaultKeys } from './vault.ts';

const PASS = 'correct horse battery';
const KEY = 'sk-canary-0123456789abcdef';
const ORIGIN = 'https://api.example.com';
const keys = { [ORIGIN]: { key: KEY, signedIn: true } };

/** Everything that lies in the store, as text. */
const text = (store: ReturnType<typeof memoryVault>) =>
  JSON.stringify(store.record, (_, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
  );

it('gives the keys back for the passphrase only, and keeps nothing of them that can be read', async () => {
  const store = memoryVault();
  const vault = new Vault(store);
  await vault.make(PASS, keys);
  expect(vault.state).toBe('open');
  expect(store.record).toMatchObject({ version: 1, iterations: ITERATIONS });
  expect(ITERATIONS).toBeGreaterThanOrEqual(600_000);
  for (const secret of [KEY, KEY.slice(3, 12), PASS, 'api.example.com', 'signedIn'])
    expect(text(store)).not.toContain(secret);

  const next = new Vault(store);
  await next.look();
  expect(next.state).toBe('locked');
  await expect(next.unlock('correct horse batterY')).rejects.toThrow(/does not open the kept keys/);
  expect(next.state).toBe('locked');
  expect(await next.unlock(PASS)).toEqual(keys);
});

it('writes with a new vector each time, and a new salt with a new passphrase', async () => {
  const store = memoryVault();
  const vault = new Vault(store);
  await vault.make(PASS, keys);
  const first = store.record;
  await vault.update((all) => all);
  expect(store.record?.iv).not.toEqual(first?.iv);
  expect(store.record?.salt).toEqual(first?.salt);
  await expect(vault.change('wrong passphrase', 'another passphrase')).rejects.toThrow(/does not open/);
  await expect(vault.change(PASS, 'too short')).rejects.toThrow(/at least 12 characters/);
  await vault.change(PASS, 'another passphrase');
  expect(store.record?.salt).not.toEqual(first?.salt);
  const next = new Vault(store);
  await expect(next.unlock(PASS)).rejects.toThrow(/does not open/);
  expect(await next.unlock('another passphrase')).toEqual(keys);
});

it('keeps what two tabs add, and stops where one has changed the passphrase or deleted all', async () => {
  const store = memoryVault();
  const [here, there] = [new Vault(store), new Vault(store)];
  await here.make(PASS, keys);
  await there.unlock(PASS);
  const add =
    (name: string) =>
    (all: VaultKeys): VaultKeys => ({ ...all, [name]: { key: name, signedIn: false } });
  await Promise.all([here.update(add('https://a.example')), there.update(add('https://b.example'))]);
  expect(Object.keys(await there.unlock(PASS)).sort()).toEqual([
    'https://a.example',
    ORIGIN,
    'https://b.example',
  ]);
  await expect(new Vault(store).make(PASS, {})).rejects.toThrow(/kept already/);
  await there.change(PASS, 'another passphrase');
  await expect(here.update(add('https://c.example'))).rejects.toThrow(/changed in another tab/);
  expect(here.state).toBe('locked');
  await here.delete();
  await there.update(add('https://d.example'));
  expect([there.state, store.record]).toEqual(['none', undefined]);
});

it('refuses a record that was tampered with, or that is not its own', async () => {
  const store = memoryVault();
  const vault = new Vault(store);
  await vault.make(PASS, keys);
  const record = vaultRecordSchema.parse(store.record);
  store.record = { ...record, ciphertext: record.ciphertext.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) };
  await expect(new Vault(store).unlock(PASS)).rejects.toThrow(/does not open/);
  store.record = { ...record, iterations: 1 };
  await expect(new Vault(store).unlock(PASS)).rejects.toThrow(/cannot be read/);
  store.record = undefined;
  await expect(new Vault(store).unlock(PASS)).rejects.toThrow(/none are kept any more/);
});

it('follows the keys of its thread: they come, go, are locked when idle, and are unlocked', async () => {
  const store = memoryVault();
  let now = 0;
  const open = () => new Keeper(() => now, store);
  const keeper = open();
  keeper.idle.setLimit(100);
  await keeper.set(ORIGIN, KEY);
  await keeper.act({ do: 'make', passphrase: PASS });
  await keeper.set('https://b.example', 'sk-second-0123456789', true);
  await keeper.set('https://c.example', 'sk-third-0123456789');
  await keeper.forget('https://c.example');
  now = 100;
  expect(keeper.forgetIdle()).toBe(true);
  expect(keeper.forgetIdle()).toBe(false);
  expect([keeper.vault, keeper.ring.hints()]).toEqual(['locked', {}]);
  expect(text(store)).not.toContain('second');

  // One that is entered while the others are locked joins them.
  await keeper.set(ORIGIN, 'sk-newer-0123456789');
  await keeper.act({ do: 'unlock', passphrase: PASS });
  const next = open();
  await next.act({ do: 'look' });
  expect(next.vault).toBe('locked');
  await next.act({ do: 'unlock', passphrase: PASS });
  expect(next.ring.get(ORIGIN)).toBe('sk-newer-0123456789');
  expect(next.ring.hints()).toEqual({ [ORIGIN]: '…6789', 'https://b.example': '…6789' });
  expect(next.ring.signedIn()).toEqual(['https://b.example']);

  // All go, also from a thread that has not unlocked them.
  await open().forget(null);
  expect(store.record).toBeUndefined();
});
