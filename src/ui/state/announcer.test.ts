import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Announcer } from './announcer.svelte.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('progress is spoken at most every five seconds, and then the newest', () => {
  const announcer = new Announcer(() => Date.now());
  const spoken: string[] = [];
  for (let i = 0; i <= 120; i += 1) {
    announcer.announce(`${i}`);
    if (announcer.spoken !== spoken.at(-1)) spoken.push(announcer.spoken);
    vi.advanceTimersByTime(100);
  }
  expect(spoken).toEqual(['0', '49', '99']);
});

test('a message goes by itself, an error stays', () => {
  const announcer = new Announcer();
  announcer.toast('Copied.');
  announcer.toast('The link could not be copied.', 'error');
  vi.advanceTimersByTime(10_000);
  expect(announcer.toasts.map((toast) => toast.kind)).toEqual(['error']);
  announcer.dismiss(announcer.toasts[0]?.id ?? 0);
  expect(announcer.toasts).toEqual([]);
});
