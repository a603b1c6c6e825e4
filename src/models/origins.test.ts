import { expect, it } from 'vitest';
import { mayConnect, modelSources } from './origins.ts';
import { providers } from './providers.ts';

it('lets a page reach every provider at its usual address, and nobody else', () => {
  const sources = modelSources();
  for (const { base } of providers) expect([base, mayConnect(base, sources)]).toEqual([base, true]);
  for (const other of [
    'https://evil.example/v1/',
    'http://api.openai.com/v1/',
    'https://api.openai.com:8443/v1/',
    'https://api.openai.com.evil.example/',
    'http://192.168.0.9:11434/v1/',
  ])
    expect([other, mayConnect(other, sources)]).toEqual([other, false]);
  expect(mayConnect('http://127.0.0.1:9999/x/', sources)).toBe(true);
});

it('takes more origins from whoever builds the page, and nothing that would say more than an origin', () => {
  const sources = modelSources(' https://models.example.org  https://*.corp.example:* ');
  expect(mayConnect('https://models.example.org/v1/', sources)).toBe(true);
  expect(mayConnect('https://gpu.corp.example:8443/v1/', sources)).toBe(true);
  expect(mayConnect('https://corp.example/', sources)).toBe(false);
  for (const wrong of [
    '*',
    "'unsafe-inline'",
    'https://a.example;script-src',
    'https:',
    'https://a.example/path',
  ])
    expect(() => modelSources(wrong), wrong).toThrow(/CONNECT_SRC/);
});
