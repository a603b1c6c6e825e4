import { describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import type { FakeReply } from '../../testing/fakeVendors.ts';
import { scripted } from '../../testing/scriptedModel.ts';
import { seedState } from '../environment/index.ts';
import { ModelError, type ModelRequest } from '../model/index.ts';
import { promptsDigest } from '../prompts/index.ts';
import { groundedExplorer } from './grounded.ts';
import { exploreWithModel } from './modelExplorer.ts';
import type { Trajectory } from './trajectory.ts';

const database = { kind: 'seed', domain: 'library', seed: 'explore', size: 60 } as const;
const state = seedState(library, database.seed, database.size);
const explored = [...groundedExplorer.explore({ domain: library, state, database, seed: 'g', count: 40 })];

/** The calls of a trajectory as the replies of a model, which then says that it is done. */
const repliesOf = (trajectory: Trajectory): FakeReply[] => [
  ...trajectory.steps.map(({ call }) => ({
    calls: [{ name: call.name, raw: JSON.stringify(call.arguments) }],
  })),
  { text: 'Done.' },
];

async function explore(replies: readonly (FakeReply | Error)[], count = 1, asked: ModelRequest[] = []) {
  const runs = [];
  const model = scripted(replies, asked);
  for await (const run of exploreWithModel({ domain: library, state, database, model, seed: 'm', count }))
    runs.push(run);
  return runs;
}

describe('a model that explores', () => {
  it('leaves the same kind of trajectory as a scripted explorer', async () => {
    const source = explored.find(
      ({ problem, requests }) =>
        problem === null && requests.every(({ intent }) => library.intent(intent)?.tool),
    );
    if (source === undefined) throw new Error('nothing explored');
    const [run] = await explore(repliesOf(source));
    expect(run?.trajectory).toMatchObject({
      explorer: `model scripted/model, prompts ${promptsDigest}`,
      problem: null,
      userId: source.userId,
    });
    expect(run?.trajectory.requests.map(({ intent }) => intent)).toEqual(
      source.requests.map(({ intent }) => intent),
    );
    expect(run?.notes).toHaveLength(source.steps.length + 1);
  });

  it('is stopped by the policy before a write, and told why', async () => {
    const source = explored.find(({ problem }) => problem !== null);
    if (source === undefined) throw new Error('no probe');
    const asked: ModelRequest[] = [];
    const [run] = await explore(repliesOf(source), 1, asked);
    expect(JSON.stringify(asked.at(-1)?.messages)).toContain('the policy forbids it');
    expect(run?.trajectory.problem?.code).toBe('no-write');
  });

  it('is pointed at what is covered least, and never offered a transfer', async () => {
    const asked: ModelRequest[] = [];
    await explore([{ text: 'Nothing.' }, { text: 'Nothing.' }], 2, asked);
    expect(asked).toHaveLength(2);
    const transfer = library.transferTool?.name;
    for (const { tools, messages } of asked) {
      expect(tools.some(({ name }) => name === transfer)).toBe(false);
      expect(messages[0]?.content).toContain('explored least');
    }
  });

  it('ends a run that makes no sense and goes on with the next; a failing server ends all', async () => {
    const loop = Array.from({ length: 6 }, () => ({ calls: [{ name: 'x', raw: '{}' }] }));
    expect(await explore([...loop, { text: 'Done.' }], 2)).toHaveLength(2);
    await expect(explore([new ModelError('server', 'Down.', '')])).rejects.toThrow('Down');
  });
});
