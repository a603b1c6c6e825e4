import { beforeAll, describe, expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import type { FakeReply } from '../../../testing/fakeVendors.ts';
import { scripted } from '../../../testing/scriptedModel.ts';
import type { Task } from '../../certify/index.ts';
import { seedState } from '../../environment/index.ts';
import { judge } from '../../evaluate/index.ts';
import {
  ModelError,
  modelTools,
  NetworkError,
  type LanguageModel,
  type ModelRequest,
} from '../../model/index.ts';
import { createRunner } from '../../pipeline/index.ts';
import { careful } from '../baselines/index.ts';
import type { AgentAct, Rollout } from '../event.ts';
import { collectRollout } from '../orchestrate.ts';
import type { UserSeat } from '../seat/seat.ts';
import { modelAgent } from './modelAgent.ts';

const database = { kind: 'seed', domain: 'library', seed: 'models', size: 40 } as const;
const state = seedState(library, database.seed, database.size);
const wanted = { general: 2, ambiguous: 2, changing: 2, infeasible: 2 };
let tasks: Task[] = [];

beforeAll(async () => {
  const job = { type: 'generate', database, seed: 'm', batch: 0, wanted, knobs: {} } as const;
  ({ tasks } = await createRunner([library]).run(job));
}, 60_000);

const base = { domain: library, state, trial: 0, seed: 's' } as const;

/** What a scripted baseline did, as the replies of a model that would do the same. */
function repliesOf(rollout: Rollout, method: LanguageModel['toolMethod']): FakeReply[] {
  return rollout.events.flatMap((event): FakeReply[] => {
    if (event.type === 'agent-message')
      return [{ text: method === 'native' ? event.text : JSON.stringify({ say: event.text }) }];
    if (event.type !== 'tool-call') return [];
    const { name, arguments: args } = event.call;
    return method === 'native'
      ? [{ calls: [{ name, raw: JSON.stringify(args) }] }]
      : [{ text: JSON.stringify({ call: name, arguments: args }) }];
  });
}

/** A user who understands every message, because its acts were recorded. */
function understanding(rollout: Rollout): UserSeat {
  const acts = rollout.events.flatMap((event): (readonly AgentAct[])[] =>
    event.type === 'agent-message' ? [event.acts] : [],
  );
  let at = 0;
  return {
    id: 'understanding',
    title: 'Understands everything',
    read: () => Promise.resolve({ acts: acts[at++] ?? [], note: null }),
    voice: ({ text }) => Promise.resolve({ text, faults: [], note: null }),
  };
}

describe.each(['native', 'grammar', 'prompt'] as const)('a model with tools by %s', (method) => {
  it('does what it says it does: the same rollout, the same verdict', async () => {
    for (const task of tasks) {
      const wantedRun = await collectRollout({ ...base, task, agent: careful });
      const asked: ModelRequest[] = [];
      const model = { ...scripted(repliesOf(wantedRun, method), asked), toolMethod: method };
      const run = await collectRollout({
        ...base,
        task,
        agent: modelAgent(model),
        user: understanding(wantedRun),
      });
      const plain = (rollout: Rollout) =>
        rollout.events
          .filter(({ type }) => type !== 'model-turn')
          .map((event) => ({
            ...event,
            index: 0,
            ...('call' in event && typeof event.call === 'number' ? { call: 0 } : {}),
          }));
      expect(plain(run)).toEqual(plain(wantedRun));
      expect(judge(library, state, task, run).reward).toBe(1);
      // Every request begins with all of the one before it, so that a cache can serve it.
      for (const [i, { messages }] of asked.entries())
        expect(messages.slice(0, asked[i - 1]?.messages.length ?? 0)).toEqual(asked[i - 1]?.messages ?? []);
      expect(
        asked.every(({ tools }) => tools.length === (method === 'native' ? library.tools.length : 0)),
      ).toBe(true);
      expect(asked.every(({ schema }) => (schema !== null) === (method === 'grammar'))).toBe(true);
    }
  });
});

async function runWith(replies: readonly (FakeReply | Error)[]) {
  const [task] = tasks;
  if (task === undefined) throw new Error('no task');
  const asked: ModelRequest[] = [];
  const rollout = await collectRollout({ ...base, task, agent: modelAgent(scripted(replies, asked)) });
  return { rollout, asked, verdict: judge(library, state, task, rollout) };
}
const note = (rollout: Rollout) => rollout.events.find((event) => event.type === 'model-turn')?.note;
const tool = () =>
  modelTools(library).find(({ name }) => name.startsWith('get_') || name.startsWith('find_'))?.name ?? '';

describe('a model that does not keep to the protocol', () => {
  it('is shown an argument list that cannot be read, and may mend it', async () => {
    const { rollout, asked } = await runWith([
      { calls: [{ name: tool(), raw: '{"a": ' }] },
      { text: 'Hello!' },
      new Error('end'),
    ]);
    expect(note(rollout)?.rejected).toEqual([
      { raw: `${tool()}({"a": )`, problem: expect.stringContaining('JSON object') as string },
    ]);
    expect(asked[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringContaining('Error') as string,
    });
  });

  it('has its call taken out of the text', async () => {
    const text = `<tool_call>\n{"name": "${tool()}", "arguments": {"x": "}{"}}\n</tool_call>`;
    const { rollout } = await runWith([{ text }, new Error('end')]);
    expect(rollout.events.find(({ type }) => type === 'tool-call')).toMatchObject({
      call: { name: tool(), arguments: { x: '}{' } },
    });
    expect(note(rollout)?.mended).toContain('into the text');
  });

  it('makes one call a turn, and no text beside it', async () => {
    const call = { name: tool(), raw: '{}' };
    const { rollout } = await runWith([{ text: 'Let me look.', calls: [call, call] }, new Error('end')]);
    expect(rollout.events.filter(({ type }) => type === 'tool-call')).toHaveLength(1);
    expect(rollout.events.filter(({ type }) => type === 'agent-message')).toHaveLength(0);
    expect(note(rollout)?.mended).toMatch(/text beside a call.*1 more call/);
  });

  it('learns that a tool does not exist', async () => {
    const { rollout } = await runWith([{ calls: [{ name: 'no_such_tool', raw: '{}' }] }, new Error('end')]);
    expect(rollout.events.find(({ type }) => type === 'tool-result')).toMatchObject({ ok: false });
  });

  it.each([
    ['says nothing', Array.from({ length: 3 }, () => ({})), 'empty'],
    [
      'is declined by its own filter',
      Array.from({ length: 3 }, () => ({ text: 'No.', finish: 'refusal' as const })),
      'declined',
    ],
    ['loops', Array.from({ length: 9 }, () => ({ calls: [{ name: 'x', raw: '{}' }] })), 'same 6 times'],
  ])('ends as its own failure when it %s', async (_, replies, why) => {
    const { rollout, verdict } = await runWith(replies);
    expect(rollout.termination).toBe('agent_error');
    expect(rollout.events.at(-1)).toMatchObject({ detail: expect.stringContaining(why) as string });
    expect(verdict.class).toBe('fail');
  });

  it('is cut when it writes without end', async () => {
    const { rollout } = await runWith([{ text: 'a'.repeat(200_000) }, new Error('end')]);
    const said = rollout.events.find((event) => event.type === 'agent-message');
    expect(said?.type === 'agent-message' && said.text.length).toBeLessThan(21_000);
    expect(note(rollout)?.mended).toBe('the text was cut');
  });

  it('keeps its thoughts to itself', async () => {
    const { rollout, asked } = await runWith([
      { reasoning: 'secret thought', text: 'Who are you?' },
      { text: 'Hm?' },
      new Error('end'),
    ]);
    expect(note(rollout)?.reasoning).toBe('secret thought');
    expect(JSON.stringify(asked[1]?.messages)).not.toContain('secret thought');
    expect(
      rollout.events
        .filter(({ type }) => type === 'agent-message')
        .map((event) => JSON.stringify(event))
        .join(''),
    ).not.toContain('secret thought');
  });
});

it.each([
  [new ModelError('server', 'Down.', ''), 'model_error'],
  [new ModelError('context', 'Too long.', ''), 'context_exceeded'],
  [new ModelError('budget', 'Spent.', ''), 'budget_reached'],
  [new NetworkError('Offline.', '', true), 'network_error'],
])("a failure that is not the agent's is excluded: %s", async (error, reason) => {
  const { rollout, verdict } = await runWith([error]);
  expect(rollout.termination).toBe(reason);
  expect(verdict).toMatchObject({ class: 'error', reward: null });
});

it('draws its seed from the rollout, so that trials differ and repeat', async () => {
  const [task] = tasks;
  if (task === undefined) throw new Error('no task');
  const seeds = async (trial: number) => {
    const asked: ModelRequest[] = [];
    await collectRollout({ ...base, trial, task, agent: modelAgent(scripted([new Error('end')], asked)) });
    return asked.map(({ seed }) => seed);
  };
  expect(await seeds(0)).toEqual(await seeds(0));
  expect(await seeds(0)).not.toEqual(await seeds(1));
});
