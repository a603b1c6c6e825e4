import { describe, expect, it } from 'vitest';
import { ask, ModelError, replySchema, type LanguageModel, type ModelMessage } from '#core/model/index.ts';
import { fakeWebllm, named, type FakeTurn } from '../../../testing/fakeWebllm.ts';
import { modelContract, request, weatherTool } from '../../../testing/modelContract.ts';
import { systemClock, type Clock } from '../../clock.ts';
import { everyRoleTemplated } from './messages.ts';
import { webllmModel } from './model.ts';

async function made(
  turns: readonly FakeTurn[],
  {
    thinks = false,
    contextTokens = 4096,
    clock = systemClock,
  }: { thinks?: boolean; contextTokens?: number; clock?: Clock } = {},
) {
  const webllm = fakeWebllm({ turns, contextTokens });
  const engine = webllm.engine({ model_list: [] }, () => undefined);
  await engine.reload('fake');
  const lost: string[] = [];
  const model = webllmModel({
    ...{ engine, id: 'webllm/fake', title: 'Fake', contextTokens, thinks, clock, toolMethod: 'grammar' },
    templated: everyRoleTemplated,
    onlost: ({ message }) => lost.push(message),
  });
  return { webllm, engine, model, lost };
}

/** A clock on which every wait is over at once, but after what is ready. */
const impatient: Clock = {
  now: () => 0,
  sleep: async (_, signal) => {
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    signal?.throwIfAborted();
  },
};

modelContract({
  name: 'WebLLM, by its engine interface',
  // Calls come as JSON under a schema; the engine has no tool field that counts. What is cached it finds out itself.
  without: ['native-calls', 'malformed-call', 'usage'],
  make: async (replies) => {
    const { model, engine } = await made(replies);
    return { model, close: () => engine.unload() };
  },
});

const schema = { name: 'reply', schema: replySchema([weatherTool]) };
const say = (text: string): FakeTurn => ({ text: JSON.stringify({ say: text }, null, 2) });

/** Goes on with a conversation the way it is gone on with above: everything so far, the reply, one message more. */
async function turnsOf(
  model: LanguageModel,
  words: readonly string[],
  change: { schema?: typeof schema } = {},
) {
  const messages: ModelMessage[] = [
    { role: 'system', content: 'You help with $& and $$ in {system_message}.' },
  ];
  const usages = [];
  for (const text of words) {
    messages.push({ role: 'user', content: text });
    const reply = await ask(model, request({ messages: [...messages], ...change }));
    usages.push(reply.usage);
    messages.push({ role: 'assistant', content: reply.text, calls: [] });
  }
  return usages;
}

describe('a conversation', () => {
  it('is read on from where it was: each turn computes only what is new', async () => {
    const { model, webllm } = await made([say('It costs $54.04, all in all.'), say('Yes.'), say('Bye.')]);
    const usages = await turnsOf(model, ['How much is it?', 'Really, $5?', 'Thanks.'], { schema });
    expect(webllm.prompts.map(({ computed }) => computed > 0)).toEqual([false, true, true]);
    for (const [i, { prompt, cached }] of usages.entries()) {
      expect(cached).toBe(webllm.prompts[i]?.computed);
      if (i > 0) expect(prompt ?? 0).toBeGreaterThan(cached ?? 0);
    }
    expect(usages.every(({ reply }) => (reply ?? 0) > 0)).toBe(true);
  });

  it('is read on as well where the model is told not to think', async () => {
    const { model, webllm } = await made([say('Hello.'), say('Yes.'), say('Bye.')], { thinks: true });
    await turnsOf(model, ['Hi.', 'Is it?', 'Thanks.'], { schema });
    expect(webllm.prompts.map(({ computed }) => computed > 0)).toEqual([false, true, true]);
    expect(webllm.requests.every(({ extra_body: extra }) => extra?.enable_thinking === false)).toBe(true);
    expect(await ask(model, request({ schema }))).toMatchObject({
      text: JSON.stringify({ say: 'Bye.' }, null, 2),
      reasoning: '',
    });
  });

  it('is read anew after another one, after a reply that was cut, and after thoughts', async () => {
    const { model, webllm } = await made([
      { text: 'One.' },
      { text: 'Other.' },
      { text: 'Cut', finish: 'length' },
      { reasoning: 'Hm.', text: 'Two.' },
      { text: 'Three.' },
    ]);
    await turnsOf(model, ['a']);
    await turnsOf(model, ['b']);
    expect(await turnsOf(model, ['c', 'd', 'e'])).toMatchObject([
      { cached: 0 },
      { cached: 0 },
      { cached: 0 },
    ]);
    expect(webllm.prompts.map(({ computed }) => computed)).toEqual([0, 0, 0, 0, 0]);
  });

  it('reaches the model to the letter, whatever its templates do with "$"', async () => {
    const { model, webllm } = await made([{ text: 'ok' }]);
    const text = "cost $$5, $$$, $& and $` and $' and $1 {user_message}";
    await turnsOf(model, [text]);
    expect(webllm.prompts[0]?.text).toBe(
      `<|system|>You help with $& and $$ in {system_message}.\n<|user|>${text}\n<|assistant|>`,
    );
  });

  it('has its calls and results in words, its system message first, and turns', async () => {
    const { model, webllm } = await made([{ text: 'ok' }]);
    const call = { id: 'c', name: 'get_weather', arguments: { city: 'Paris' }, raw: '{"city":"Paris"}' };
    await ask(
      model,
      request({
        messages: [
          ...request().messages,
          { role: 'assistant', content: '', calls: [call] },
          { role: 'tool', id: 'c', name: 'get_weather', content: '21' },
          { role: 'user', content: 'And?' },
          { role: 'system', content: 'Be short.' },
        ],
      }),
    );
    expect(webllm.requests[0]?.messages).toEqual([
      { role: 'system', content: 'You help with the weather.' },
      { role: 'user', content: 'How warm is it in Paris?' },
      {
        role: 'assistant',
        content: '<tool_call>\n{"name": "get_weather", "arguments": {"city":"Paris"}}\n</tool_call>',
      },
      { role: 'user', content: '<tool_response>\n21\n</tool_response>\n\nAnd?\n\nBe short.' },
    ]);
    await expect(
      ask(
        model,
        request({ messages: [...request().messages, { role: 'assistant', content: 'x', calls: [] }] }),
      ),
    ).rejects.toMatchObject({ kind: 'request' });
  });

  it('has a seed, a limit and its schema as text', async () => {
    const { model, webllm } = await made([{ text: 'ok' }]);
    await ask(model, request({ schema, seed: 7, maxTokens: 9, temperature: null }));
    expect(webllm.requests[0]).toMatchObject({
      seed: 7,
      max_tokens: 9,
      response_format: { type: 'json_object', schema: JSON.stringify(schema.schema) },
    });
    expect(webllm.requests[0]).not.toHaveProperty('temperature');
    expect(webllm.requests[0]).not.toHaveProperty('tools');
  });

  it('keeps what looks like a tag where it is said in a reply under a schema', async () => {
    const { model } = await made([say('I write <think> for fun.')]);
    const { text, reasoning } = await ask(model, request({ schema }));
    expect([JSON.parse(text), reasoning]).toEqual([{ say: 'I write <think> for fun.' }, '']);
  });
});

describe('stopping', () => {
  it('ends the reply in the engine, and leaves it free for the next', async () => {
    const { model, webllm } = await made(['hang', { text: 'Here.' }]);
    const stop = new AbortController();
    const asked = ask(model, request(), stop.signal);
    await expect.poll(() => webllm.requests.length).toBe(1);
    const waiting = new AbortController();
    const second = ask(model, request(), waiting.signal);
    waiting.abort(new Error('not worth waiting'));
    await expect(second).rejects.toThrow('not worth waiting');
    // Whoever waits has nothing to interrupt.
    expect(webllm.interrupts).toBe(0);
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
    expect(webllm.interrupts).toBe(1);
    expect((await ask(model, request())).text).toBe('Here.');
    expect(webllm.prompts.at(-1)?.computed).toBe(0);
  });

  it('does not wait for ever for an engine that hears nothing', async () => {
    const { model, webllm } = await made(['deaf', { text: 'Here.' }], { clock: impatient });
    await expect(ask(model, request())).rejects.toMatchObject({
      kind: 'device',
      message: expect.stringContaining('does not answer') as string,
    });
    expect(webllm.interrupts).toBe(1);
    await expect(ask(model, request())).rejects.toMatchObject({
      kind: 'device',
      message: expect.stringContaining('Load the model again') as string,
    });
  });

  it('happens too when a listener leaves early', async () => {
    const { model, webllm } = await made([{ text: 'one two three' }, { text: 'Here.' }]);
    for await (const event of model.stream(request())) if (event.type === 'text-delta') break;
    expect(webllm.interrupts).toBe(1);
    expect((await ask(model, request())).text).toBe('Here.');
  });
});

it.each([
  ['a prompt that does not fit', { text: 'x' }, 'context', /longer than the context.*larger context/],
  [
    'a lost device',
    named('DeviceLostError', 'The WebGPU device was lost.'),
    'device',
    /dropped the model.*Load it again/,
  ],
  ['a model that is gone', named('ModelNotLoadedError', 'Model not loaded.'), 'device', /Load it again/],
  ['memory', new Error('Out of memory'), 'device', /smaller model/],
  [
    'a schema that cannot be compiled',
    named('GrammarMatcherInitError', `Failed: ${'x'.repeat(5000)}`),
    'request',
    /cannot constrain/,
  ],
  ['something else', new Error('Cannot run decode when stopped'), 'device', /WebLLM failed/],
] as const)('says what to do about %s, and is not asked again', async (_, turn, kind, words) => {
  const { model, lost } = await made([turn], { contextTokens: kind === 'context' ? 3 : 4096 });
  const error: unknown = await ask(model, request()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({ kind, isRetryable: false, message: expect.stringMatching(words) as string });
  expect(String(error).length).toBeLessThan(500);
  expect(lost).toHaveLength(kind === 'device' ? 1 : 0);
});
