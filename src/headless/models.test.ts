import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CommandLine } from '../testing/commandLine.ts';
import {
  fakeVendors,
  type FakeBehaviour,
  type FakeRequest,
  type FakeVendors,
} from '../testing/fakeVendors.ts';

const KEY = 'sk-canary-0123456789abcdef';
let line: CommandLine;
let server: FakeVendors;
let behave: (request: FakeRequest) => FakeBehaviour = () => ({ type: 'hang' });

beforeAll(async () => {
  line = await CommandLine.open();
  server = await fakeVendors((request) => behave(request));
}, 60_000);
afterAll(async () => {
  await server.close();
  line.remove();
});

const env = (name: string) => (name === 'OPENAI_API_KEY' ? KEY : undefined);
const roll = (out: string, ...more: string[]) =>
  line.run(
    [
      ...['rollout', '--tasks', line.file('tasks.jsonl'), '--out', line.file(out), '--quiet'],
      ...['--base', `openai=${server.url}openai/`, ...more],
    ],
    { env },
  );
const rowSchema = z.looseObject({
  agent: z.string(),
  reward: z.number().nullable(),
  termination_reason: z.string(),
});

it('rolls out a model and a baseline side by side, with the model in the user seat as well', async () => {
  const said = { type: 'reply', reply: { text: 'I am sorry, but I cannot help with that.' } } as const;
  const form = {
    asks_identity: false,
    asks: [],
    wants_yes: [],
    wrong: [],
    done: [],
    refused: ['r1'],
    hands_over: false,
  };
  behave = ({ body }) =>
    'response_format' in (body as object) ? { type: 'reply', reply: { text: JSON.stringify(form) } } : said;
  const run = await roll(
    'rollouts.jsonl',
    '--agents',
    'careful,openai/fake-small',
    '--user',
    'openai/fake-small',
  );
  expect([run.code, run.err]).toEqual([0, '']);
  const rows = z.array(rowSchema).parse(line.rows('rollouts.jsonl'));
  expect(rows).toHaveLength(8);
  expect(rows.filter(({ agent }) => agent === 'careful').map(({ reward }) => reward)).toEqual([1, 1, 1, 1]);
  expect(rows.filter(({ agent }) => agent === 'openai/fake-small').map(({ reward }) => reward)).toEqual([
    0, 0, 0, 0,
  ]);
  expect(JSON.parse(run.out)).toMatchObject({ spent: { prompt: expect.any(Number) as number } });
  for (const text of [run.out, run.err, readFileSync(line.file('rollouts.jsonl'), 'utf8')])
    expect(text).not.toContain(KEY);
}, 60_000);

it('excludes and counts what the server did, and never as a failure of the agent', async () => {
  behave = () => ({ type: 'status', status: 401, body: `{"error":{"message":"no such key ${KEY}"}}` });
  const run = await roll('wrong-key.jsonl', '--agents', 'openai/fake-small');
  expect(run.code).toBe(0);
  const rows = z.array(rowSchema).parse(line.rows('wrong-key.jsonl'));
  expect(
    rows.every(({ reward, termination_reason: reason }) => reward === null && reason === 'model_error'),
  ).toBe(true);
  expect(readFileSync(line.file('wrong-key.jsonl'), 'utf8')).not.toContain(KEY);
}, 60_000);

it('stops asking when the limit is reached', async () => {
  behave = () => ({ type: 'reply', reply: { text: 'Who are you?' } });
  const before = server.requests.length;
  const run = await roll(
    'limit.jsonl',
    '--agents',
    'openai/fake-small',
    '--max-calls',
    '3',
    '--at-once',
    '1',
  );
  expect(run.code).toBe(0);
  expect(server.requests.length - before).toBe(3);
  const rows = z.array(rowSchema).parse(line.rows('limit.jsonl'));
  expect(rows.filter(({ termination_reason: reason }) => reason === 'budget_reached').length).toBeGreaterThan(
    0,
  );
}, 60_000);

it.each([
  ['a provider that does not exist', ['--agents', 'nobody/x'], 'Providers: openai'],
  ['a key that is missing', ['--agents', 'anthropic/x'], 'Anthropic needs a key'],
  ['an address that leaks', ['--agents', 'openai/x', '--base', 'openai=http://example.com/v1'], 'https'],
  ['a user that is nobody', ['--agents', 'careful', '--user', 'nobody'], '--user'],
])('refuses %s in one line', async (_, words, message) => {
  const run = await roll('never.jsonl', ...words);
  expect(run.code).toBe(2);
  expect(run.err).toContain(message);
  expect(run.err.trim().split('\n')).toHaveLength(1);
});
