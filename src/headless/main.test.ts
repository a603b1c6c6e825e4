import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandLine, GENERATE, libraryDatabase, lookUp } from '../testing/commandLine.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await CommandLine.open();
}, 60_000);
afterAll(() => line.remove());

const rowSchema = z.looseObject({ id: z.string(), condition: z.string(), certificate: z.object({}) });

describe('the command line', () => {
  it('lists its commands, and explains each', async () => {
    const help = await line.run([]);
    expect(help.code).toBe(0);
    for (const name of ['replay', 'grade', 'explore', 'generate', 'rollout', 'bench']) {
      expect(help.out).toContain(`  ${name} `);
      const own = await line.run([name, '--help']);
      expect([own.code, own.err]).toEqual([0, '']);
      expect(own.out).toContain(`headless -- ${name} [options]`);
      expect(own.out).toMatch(/--quiet/);
    }
  });

  it('generates the same bytes for the same seed, with any number of workers', async () => {
    const again = await line.run([...GENERATE, '--out', line.file('again.jsonl'), '--workers', '1']);
    expect(readFileSync(line.file('again.jsonl'), 'utf8')).toBe(
      readFileSync(line.file('tasks.jsonl'), 'utf8'),
    );
    expect(JSON.parse(again.out)).toMatchObject({
      tasks: 4,
      counts: { general: 2, ambiguous: 1, changing: 0, infeasible: 1 },
    });
    expect(z.array(rowSchema).parse(line.rows('tasks.jsonl'))).toHaveLength(4);
  });

  it('explores, rolls out, and grades what it rolled out', async () => {
    const explored = await line.run(['explore', '--domain', 'library', '--count', '3', '--quiet']);
    expect(explored.out.trimEnd().split('\n')).toHaveLength(3);
    expect(JSON.parse(explored.err)).toMatchObject({ trajectories: 3 });

    const tasks = line.file('tasks.jsonl');
    const rolled = await line.run([
      ...['rollout', '--tasks', tasks, '--agents', 'careful,null', '--trials', '2'],
      ...['--out', line.file('rollouts.jsonl'), '--quiet'],
    ]);
    expect(JSON.parse(rolled.out)).toMatchObject({ rollouts: 16 });
    expect(line.rows('rollouts.jsonl')[0]).toMatchObject({
      agent: 'careful',
      trial: 0,
      reward: 1,
      termination_reason: 'user_stop',
    });

    const graded = await line.run([
      'grade',
      '--tasks',
      tasks,
      '--rollouts',
      line.file('rollouts.jsonl'),
      '--quiet',
    ]);
    expect(JSON.parse(graded.out)).toMatchObject({
      summary: { rollouts: 16, replayed_differently: 0, agreement: { compared: 16, agree: 16 } },
    });
    const replayed = await line.run(['replay', '--tasks', tasks]);
    expect(z.array(z.object({ task_id: z.string() })).parse(JSON.parse(replayed.out))).toHaveLength(4);
  }, 60_000);

  it('measures itself', async () => {
    const count = 'general=1,ambiguous=1';
    const { code, out, err } = await line.run(['bench', '--domain', 'library', '--count', count]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      command: expect.stringContaining(
        `bench --domain library --count ${count} --seed 1 --workers 2`,
      ) as string,
      generation: { tasks: 2, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      rollouts: { count: 16 },
    });
    expect(err).toMatch(/^oracle +1\.000 +1\.000$/m);
  }, 60_000);

  it('remembers the database file of tasks, and checks that it is the same', async () => {
    const made = await line.run([
      ...['generate', '--domain', 'library', '--db', line.file('db.json'), '--count', 'general=1'],
      ...['--out', line.file('own.jsonl'), '--quiet'],
    ]);
    expect(made.code).toBe(0);
    const rollout = ['rollout', '--tasks', line.file('own.jsonl'), '--agents', 'oracle', '--quiet'];
    // Found by its name, beside the tasks.
    expect(await line.run([...rollout, '--out', line.file('own-rollouts.jsonl')])).toMatchObject({ code: 0 });
    const other = libraryDatabase('other');
    expect(
      await line.run([...rollout, '--db', line.write('other.json', other), '--out', line.file('x')]),
    ).toMatchObject({
      code: 2,
      err: `${line.file('other.json')}: not the database that ${line.file('own.jsonl')}, line 1 was made on (its digest differs).\n`,
    });
  }, 60_000);

  it('keeps a reference action that errors as an answer', async () => {
    const { code, out } = await line.run([
      ...['replay', '--domain', 'library', '--db', line.file('db.json'), '--tasks', line.file('tasks.json')],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual([
      {
        task_id: '0',
        steps: [{ ...lookUp, error: true, content: expect.stringMatching(/^Error: /) as string }],
        changed: {},
      },
    ]);
  });
});
