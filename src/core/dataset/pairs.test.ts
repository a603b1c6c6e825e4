import { describe, expect, it } from 'vitest';
import { callId, type ChatMessage, type TrainingExample } from './examples.ts';
import { preferencePairs } from './pairs.ts';

const metadata: TrainingExample['metadata'] = {
  task: 't',
  domain: 'd',
  database: 'd seed 1, 10 users',
  condition: 'general',
  kinds: ['one-request'],
  agent: 'careful',
  agent_kind: 'scripted',
  trial: 0,
  reward: 1,
  trajectory: 'x',
};
const start: ChatMessage[] = [
  { role: 'system', content: 'Policy.' },
  { role: 'user', content: 'Hello.' },
];
const say = (content: string): ChatMessage => ({ role: 'assistant', content });
const user = (content: string): ChatMessage => ({ role: 'user', content });
const call = (n: number, name: string): ChatMessage[] => [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: callId(n), type: 'function', function: { name, arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: callId(n), content: 'ok' },
];
const example = (
  messages: ChatMessage[],
  about: Partial<TrainingExample['metadata']> = {},
): TrainingExample => ({
  messages: [...start, ...messages],
  tools: [],
  metadata: { ...metadata, ...about },
});

const good = example([...call(1, 'look'), say('Which one?'), user('The blue one.'), say('Done.')]);
const bad = example([...call(1, 'look'), ...call(2, 'guess'), say('Done.')], {
  agent: 'eager',
  reward: 0,
});

describe('a pair', () => {
  it('begins where the two part, and keeps what each did from there', () => {
    const [pair] = preferencePairs([good], [bad], 'rest', 1);
    expect(pair?.prompt).toEqual([...start, ...call(1, 'look')]);
    expect(pair?.chosen).toEqual([say('Which one?'), user('The blue one.'), say('Done.')]);
    expect(pair?.rejected).toEqual([...call(2, 'guess'), say('Done.')]);
    expect(pair?.metadata).toMatchObject({ agent: 'careful', rejected_agent: 'eager', rejected_reward: 0 });
  });

  it('can be the first turn that differs, alone', () => {
    const [pair] = preferencePairs([good], [bad], 'turn', 1);
    expect(pair?.chosen).toEqual([say('Which one?')]);
    expect(pair?.rejected).toEqual([call(2, 'guess')[0]]);
  });

  it('is none where the user or a tool made the difference, or where one merely stopped', () => {
    const otherUser = example([...call(1, 'look'), say('Which one?'), user('The red one.'), say('Done.')]);
    const shorter = example([...call(1, 'look'), say('Which one?')]);
    for (const worse of [otherUser, shorter, good])
      expect(preferencePairs([good], [worse], 'rest', 1)).toEqual([]);
  });
});

it('prefers the same trial, uses each rollout once, and keeps to the limit', () => {
  const passed = [0, 1].map((trial) => example(good.messages.slice(2), { trial }));
  const failed = [1, 0].map((trial) => example(bad.messages.slice(2), { trial }));
  const trials = (most: number) =>
    preferencePairs(passed, failed, 'rest', most).map((pair) => [
      pair.metadata.trial,
      pair.metadata.rejected_trial,
    ]);
  expect(trials(5)).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(trials(1)).toEqual([[0, 0]]);
  expect(preferencePairs(passed, failed.slice(0, 1), 'rest', 5)).toHaveLength(1);
});
