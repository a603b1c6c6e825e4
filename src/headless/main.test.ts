import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seedState } from '#core/environment/index.ts';
import { domains, findDomain } from '#domains/index.ts';
import { localIo } from '../testing/localIo.ts';
import { main } from './main.ts';

let folder = '';
const file = (name: string) => join(folder, name);
const write = (name: string, content: unknown) => {
  writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content));
  return file(name);
};

async function run(...words: string[]) {
  const { io, written } = localIo(domains);
  const code = await main(words, io);
  return { code, ...written };
}

const rowSchema = z.looseObject({ id: z.string(), condition: z.string(), certificate: z.object({}) });
const rows = (name: string) =>
  readFileSync(file(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

/** A file of tau2's shape whose one task looks a member up and renews nothing. */
const tau2Task = (action: unknown) => [
  {
    id: '0',
    user_scenario: { instructions: 'Hello.' },
    initial_state: null,
    evaluation_criteria: { actions: [action] },
  },
];
const lookUp = { name: 'find_member', arguments: { card: 'nobody', name: 'x', born: 'y' } };

const COUNT = 'general=2,ambiguous=1,infeasible=1';
const GENERATE = ['generate', '--domain', 'library', '--count', COUNT, '--seed', 'test', '--quiet'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headless-'));
  const library = findDomain('library');
  if (library === undefined) throw new Error('no library');
  write('db.json', seedState(library, 'file', 12).toDatabase());
  write('tasks.json', tau2Task(lookUp));
  const made = await run(...GENERATE, '--out', file('tasks.jsonl'));
  expect(made).toMatchObject({ code: 0, err: '' });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('lists its commands, and explains each', async () => {
    const help = await run();
    expect(help.code).toBe(0);
    for (const name of ['replay', 'grade', 'explore', 'generate', 'rollout', 'bench']) {
      expect(help.out).toContain(`  ${name} `);
      const own = await run(name, '--help');
      expect([own.code, own.err]).toEqual([0, '']);
      expect(own.out).toContain(`headless -- ${name} [options]`);
      expect(own.out).toMatch(/--quiet/);
    }
  });

  it('generates the same bytes for the same seed, with any number of workers', async () => {
    const again = await run(...GENERATE, '--out', file('again.jsonl'), '--workers', '1');
    expect(readFileSync(file('again.jsonl'), 'utf8')).toBe(readFileSync(file('tasks.jsonl'), 'utf8'));
    expect(JSON.parse(again.out)).toMatchObject({
      tasks: 4,
      counts: { general: 2, ambiguous: 1, changing: 0, infeasible: 1 },
    });
    expect(z.array(rowSchema).parse(rows('tasks.jsonl'))).toHaveLength(4);
  });

  it('explores, rolls out, and grades what it rolled out', async () => {
    const explored = await run('explore', '--domain', 'library', '--count', '3', '--quiet');
    expect(explored.out.trimEnd().split('\n')).toHaveLength(3);
    expect(JSON.parse(explored.err)).toMatchObject({ trajectories: 3 });

    const tasks = file('tasks.jsonl');
    const rolled = await run(
      ...['rollout', '--tasks', tasks, '--agents', 'careful,null', '--trials', '2'],
      ...['--out', file('rollouts.jsonl'), '--quiet'],
    );
    expect(JSON.parse(rolled.out)).toMatchObject({ rollouts: 16 });
    expect(rows('rollouts.jsonl')[0]).toMatchObject({
      agent: 'careful',
      trial: 0,
      reward: 1,
      termination_reason: 'user_stop',
    });

    const graded = await run('grade', '--tasks', tasks, '--rollouts', file('rollouts.jsonl'), '--quiet');
    expect(JSON.parse(graded.out)).toMatchObject({
      summary: { rollouts: 16, replayed_differently: 0, agreement: { compared: 16, agree: 16 } },
    });
    const replayed = await run('replay', '--tasks', tasks);
    expect(z.array(z.object({ task_id: z.string() })).parse(JSON.parse(replayed.out))).toHaveLength(4);
  }, 60_000);

  it('remembers the database file of tasks, and checks that it is the same', async () => {
    const made = await run(
      ...['generate', '--domain', 'library', '--db', file('db.json'), '--count', 'general=1'],
      ...['--out', file('own.jsonl'), '--quiet'],
    );
    expect(made.code).toBe(0);
    const rollout = ['rollout', '--tasks', file('own.jsonl'), '--agents', 'oracle', '--quiet'];
    // Found by its name, beside the tasks.
    expect(await run(...rollout, '--out', file('own-rollouts.jsonl'))).toMatchObject({ code: 0 });
    const library = findDomain('library');
    const other = library && seedState(library, 'other', 12).toDatabase();
    expect(await run(...rollout, '--db', write('other.json', other), '--out', file('x'))).toMatchObject({
      code: 2,
      err: `${file('other.json')}: not the database that ${file('own.jsonl')}, line 1 was made on (its digest differs).\n`,
    });
  }, 60_000);

  it('keeps a reference action that errors as an answer', async () => {
    const { code, out } = await run(
      ...['replay', '--domain', 'library', '--db', file('db.json'), '--tasks', file('tasks.json')],
    );
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

describe('bad input', () => {
  const library = ['--domain', 'library'];
  const cases: [what: string, words: () => string[], message: string][] = [
    ['a command', () => ['fly'], "there is no command 'fly'. Expected one of replay"],
    ['an option', () => ['replay', '--fast'], "Unknown option '--fast'"],
    ['a domain', () => ['explore', '--domain', 'moon'], "--domain: there is no domain 'moon'"],
    ['an explorer', () => ['explore', ...library, '--explorer', 'x'], "there is no explorer 'x'"],
    [
      'an agent',
      () => ['rollout', '--tasks', file('tasks.jsonl'), '--agents', 'gpt', '--out', file('x')],
      "--agents: there is no agent 'gpt'",
    ],
    ['a knob', () => ['explore', ...library, '--requests', '7'], '--requests: '],
    [
      'a missing file',
      () => ['replay', ...library, '--db', file('db.json'), '--tasks', file('nope')],
      'nope: there is no such file',
    ],
    [
      'a folder',
      () => ['replay', ...library, '--db', file('db.json'), '--tasks', folder],
      'this is a folder',
    ],
    [
      'broken JSON',
      () => ['replay', ...library, '--db', write('broken.json', '{\n"a": }'), '--tasks', file('tasks.json')],
      'broken.json: not valid JSON at line 2, column 6',
    ],
    [
      'a broken row',
      () => [
        'rollout',
        '--tasks',
        write('broken.jsonl', '{"id": 1}\n{'),
        '--agents',
        'null',
        '--out',
        file('x'),
      ],
      'broken.jsonl, line 1: not a task: at id',
    ],
    [
      'an empty file',
      () => ['replay', ...library, '--db', file('db.json'), '--tasks', write('empty.json', '\n')],
      'empty.json: the file is empty',
    ],
    [
      'no task',
      () => ['replay', ...library, '--db', file('db.json'), '--tasks', write('none.json', [])],
      'none.json: there is no task',
    ],
    [
      'another database',
      () => [
        'replay',
        ...library,
        '--db',
        write('wrong.json', { planes: {} }),
        '--tasks',
        file('tasks.json'),
      ],
      'wrong.json: not a Lending library database: at ',
    ],
    [
      'no database',
      () => ['replay', ...library, '--tasks', file('tasks.json')],
      '--db: tau2 tasks need a database file',
    ],
    [
      'an unknown tool',
      () => [
        ...['replay', ...library, '--db', file('db.json'), '--tasks'],
        write('tool.json', tau2Task({ name: 'fly', arguments: {} })),
      ],
      "task 0: the Lending library domain has no tool 'fly'",
    ],
    [
      'a malformed task',
      () => [
        ...['replay', ...library, '--db', file('db.json'), '--tasks'],
        write('malformed.json', tau2Task({ name: 'find_member' })),
      ],
      'malformed.json: task 0: at evaluation_criteria.actions.0.arguments',
    ],
    [
      'a database from a seed and from a file',
      () => ['explore', ...library, '--db', file('db.json'), '--size', '9'],
      '--size and --db-seed say nothing about a database from a file',
    ],
    [
      'a database beside tasks from a seed',
      () => ['replay', '--tasks', file('tasks.jsonl'), '--db', file('db.json')],
      "was made on the domain's own database",
    ],
    [
      'rollouts of other tasks',
      () => {
        const row = {
          rollout: {
            id: 'r',
            task: 'elsewhere',
            domain: 'library',
            agent: { id: 'null', title: 'n', kind: 'scripted' },
            trial: 0,
            seed: '1',
            events: [],
            termination: 'user_stop',
            statuses: {},
          },
          verdict: {
            class: 'fail',
            reward: 0,
            components: [],
            expected: {},
            actual: {},
            lines: [],
            diagnoses: [],
            counts: {},
          },
        };
        return ['grade', '--tasks', file('tasks.jsonl'), '--rollouts', write('elsewhere.jsonl', row)];
      },
      'elsewhere.jsonl, line 1: the task elsewhere is not in ',
    ],
    [
      'what is no rollout',
      () => [
        'grade',
        ...library,
        '--db',
        file('db.json'),
        '--rollouts',
        write('odd.json', '{"a":1,\n"b":2}'),
      ],
      'odd.json: expected rollouts',
    ],
    [
      'a place that cannot be written',
      () => ['explore', ...library, '--out', file('no/where.jsonl')],
      'the folder of this file does not exist',
    ],
  ];

  it.each(cases)('%s: one line on standard error, nothing else', async (_, words, message) => {
    const { code, out, err } = await run(...words());
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  });

  it('leaves no half-written file when it is interrupted', async () => {
    const { io, written } = localIo(domains);
    const signal = AbortSignal.abort();
    const code = await main([...GENERATE, '--out', file('half.jsonl')], { ...io, signal });
    expect([code, written]).toEqual([130, { out: '', err: 'Interrupted.\n' }]);
    expect(readdirSync(folder).filter((name) => name.includes('half'))).toEqual([]);
  });
});
