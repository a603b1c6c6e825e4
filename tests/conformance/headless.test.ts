import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeReference, expectedSchema, readReference } from './reference.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const retail = '../shared/tau-bench/retail';

describeReference('retail', 'the command line, as a process of its own', () => {
  it('replays the tasks of the reference to the letter', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        'scripts/headless.mjs',
        'replay',
        '--domain',
        'retail',
        '--db',
        `${retail}/db.json`,
        '--tasks',
        `${retail}/tasks.json`,
      ],
      { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
    expect([status, stderr]).toEqual([0, '']);
    const ours = expectedSchema.parse(JSON.parse(stdout));
    expect(ours).toEqual(expectedSchema.parse(readReference('retail', 'expected.json')));
  }, 120_000);
});
