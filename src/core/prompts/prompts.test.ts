import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { shortDigest } from '../environment/index.ts';
import { promptsDigest } from './index.ts';

it('is the digest of every prompt that there is', () => {
  const folder = new URL('.', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const texts = files.map((name) => [name.replace('.md', ''), readFileSync(new URL(name, folder), 'utf8')]);
  expect(promptsDigest).toBe(shortDigest(Object.fromEntries(texts) as Record<string, string>));
});
