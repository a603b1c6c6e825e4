import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeReference, expectedSchema, readReference } from './reference.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const data = '../shared/tau-bench';

const gradedSchema = z.looseObject({
  task_id: z.string(),
  trial: z.int(),
  recorded_reward: z.number(),
  reward: z.number(),
  difference: z.null(),
});

/** Runs a command in a process of its own; what it printed, as JSON. */
function headless(...args: string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/headless.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe.each(['retail', 'airline'])('the domain %s', (domain) => {
  describeReference(domain, 'on the command line, as a process of its own', () => {
    it('replays the tasks of the reference to the letter', () => {
      const [db, tasks] = [`${data}/${domain}/db.json`, `${data}/${domain}/tasks.json`];
      const ours = expectedSchema.parse(headless('replay', '--domain', domain, '--db', db, '--tasks', tasks));
      expect(ours).toEqual(expectedSchema.parse(readReference(domain, 'expected.json')));
    }, 120_000);
  });
});

describeReference('airline', 'rollouts that others recorded', () => {
  it('are graded on the command line, one by one', () => {
    const graded = z
      .object({ rollouts: z.array(gradedSchema), summary: z.looseObject({ rollouts: z.int() }) })
      .parse(
        headless(
          ...['grade', '--domain', 'airline', '--db', `${data}/airline/db.json`, '--quiet'],
          ...['--rollouts', `${data}/airline/gpt-4o-rollouts.json`],
        ),
      );
    expect(graded.rollouts).toHaveLength(100);
    expect(graded.rollouts.filter((one) => one.reward !== one.recorded_reward)).toEqual([]);
  }, 120_000);
});
