import { expect, test } from 'vitest';
import { Preferences } from './preferences.svelte.ts';

const KEY = 't2t.preferences';

/** The parts of a page that preferences touch. */
function browser(text?: string) {
  const stored = new Map(text === undefined ? [] : [[KEY, text]]);
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  };
  const dataset: Record<string, string> = {};
  const open = () => new Preferences(storage, { dataset } as unknown as HTMLElement);
  return { open, dataset, saved: () => JSON.parse(stored.get(KEY) ?? '{}') as unknown };
}

test('choices are kept and found again', () => {
  const { open, dataset, saved } = browser();
  const first = open();
  expect(first).toMatchObject({ theme: 'system', singleKeys: true, workspace: '', home: '' });
  first.setTheme('dark');
  first.setSingleKeys(false);
  first.setWorkspace('demo', 'ws-1');
  expect(dataset).toEqual({ theme: 'dark' });
  expect(saved()).toEqual({ theme: 'dark', singleKeys: false, workspace: 'demo', home: 'ws-1' });
  expect(open()).toMatchObject({ theme: 'dark', singleKeys: false, workspace: 'demo', home: 'ws-1' });
  first.setTheme('system');
  expect(dataset).toEqual({});
});

test('another tab changes how this one looks, not which workspace it shows', () => {
  const { open, dataset } = browser();
  const [here, there] = [open(), open()];
  here.setWorkspace('mine', 'mine');
  there.setWorkspace('theirs', 'theirs');
  there.setTheme('light');
  here.reread('another key');
  expect(here.theme).toBe('system');
  here.reread(KEY);
  expect(here).toMatchObject({ theme: 'light', workspace: 'mine' });
  expect(dataset).toEqual({ theme: 'light' });
});

test.each(['not json', 'null', '[]', '{"theme":"pink","singleKeys":"no","workspace":7}'])(
  'what is not ours leaves the defaults: %s',
  (text) => {
    expect(browser(text).open()).toMatchObject({ theme: 'system', singleKeys: true, workspace: '' });
  },
);
