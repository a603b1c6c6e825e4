import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { starterFiles } from './index.ts';

const text = (path: string) => {
  const content = starterFiles('my-set', 'https://play.example').find(
    (file) => file.path === `starter/${path}`,
  )?.content;
  if (typeof content !== 'string') throw new Error(`no ${path}`);
  return content;
};
const hasPython = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it('fills in the name and the address, and leaves no placeholder', () => {
  const readMe = text('README.md');
  expect(readMe).toContain('--lora-modules my-set=out');
  expect(readMe).toContain('["https://play.example"]');
  for (const { content } of starterFiles('my-set', 'https://play.example'))
    expect(content).not.toMatch(/\{\{\w+\}\}/);
});

it('pins every requirement', () => {
  for (const path of ['requirements.txt', 'requirements-serve.txt'])
    for (const line of text(path).trimEnd().split('\n')) expect(line).toMatch(/^[a-z-]+==\d+(\.\d+)+$/);
});

it('names files that exist, with settings that the script reads', () => {
  const config = text('config.yaml');
  for (const key of ['model', 'data', 'chat_template', 'lora', 'training']) {
    expect(config).toMatch(new RegExp(`^${key}:`, 'm'));
    expect(text('train.py')).toContain(`"${key}"`);
  }
  expect(config).toMatch(/^data: \.\.\/trl$/m);
});

it.skipIf(!hasPython)('has a script that Python compiles (skipped without python3)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'starter-'));
  try {
    writeFileSync(join(folder, 'train.py'), text('train.py'));
    execFileSync('python3', ['-m', 'py_compile', join(folder, 'train.py')]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
