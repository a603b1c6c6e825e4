import { describe, expect, it } from 'vitest';
import { headOf, readerFor, readFile } from './index.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (lines: readonly string[]) =>
  readFile('chats', { path: 'a/train.jsonl', bytes: bytesOf(lines.join('\n')) }, []);
const kindOf = (name: string, text: string) =>
  readerFor(headOf({ path: name, size: text.length, bytes: bytesOf(text) }))?.kind;

const call = { name: 'get_order_details', arguments: { order_id: '#W1' } };
const asText = { name: call.name, arguments: JSON.stringify(call.arguments) };
const chat = (toolCall: object) =>
  JSON.stringify({
    messages: [
      { role: 'system', content: 'Policy.' },
      { role: 'user', content: 'Where is it?' },
      { role: 'assistant', content: null, tool_calls: [toolCall] },
      { role: 'tool', content: '{}' },
      { role: 'assistant', content: 'There.' },
    ],
    tools: [],
  });

describe('chats with tools', () => {
  it.each([
    ["in OpenAI's form", chat({ id: 'call_1', type: 'function', function: asText })],
    ["in TRL's form, arguments as objects", chat({ type: 'function', function: call })],
    ["in the method's own release, without ids", chat({ type: 'function', function: asText })],
  ])('%s are read as their calls', async (_, line) => {
    expect(kindOf('train.jsonl', line)).toBe('chats');
    expect(kindOf('anything', line)).toBe('chats');
    expect(await read([line, '', line])).toEqual({
      kind: 'chats',
      chats: [
        { line: 1, calls: [call] },
        { line: 3, calls: [call] },
      ],
    });
  });

  it('leave out a call whose arguments are no object', async () => {
    const broken = chat({ function: { name: call.name, arguments: '{"order_id": ' } });
    expect(await read([broken])).toMatchObject({ chats: [{ calls: [] }] });
  });

  it.each([
    ['a line that is cut off', [chat({ function: asText }), '{"messages": ['], /line 2: not valid JSON/],
    ['a line of something else', ['{"prompt": "x"}'], /line 1: not a chat: at messages/],
    ['nothing but empty lines', ['', ' ', '\n{}'], /line 4: not a chat/],
  ])('are refused for %s, with the line', async (_, lines, message) => {
    await expect(read(lines)).rejects.toThrow(message);
  });

  it('are told from results, trajectories, splits and databases', () => {
    expect(kindOf('x.json', '{"simulations": [{"messages": [{"role": "user"}]}]}')).toBe('rollouts');
    expect(kindOf('x.json', '{"timestamp": "now", "info": {}}')).toBe('rollouts');
    expect(kindOf('x.json', '[{"task_id": 0, "traj": [{"role": "system"}]}]')).toBe('rollouts');
    expect(kindOf('x.json', '{"train": ["1"]}')).toBe('splits');
    expect(kindOf('x.json', '{"users": {}}')).toBe('database');
    const simulation = '{"task_id": "1", "termination_reason": "x", "messages": [{"role": "user"}]}';
    expect(kindOf('x.json', simulation)).toBeUndefined();
  });
});
