import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Router } from './router.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function page(hash: string) {
  const location = { hash, href: `https://example.org/${hash}` };
  const replaceState = vi.fn((_data: unknown, _title: string, url?: string | URL | null) => {
    location.hash = String(url);
    location.href = `https://example.org/${String(url)}`;
  });
  return { location, history: { replaceState } };
}

test('a held key changes the route at once and the address only now and then', () => {
  const window = page('#/trace/r1');
  const router = new Router(window);
  for (let step = 1; step <= 100; step += 1) {
    router.setKeys({ s: String(step) });
    vi.advanceTimersByTime(10);
  }
  expect(router.keys).toEqual({ s: '100' });
  vi.advanceTimersByTime(1000);
  expect(window.location.hash).toBe('#/trace/r1?s=100');
  expect(window.history.replaceState.mock.calls.length).toBeLessThan(10);
});

test('a link holds the newest place', () => {
  const router = new Router(page('#/trace/r1?v=checks'));
  router.setKeys({ s: '7', v: undefined });
  expect(router.link()).toBe('https://example.org/#/trace/r1?s=7');
});

test('links keep the presentation on', () => {
  const router = new Router(page('#/results?p=1'));
  expect(router.href('trace', 'r1', { s: '2' })).toBe('#/trace/r1?s=2&p=1');
  expect(router.href('lab')).toBe('#/lab?p=1');
});

test('the way back leads to a screen as it was left', () => {
  const window = page('#/results?v=outcome:fail');
  const router = new Router(window);
  expect(router.hrefBack('results')).toBe('#/results');
  router.setKeys({ v: 'agent:eager' });
  window.location.hash = '#/trace/r1?p=1';
  router.read();
  expect(router.hrefBack('results')).toBe('#/results?v=agent%3Aeager&p=1');
});

test('a fragment inside the page is no route', () => {
  const window = page('#/lab');
  const router = new Router(window);
  window.location.hash = '#main';
  router.read();
  expect(router.screen).toBe('lab');
});
