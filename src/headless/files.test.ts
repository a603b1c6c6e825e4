import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isOneDocument, openOutput, readRows } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(folder, 'input');
  writeFileSync(path, text);
  return path;
};

describe('a file of rows', () => {
  it('is read line by line, with the line of a fault', async () => {
    const read: unknown[] = [];
    const reading = async () => {
      for await (const { value } of readRows(file('{"a":1}\r\n\n{"a":2}\n{"a":\n'))) read.push(value);
    };
    await expect(reading()).rejects.toThrow('input: not valid JSON at line 4, column 6');
    expect(read).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each([
    ['{"a": 1}\n{"a": 2}\n', false],
    ['{"a": 1}', false],
    ['{"results": 1}', true],
    ['{\n "a": 1\n}', true],
    ['[{"a": 1}]', true],
    ['[\n{"a": 1}\n]', true],
    ['', true],
    ['{"a": \n', true],
  ])('is told from one document: %j', async (text, expected) => {
    const isDocument = (value: unknown) => typeof value === 'object' && value !== null && 'results' in value;
    expect(await isOneDocument(file(text), isDocument)).toBe(expected);
  });
});

describe('a file that is written', () => {
  it('appears when it is complete, and leaves nothing when it is not', async () => {
    const path = join(folder, 'output');
    const first = await openOutput(path);
    await first.write('half');
    expect(existsSync(path)).toBe(false);
    await first.discard();
    const second = await openOutput(path);
    for (let i = 0; i < 3000; i += 1) await second.write('x'.repeat(100));
    await second.commit();
    await second.discard();
    expect(readFileSync(path, 'utf8')).toHaveLength(300_000);
    expect(readdirSync(folder).sort()).toEqual(['input', 'output']);
  });
});
