import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { formatHash, parseHash, routeKeys, screenIds, START } from './route.ts';

test.each(['', '#', '#/', '#/start'])('%j is the start', (hash) => {
  expect(parseHash(hash)).toEqual({ route: START, problem: null });
});

test('a trace is named by the id of its rollout, slashes and all', () => {
  const hash = formatHash({ screen: 'trace', id: 'run/task/eager/0', keys: { s: '4' } });
  expect(hash).toBe('#/trace/run%2Ftask%2Feager%2F0?s=4');
  expect(parseHash(hash).route.id).toBe('run/task/eager/0');
});

test('no key but the known ones is read', () => {
  expect(parseHash('#/lab?r=abc&endpoint=https://example.com&s=').route.keys).toEqual({ r: 'abc' });
});

test.each([
  ['#/nowhere', /names a screen "nowhere"/],
  ['#/trace', /names no rollout/],
  ['#/trace/%E0%A4%A', /names no rollout/],
])('%j leads to the start and says why', (hash, why) => {
  const { route, problem } = parseHash(hash);
  expect(route).toEqual(START);
  expect(problem).toMatch(why);
});

const keys = fc.record(Object.fromEntries(routeKeys.map((key) => [key, fc.string({ minLength: 1 })])), {
  requiredKeys: [],
});

property.prop([fc.constantFrom(...screenIds), fc.string({ minLength: 1, unit: 'grapheme' }), keys])(
  'every place has an address that leads back to it',
  (screen, id, found) => {
    const route = { screen, id, keys: found };
    expect(parseHash(formatHash(route)).route).toEqual(route);
  },
);
