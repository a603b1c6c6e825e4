import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandLine } from '../testing/commandLine.ts';

let line: CommandLine;
let tasks = '';
let rollouts = '';
beforeAll(async () => {
  line = await CommandLine.open();
  [tasks, rollouts] = [line.file('tasks.jsonl'), line.file('rollouts.jsonl')];
  const agents = 'careful,eager,overcompliant,null';
  const made = await line.run([
    'rollout',
    '--tasks',
    tasks,
    '--agents',
    agents,
    '--out',
    rollouts,
    '--quiet',
  ]);
  if (made.code !== 0) throw new Error(made.err);
}, 60_000);
afterAll(() => line.remove());

const run = (out: string, ...more: string[]) =>
  line.run(['export', '--tasks', tasks, '--out', line.file(out), '--quiet', ...more]);
const summarySchema = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
  counts: z.record(z.string(), z.number()),
  recipe: z.string(),
});

describe('the export command', () => {
  it('writes the files that it lists, and a summary', async () => {
    const { code, out, err } = await run(
      ...(['all', '--rollouts', rollouts, '--format', 'openai,trl,preference,tau2,tau2-results'] as const),
      ...['--files', 'jsonl,parquet', '--starter', '--validation', '0', '--date', '2026-01-01T00:00:00.000Z'],
    );
    expect([code, err]).toEqual([0, '']);
    const summary = summarySchema.parse(JSON.parse(out));
    expect(summary.counts).toMatchObject({ tasks: 4, rollouts: 16, validation: 0, test: 0 });
    for (const { path, bytes } of summary.files)
      expect(readFileSync(join(line.file('all'), path))).toHaveLength(bytes);
    const rows = readFileSync(line.file('all/openai/train.jsonl'), 'utf8').trimEnd().split('\n');
    expect(rows).toHaveLength(summary.counts['train'] ?? 0);
    const parquet = readFileSync(line.file('all/openai/train.parquet'));
    expect(await parquetReadObjects({ file: new Uint8Array(parquet).buffer })).toHaveLength(rows.length);
    expect(existsSync(line.file('all/starter/train.py'))).toBe(true);
  });

  it('writes tau2 tasks without any rollout, and the same bytes for the same date', async () => {
    const date = ['--date', '2026-01-01T00:00:00.000Z'];
    for (const name of ['a', 'b'])
      expect(await run(name, '--format', 'tau2', ...date)).toMatchObject({ code: 0 });
    const folder = 'tau2/data/tau2/domains/library';
    expect(readdirSync(line.file(`a/${folder}`)).sort()).toEqual([
      'db.json',
      'policy.md',
      'split_tasks.json',
      'tasks.json',
      'tools.json',
    ]);
    expect(readFileSync(line.file(`a/${folder}/tasks.json`), 'utf8')).toBe(
      readFileSync(line.file(`b/${folder}/tasks.json`), 'utf8'),
    );
  });

  it('writes tasks that `replay` reads as tau2 tasks of its own database', async () => {
    await run('back', '--format', 'tau2');
    const folder = 'back/tau2/data/tau2/domains/library';
    const { code, out } = await line.run([
      ...['replay', '--domain', 'library', '--db', line.file(`${folder}/db.json`)],
      ...['--tasks', line.file(`${folder}/tasks.json`)],
    ]);
    expect(code).toBe(0);
    const steps = z
      .array(z.object({ steps: z.array(z.object({ error: z.boolean() })) }))
      .parse(JSON.parse(out));
    expect(steps).toHaveLength(4);
    expect(steps.flatMap((task) => task.steps).every(({ error }) => !error)).toBe(true);
  });

  it.each([
    [['--format', 'csv', '--rollouts', '@'], /^format: there is no format 'csv'\. Expected some of openai,/],
    [['--format', 'openai'], /^command line: --rollouts FILE is missing: openai is made of rollouts\.$/],
    [['--rollouts', '@', '--files', 'csv'], /^--files: expected jsonl, parquet or both, got 'csv'\.$/],
    [['--rollouts', '@', '--name', '../x'], /^option for name: expected letters, digits,/],
    [['--rollouts', '@', '--split-by', 'task'], /^option for split\.by: /],
    [
      ['--rollouts', '@', '--agents', 'nobody'],
      /^command line: there is nothing to write\. Rollouts left out: /,
    ],
    [['--rollouts', 'none.jsonl'], /none\.jsonl: there is no such file\./],
  ])('says what is wrong with %j, and writes nothing', async (words, message) => {
    const { code, out, err } = await run('bad', ...words.map((word) => (word === '@' ? rollouts : word)));
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd()).toMatch(message);
    expect(existsSync(line.file('bad'))).toBe(false);
  });

  it('replaces nothing', async () => {
    mkdirSync(line.file('full'));
    line.write('full/note.txt', 'mine');
    expect(await run('full', '--format', 'tau2')).toMatchObject({
      code: 2,
      err: `${line.file('full')}: this folder is not empty. Name a new one: nothing is replaced.\n`,
    });
    expect(readdirSync(line.file('full'))).toEqual(['note.txt']);
    expect(await run('no/such/place', '--format', 'tau2')).toMatchObject({ code: 2 });
  });

  it('names a rollout whose task is not in the file', async () => {
    const row = line.rows('rollouts.jsonl')[0] as { rollout: object };
    const file = line.write(
      'lost.jsonl',
      JSON.stringify({ ...row, rollout: { ...row.rollout, task: 'gone' } }),
    );
    expect(await run('bad', '--rollouts', file)).toMatchObject({
      code: 2,
      err: `${file}, line 1: the task gone is not in ${tasks}.\n`,
    });
  });
});
