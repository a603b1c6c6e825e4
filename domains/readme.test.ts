import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkIds } from '#core/certify/index.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const text = (path: string) => readFileSync(at(path), 'utf8');
const guide = text('./README.md');

/** Blocks of the guide whose fence names a file: "```ts library/tools.ts". */
const pieces = [...guide.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, file = '', code = '']) => [file, code] as const,
);
const without = (space: string) => space.replace(/\s+/g, '');

// The guide shows code that runs, or it would be out of date at the next change.
describe('the guide', () => {
  test('has pieces of code for every step', () => {
    expect(new Set(pieces.map(([file]) => file))).toEqual(
      new Set(['library/schema.ts', 'library/tools.ts', 'library/index.ts', 'library/intents.ts']),
    );
  });

  test.each(pieces)('takes its code word for word from %s', (file, code) => {
    expect(without(text(`./${file}`))).toContain(without(code));
  });

  test('has no code from anywhere else', () => {
    expect([...guide.matchAll(/^```(ts|js)/gm)]).toHaveLength(pieces.length);
  });

  test('names fields that the contract has', () => {
    const contract = ['domain', 'intent', 'tool', 'rule'].map((file) =>
      text(`../src/core/environment/${file}.ts`),
    );
    const rows = guide.slice(guide.indexOf('## For special cases')).matchAll(/^\| (`.*?) \|/gm);
    const fields = [...rows].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(fields.length).toBeGreaterThan(10);
    for (const field of fields)
      expect(
        contract.some((source) => new RegExp(`^  (readonly )?${field}\\??[:(]`, 'm').test(source)),
        field,
      ).toBe(true);
  });

  test('names checks, commands and files that exist', () => {
    const missing = guide.slice(guide.indexOf('## When something'), guide.indexOf('## For special'));
    for (const [id] of missing.matchAll(/\b[GSACIE]\d\b/g)) expect(checkIds).toContain(id);
    const { scripts } = JSON.parse(text('../package.json')) as { scripts: Record<string, string> };
    for (const [, name = ''] of guide.matchAll(/npm run (?:--silent )?(\w+)/g))
      expect(scripts).toHaveProperty(name);
    for (const [, path = ''] of guide.matchAll(/vitest run --project unit (.*)$/gm))
      for (const name of path.split(' ')) expect(existsSync(at(`../${name}.test.ts`)), name).toBe(true);
    for (const [, path = ''] of guide.matchAll(/`(src\/\S+)`/g))
      expect(existsSync(at(`../${path}`)), path).toBe(true);
  });

  test('says how small the smallest domain is', () => {
    const files = ['index.ts', 'intents.ts', 'policy.md', 'schema.ts', 'tools.ts'];
    const lines = files.reduce(
      (sum, file) => sum + text(`./library/${file}`).trimEnd().split('\n').length,
      0,
    );
    expect(lines).toBeLessThan(250);
  });
});
