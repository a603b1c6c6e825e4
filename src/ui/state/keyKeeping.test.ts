import { expect, it } from 'vitest';
import { BROWSER } from '../../store/rows.ts';
import { appServices } from '../../testing/appServices.ts';
import { KeyKeeping } from './keyKeeping.svelte.ts';

it.each([
  ['is gone', () => Promise.resolve(), 'page'],
  ['does not answer', () => Promise.reject(new Error('The storage is busy.')), 'vault'],
] as const)('remembers where keys are kept, unless the vault %s', async (_, vault, keep) => {
  const services = appServices();
  const repository = await services.repository();
  const row = { workspace: BROWSER, id: 'key-keeping', value: { keep: 'vault' } };
  await repository.put('settings', [row]);
  const keeping = new KeyKeeping({ services, desk: { vault }, kept: { delete: () => undefined } });
  await keeping.start();
  expect(keeping.keep).toBe(keep);
  expect((await repository.get('settings', BROWSER, 'key-keeping'))?.value).toEqual({ keep });
  expect(keeping.problem).toBe(keep === 'vault' ? 'The storage is busy.' : null);
});
