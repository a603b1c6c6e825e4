import { expect, it, vi } from 'vitest';
import { ask } from '#core/model/index.ts';
import { NOTHING } from '../../models/index.ts';
import { appServices } from '../../testing/appServices.ts';
import { fakeBuiltin, named } from '../../testing/fakeBuiltin.ts';
import { request } from '../../testing/modelContract.ts';
import { BuiltinModel } from './builtinModel.svelte.ts';
import { openModels } from './openModels.ts';
import { TabModels } from './tabModels.svelte.ts';

const ID = 'browser/built-in';
const noHosted = { open: () => Promise.reject(new Error('nothing is hosted here')) };

function tabWith(builtin: BuiltinModel) {
  return new TabModels({ services: appServices(), now: () => 0, tell: () => undefined, builtin });
}

it('is offered while it is loaded, counts against the limits, and says when it is not there', async () => {
  const api = fakeBuiltin([{ text: 'hello' }]);
  api.state = 'downloadable';
  const builtin = new BuiltinModel(api);
  const tab = tabWith(builtin);
  const seen: (number | null)[] = [];
  api.loads = () => Promise.resolve(void seen.push(builtin.progress));
  await builtin.look();
  expect([builtin.isKnown, builtin.availability, tab.offered]).toEqual([true, 'downloadable', []]);
  expect(tab.missing(ID)).toMatch(/not loaded\. Load it in Settings/);
  expect(() => tab.open(ID)).toThrow(/not loaded/);
  await builtin.load();
  expect([builtin.availability, seen, tab.offered]).toEqual(['available', [0.5], [ID]]);
  expect([tab.missing(ID), tab.contextOf(ID)]).toEqual([null, 9216]);

  const plan = {
    ...{ user: null, atOnce: 4, spent: NOTHING },
    limits: { calls: 1, tokens: null, dollars: null },
  };
  const opened = await openModels(noHosted, tab, [ID], plan, () => undefined);
  const [model] = opened.models;
  if (model === undefined) throw new Error('no model');
  expect(opened.atOnce).toBe(1);
  await expect(ask(model, request())).resolves.toMatchObject({ text: 'hello' });
  await expect(ask(model, request())).rejects.toMatchObject({ kind: 'budget' });
  builtin.unload();
  expect([api.sessions.open, tab.offered]).toEqual([0, []]);
});

it('says why it cannot be loaded, can be stopped, and tries again', async () => {
  const api = fakeBuiltin([]);
  api.state = 'downloadable';
  const builtin = new BuiltinModel(api);
  api.loads = () => Promise.reject(named('NotAllowedError', 'no press of a button'));
  await builtin.load();
  expect(builtin.problem).toMatch(/does not allow its model here .*Load it by the button/);
  api.loads = (signal) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(named('AbortError', ''))));
  const waiting = builtin.load();
  expect([builtin.isLoading, builtin.problem]).toEqual([true, null]);
  builtin.cancel();
  await waiting;
  expect([builtin.isLoading, builtin.problem, builtin.model]).toEqual([false, null, null]);
});

it.each([null, 'unavailable', 'a state of years to come'])('does without one: %s', async (state) => {
  const api = state === null ? null : Object.assign(fakeBuiltin([]), { state });
  const asked = api === null ? null : vi.spyOn(api, 'availability');
  const builtin = new BuiltinModel(api);
  await builtin.look();
  expect(builtin.availability).toBe(state === null ? null : 'unavailable');
  await builtin.look();
  if (asked !== null) expect(asked).toHaveBeenCalledTimes(1);
  expect(tabWith(builtin).offered).toEqual([]);
});
