import { expect, it, test } from 'vitest';
import { checkedBase, KeyRing, originOf } from './keys.ts';
import { redact } from './redact.ts';

const KEY = 'sk-canary-0123456789abcdef';

it('gives a key to its own origin and to no other', () => {
  const ring = new KeyRing();
  ring.set('https://api.example.com/v1', ` ${KEY}\n`);
  expect(ring.get('https://api.example.com')).toBe(KEY);
  for (const other of [
    'http://api.example.com',
    'https://example.com',
    'https://api.example.com.evil.net',
    'https://api.example.com:444',
  ])
    expect(ring.get(other)).toBeNull();
  expect(ring.hint('https://api.example.com')).toBe('…cdef');
  ring.forgetAll();
  expect(ring.get('https://api.example.com')).toBeNull();
});

test.each(['', '   ', 'two words', 'schlüssel'])('refuses "%s" as a key', (key) => {
  expect(() => new KeyRing().set('https://a.example', key)).toThrow('key:');
});

test.each([
  ['ftp://a.example', 'https'],
  ['http://a.example/v1', 'https'],
  ['http://localhost.evil.net/v1', 'https'],
  ['http://127.0.0.1.evil.net/v1', 'https'],
  ['javascript:alert(1)', 'https'],
  ['https://user:pass@a.example', 'password'],
  ['https://a.example/v1?key=1', 'after the path'],
  ['api.example.com', 'no address'],
])('refuses %s as an address', (address, why) => {
  expect(() => checkedBase(address)).toThrow(why);
});

test.each([
  'https://a.example/v1',
  'http://localhost:11434/v1',
  'http://127.0.0.1:8080',
  'http://[::1]:8000/',
])('takes %s, with a slash at its end', (address) => {
  expect(checkedBase(address).href.endsWith('/')).toBe(true);
  expect(originOf(address)).toBe(new URL(address).origin);
});

it('takes secrets out of any text: known ones, encoded ones, and what looks like one', () => {
  const odd = 'my+secret/key=0123';
  const text = `a ${KEY} b ${encodeURIComponent(odd)} c Bearer abcdefgh12345678 d sk-ant-api03-abcdefghijklmnop e AIzaSyA0123456789abcdefghij`;
  const clean = redact(text, [KEY, odd]);
  for (const secret of [
    KEY,
    odd,
    encodeURIComponent(odd),
    'abcdefgh12345678',
    'api03-abcdefghijkl',
    'SyA0123456789',
  ])
    expect(clean).not.toContain(secret);
  expect(clean).toContain('…cdef');
});
