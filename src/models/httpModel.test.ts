import { describe, expect, it } from 'vitest';
import { ask, ModelError, NetworkError, type ModelErrorKind } from '#core/model/index.ts';
import { fakeVendors, type FakeBehaviour } from '../testing/fakeVendors.ts';
import { conversation, modelContract, request, weatherTool } from '../testing/modelContract.ts';
import { systemClock } from './clock.ts';
import { httpModel, listModels, type Endpoint } from './httpModel.ts';
import { anthropicWire } from './wires/anthropic.ts';
import { googleWire } from './wires/google.ts';
import { openaiWire } from './wires/openai.ts';
import type { Wire } from './wires/wire.ts';

const wires: readonly Wire[] = [openaiWire, anthropicWire, googleWire];
const KEY = 'sk-canary-0123456789abcdef';

function endpoint(base: string, wire: Wire, silence = 5000): Endpoint {
  return {
    id: 'fake',
    title: 'Fake',
    wire,
    base: `${base}${wire.id}/`,
    key: () => KEY,
    transport: {
      fetch,
      clock: systemClock,
      silence,
      redact: (text) => text.replaceAll(KEY, '…cdef'),
      unreachable: 'Is it running?',
    },
  };
}

for (const wire of wires)
  modelContract({
    name: `${wire.id} over HTTP`,
    without: wire.id === 'google' ? ['malformed-call'] : [],
    async make(replies) {
      const server = await fakeVendors(({ index }) => ({ type: 'reply', reply: replies[index] ?? {} }));
      return { model: httpModel(endpoint(server.url, wire), 'fake-small'), close: () => server.close() };
    },
  });

async function failing(wire: Wire, behaviour: FakeBehaviour, silence?: number) {
  const server = await fakeVendors(() => behaviour);
  try {
    return await ask(httpModel(endpoint(server.url, wire, silence), 'fake-small'), request()).then(
      (reply) => reply,
      (error: unknown) => error,
    );
  } finally {
    await server.close();
  }
}

describe.each(wires)('a server that speaks $id and misbehaves', (wire) => {
  const cases: [string, FakeBehaviour, ModelErrorKind, boolean][] = [
    ['a wrong key', { type: 'status', status: 401 }, 'key', false],
    ['no credit', { type: 'status', status: 402 }, 'credit', false],
    [
      'no quota',
      { type: 'status', status: 429, body: '{"error":{"message":"x","code":"insufficient_quota"}}' },
      'credit',
      false,
    ],
    ['too many requests', { type: 'status', status: 429, headers: { 'retry-after': '7' } }, 'rate', true],
    [
      'a prompt that does not fit',
      { type: 'status', status: 400, body: '{"error":{"message":"maximum context length is 8192"}}' },
      'context',
      false,
    ],
    ['an unknown model', { type: 'status', status: 404 }, 'request', false],
    ['a failure of its own', { type: 'status', status: 500, body: 'oops' }, 'server', true],
    ['overload', { type: 'status', status: 529 }, 'server', true],
    [
      'a stream that ends early',
      { type: 'cut', reply: { text: 'It is warm.' }, abruptly: false },
      'protocol',
      true,
    ],
    ['malformed JSON', { type: 'garbage', body: 'data: {"choices": [\n\n' }, 'protocol', true],
    [
      'another protocol',
      { type: 'garbage', body: 'data: {"type":"message_start","choices":7,"candidates":7}\n\n' },
      'protocol',
      true,
    ],
    [
      'a page of HTML',
      { type: 'garbage', body: '<!doctype html>', contentType: 'text/html' },
      'protocol',
      true,
    ],
  ];
  it.each(cases)('reports %s', async (_, behaviour, kind, isRetryable) => {
    const error = await failing(wire, behaviour);
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ kind, isRetryable });
  });

  it('says how long to wait', async () => {
    const seconds = await failing(wire, { type: 'status', status: 429, headers: { 'retry-after': '7' } });
    expect(seconds).toMatchObject({ retryAfter: 7000 });
    const exact = await failing(wire, { type: 'status', status: 429, headers: { 'retry-after-ms': '40' } });
    expect(exact).toMatchObject({ retryAfter: 40 });
  });

  it('gives up on silence, at the start and in the middle', async () => {
    const error = await failing(wire, { type: 'hang' }, 50);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ isRetryable: true });
    const late = await failing(wire, { type: 'reply', reply: { text: 'It is warm.' }, delay: 400 }, 100);
    expect(late).toBeInstanceOf(NetworkError);
  });

  it('reports a connection that breaks', async () => {
    const error = await failing(wire, { type: 'cut', reply: { text: 'It is warm.' }, abruptly: true });
    expect(error).toBeInstanceOf(NetworkError);
  });

  it('repeats no key in an error', async () => {
    const error = await failing(wire, {
      type: 'status',
      status: 401,
      body: `{"error":{"message":"bad key ${KEY}"}}`,
    });
    expect(String(error)).toContain('bad key …cdef');
    expect(JSON.stringify(error) + String(error)).not.toContain(KEY);
  });

  it('sends the key to its own address and nothing else that names this program', async () => {
    const server = await fakeVendors(() => ({ type: 'reply', reply: { text: 'a' } }));
    try {
      await ask(httpModel(endpoint(server.url, wire), 'fake-small'), request());
      const [seen] = server.requests;
      expect(JSON.stringify(seen?.headers)).toContain(KEY);
      expect(seen?.path).not.toContain(KEY);
      expect(Object.keys(seen?.headers ?? {}).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('ends the request when the listener leaves', async () => {
    const server = await fakeVendors(() => ({
      type: 'reply',
      reply: { text: 'It is 21 degrees.' },
      delay: 200,
    }));
    try {
      for await (const _event of httpModel(endpoint(server.url, wire), 'fake-small').stream(request())) break;
      await expect.poll(() => server.open).toBe(0);
    } finally {
      await server.close();
    }
  });

  it('lists the models', async () => {
    const server = await fakeVendors(() => ({ type: 'hang' }), ['b', 'a'], { a: 4096 });
    try {
      expect(await listModels(endpoint(server.url, wire))).toEqual([
        { id: 'a', contextTokens: 4096 },
        { id: 'b', contextTokens: null },
      ]);
    } finally {
      await server.close();
    }
  });
});

it('says what to check when nobody answers', async () => {
  const server = await fakeVendors(() => ({ type: 'hang' }));
  await server.close();
  const error = await ask(httpModel(endpoint(server.url, openaiWire), 'x'), request()).catch(
    (e: unknown) => e,
  );
  expect(String(error)).toContain('Is it running?');
});

describe('what is sent', () => {
  const asked = request({ messages: conversation, tools: [weatherTool] });

  it('is chat completions for OpenAI', () => {
    expect(openaiWire.body(asked, 'm')).toMatchObject({
      model: 'm',
      stream: true,
      max_tokens: 200,
      seed: 1,
      parallel_tool_calls: false,
      messages: [
        { role: 'system' },
        { role: 'user' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_0', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_0', content: '21' },
      ],
    });
  });

  it('marks the stable prefix for Anthropic, with roles that alternate', () => {
    expect(anthropicWire.body(asked, 'm')).toMatchObject({
      system: [{ text: 'You help with the weather.', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'get_weather', cache_control: { type: 'ephemeral' } }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      messages: [
        { role: 'user' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call_0', input: { city: 'Paris' } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'call_0', cache_control: { type: 'ephemeral' } }],
        },
      ],
    });
  });

  it('is contents and parts for Google', () => {
    expect(googleWire.body(asked, 'm')).toMatchObject({
      systemInstruction: { parts: [{ text: 'You help with the weather.' }] },
      contents: [
        { role: 'user' },
        { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: { city: 'Paris' } } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { result: '21' } } }] },
      ],
    });
  });
});

it('reads an answer of a given schema as text from every vendor', async () => {
  const schema = {
    name: 'verdict',
    schema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  };
  for (const wire of wires) {
    const raw = '{"ok": true}';
    const reply = wire.id === 'anthropic' ? { calls: [{ name: 'answer', raw }] } : { text: raw };
    const server = await fakeVendors(() => ({ type: 'reply', reply }));
    const heard = await ask(httpModel(endpoint(server.url, wire), 'm'), request({ schema }));
    await server.close();
    expect(heard).toMatchObject({ text: raw, calls: [], finish: 'stop' });
  }
});
