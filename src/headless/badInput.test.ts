import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, GENERATE, lookUp, tau2Tasks } from '../testing/commandLine.ts';

let line: CommandLine;
beforeAll(async () => {
  line = await CommandLine.open();
}, 60_000);
afterAll(() => line.remove());

describe('bad input', () => {
  const library = ['--domain', 'library'];
  const cases: [what: string, words: () => string[], message: string][] = [
    ['a command', () => ['fly'], "there is no command 'fly'. Expected one of replay"],
    ['an option', () => ['replay', '--fast'], "Unknown option '--fast'"],
    ['a domain', () => ['explore', '--domain', 'moon'], "--domain: there is no domain 'moon'"],
    ['an explorer', () => ['explore', ...library, '--explorer', 'x'], "there is no explorer 'x'"],
    [
      'an agent',
      () => ['rollout', '--tasks', line.file('tasks.jsonl'), '--agents', 'gpt', '--out', line.file('x')],
      "--agents: there is no agent 'gpt'",
    ],
    [
      'a task file that is no list',
      () => ['check', ...library, '--db', line.file('db.json'), '--tasks', line.write('one.json', '{}')],
      'one.json: expected a list of tau2 tasks',
    ],
    ['a knob', () => ['explore', ...library, '--requests', '7'], '--requests: '],
    [
      'a missing file',
      () => ['replay', ...library, '--db', line.file('db.json'), '--tasks', line.file('nope')],
      'nope: there is no such file',
    ],
    [
      'a folder',
      () => ['replay', ...library, '--db', line.file('db.json'), '--tasks', line.folder],
      'this is a folder',
    ],
    [
      'broken JSON',
      () => [
        'replay',
        ...library,
        '--db',
        line.write('broken.json', '{\n"a": }'),
        '--tasks',
        line.file('tasks.json'),
      ],
      'broken.json: not valid JSON at line 2, column 6',
    ],
    [
      'a broken row',
      () => [
        'rollout',
        '--tasks',
        line.write('broken.jsonl', '{"id": 1}\n{'),
        '--agents',
        'null',
        '--out',
        line.file('x'),
      ],
      'broken.jsonl, line 1: not a task: at id',
    ],
    [
      'an empty file',
      () => ['replay', ...library, '--db', line.file('db.json'), '--tasks', line.write('empty.json', '\n')],
      'empty.json: the file is empty',
    ],
    [
      'a task that is there twice',
      () => {
        const [first] = line.rows('tasks.jsonl');
        const twice = `${JSON.stringify(first)}\n${JSON.stringify(first)}\n`;
        return ['replay', '--tasks', line.write('twice.jsonl', twice)];
      },
      'is in this file twice',
    ],
    [
      'no task',
      () => ['replay', ...library, '--db', line.file('db.json'), '--tasks', line.write('none.json', [])],
      'none.json: there is no task',
    ],
    [
      'another database',
      () => [
        'replay',
        ...library,
        '--db',
        line.write('wrong.json', { planes: {} }),
        '--tasks',
        line.file('tasks.json'),
      ],
      'wrong.json: not a Lending library database: at ',
    ],
    [
      'no database',
      () => ['replay', ...library, '--tasks', line.file('tasks.json')],
      '--db: tau2 tasks need a database file',
    ],
    [
      'an unknown tool',
      () => [
        ...['replay', ...library, '--db', line.file('db.json'), '--tasks'],
        line.write('tool.json', tau2Tasks({ name: 'fly', arguments: {} })),
      ],
      "task 0: the Lending library domain has no tool 'fly'",
    ],
    [
      'a malformed task',
      () => [
        ...['replay', ...library, '--db', line.file('db.json'), '--tasks'],
        line.write('malformed.json', tau2Tasks({ name: 'find_member' })),
      ],
      'malformed.json: task 0: at evaluation_criteria.actions.0.arguments',
    ],
    [
      'a database from a seed and from a file',
      () => ['explore', ...library, '--db', line.file('db.json'), '--size', '9'],
      '--size and --db-seed say nothing about a database from a file',
    ],
    [
      'a database beside tasks from a seed',
      () => ['replay', '--tasks', line.file('tasks.jsonl'), '--db', line.file('db.json')],
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
        return [
          'grade',
          '--tasks',
          line.file('tasks.jsonl'),
          '--rollouts',
          line.write('elsewhere.jsonl', row),
        ];
      },
      'elsewhere.jsonl, line 1: the task elsewhere is not in ',
    ],
    [
      'what is no rollout',
      () => [
        'grade',
        ...library,
        '--db',
        line.file('db.json'),
        '--rollouts',
        line.write('odd.json', '{"a":1,\n"b":2}'),
      ],
      'odd.json: expected rollouts',
    ],
    [
      'a place that cannot be written',
      () => ['explore', ...library, '--out', line.file('no/where.jsonl')],
      'the folder of this file does not exist',
    ],
  ];

  it.each(cases)('%s: one line on standard error, nothing else', async (_, words, message) => {
    const { code, out, err } = await line.run([...words()]);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  });

  it('shows a task that names an unknown tool beside the others', async () => {
    const [good] = tau2Tasks(lookUp);
    const [odd] = tau2Tasks({ name: 'fly', arguments: {} });
    const tasks = line.write('some.json', [good, { ...odd, id: 'odd' }]);
    const base = [...library, '--db', line.file('db.json'), '--tasks', tasks];
    const replayed = await line.run(['replay', ...base]);
    expect(JSON.parse(replayed.out)).toMatchObject([
      { task_id: '0', steps: [{ name: 'find_member' }] },
      { task_id: 'odd', problem: "the Lending library domain has no tool 'fly'." },
    ]);
    const simulation = { termination_reason: 'user_stop', messages: [], trial: 0 };
    const rollouts = line.write('results.json', {
      simulations: ['0', 'odd', 'none'].map((task_id) => ({ ...simulation, task_id })),
    });
    const graded = await line.run(['grade', ...base, '--rollouts', rollouts]);
    expect(JSON.parse(graded.out)).toMatchObject({
      rollouts: [
        { task_id: '0', reward: expect.any(Number) as number, difference: null },
        { reward: null, difference: "Not judged: task odd: the Lending library domain has no tool 'fly'." },
        { reward: null, difference: expect.stringMatching(/^Not judged: task none is not in/) as string },
      ],
      summary: { rollouts: 3, judged: 1 },
    });
  });

  it('leaves no half-written file when it is interrupted', async () => {
    const words = [...GENERATE, '--out', line.file('half.jsonl')];
    const result = await line.run(words, { signal: AbortSignal.abort() });
    expect(result).toEqual({ code: 130, out: '', err: 'Interrupted.\n' });
    expect(readdirSync(line.folder).filter((name) => name.includes('half'))).toEqual([]);
  });
});
