/** The real engine in its worker, with a model whose replies are written here. */
import { describe, expect, it } from 'vitest';
import { ask, replySchema, type ModelEvent } from '#core/model/index.ts';
import type { FakeReply } from '../../../testing/fakeVendors.ts';
import { modelContract, request, weatherTool } from '../../../testing/modelContract.ts';
import { scriptedGguf } from '../../../testing/scriptedGguf.ts';
import { fileSpec, wllamaDesk } from '../../../testing/wllamaDesk.ts';

const never = new AbortController().signal;
const nothing = () => undefined;
/** One worker for all: a model takes the place of the one before, as in the page. */
const desk = wllamaDesk();

/** What the model has to write for a reply. */
function written({ text = '', reasoning, calls = [], finish }: FakeReply): string {
  const thought = reasoning === undefined ? '' : `<think>\n${reasoning}\n</think>\n\n`;
  const called = calls
    .map(({ name, raw }) => `<tool_call>\n{"name": "${name}", "arguments": ${raw}}\n</tool_call>`)
    .join('\n');
  // A reply that is to be cut has more to say.
  return `${thought}${text}${called}${finish === 'length' ? ' and so on and on' : ''}`;
}

async function load(replies: readonly string[], change: Parameters<typeof fileSpec>[1] = {}) {
  return desk.load(fileSpec(scriptedGguf(replies), change), nothing, never);
}

modelContract({
  name: 'wllama',
  // It counts by itself; and its calls are constrained, so that none is malformed.
  without: ['usage', 'malformed-call'],
  make: async (replies) => {
    const { model, unload } = await load(replies.map(written));
    return { model, close: unload };
  },
});

describe('wllama', () => {
  it('tells how a load comes along, and what it loaded', async () => {
    const stages: string[] = [];
    const spec = fileSpec(scriptedGguf(['Hello.'], { longest: 2048 }));
    const { model, unload } = await desk.load(spec, ({ stage }) => stages.push(stage), never);
    expect(stages).toContain('prepare');
    expect(model).toMatchObject({
      id: 'wllama/scripted',
      toolMethod: 'grammar',
      place: 'in this tab, on the processor',
      contextTokens: 2048,
    });
    await unload();
  });

  it('keeps to a schema: one call of one tool, or words', async () => {
    const schema = { name: 'reply', schema: replySchema([weatherTool]) };
    const { model, unload } = await load([
      '{"call":"get_weather","arguments":{"city":"Paris"}}',
      '{"say":"It is 21 degrees."}',
      'I would rather talk freely.',
    ]);
    const messages = [...request().messages];
    const first = await ask(model, request({ schema }));
    expect(JSON.parse(first.text)).toEqual({ call: 'get_weather', arguments: { city: 'Paris' } });
    messages.push({ role: 'assistant', content: first.text, calls: [] }, { role: 'user', content: '21' });
    const second = await ask(model, request({ schema, messages }));
    expect(JSON.parse(second.text)).toEqual({ say: 'It is 21 degrees.' });
    messages.push({ role: 'assistant', content: second.text, calls: [] }, { role: 'user', content: 'And?' });
    // What the model would say is not of the schema: it is made to begin as one of the two.
    const third = await ask(model, request({ schema, messages, maxTokens: 400 }));
    expect(third.text).toMatch(/^\s*\{\s*"(say|call)/);
    await unload();
  });

  it('computes only what is new of a conversation', async () => {
    const { model, unload } = await load(['It is 21 degrees.', 'It will be colder.']);
    const one = await ask(model, request());
    const messages = [
      ...request().messages,
      { role: 'assistant' as const, content: one.text, calls: [] },
      { role: 'user' as const, content: 'And tomorrow?' },
    ];
    const two = await ask(model, request({ messages }));
    expect(two.text).toBe('It will be colder.');
    expect(two.usage.prompt).toBeGreaterThan(one.usage.prompt ?? 0);
    expect(two.usage.cached).toBeGreaterThanOrEqual((one.usage.prompt ?? 0) - 1);
    expect(two.usage.reply).toBeGreaterThan(0);
    await unload();
  });

  it('serves several conversations at once, one after the other, and leaves out those that gave up', async () => {
    const { model, unload } = await load(['It is 21 degrees.']);
    const abort = new AbortController();
    const all = [ask(model, request()), ask(model, request(), abort.signal), ask(model, request())];
    abort.abort(new Error('not needed'));
    const ended = await Promise.allSettled(all);
    expect(ended.map((one) => (one.status === 'fulfilled' ? one.value.text : String(one.reason)))).toEqual([
      'It is 21 degrees.',
      'Error: not needed',
      'It is 21 degrees.',
    ]);
    await unload();
  });

  it('says that a prompt does not fit, and goes on', async () => {
    const { model, unload } = await load(['Hello.'], { contextTokens: 512 });
    const long = [{ role: 'user' as const, content: 'word '.repeat(1000) }];
    await expect(ask(model, request({ messages: long }))).rejects.toMatchObject({
      name: 'ModelError',
      kind: 'context',
    });
    expect((await ask(model, request())).text).toBe('Hello.');
    await unload();
  });

  it('says that it cannot use a schema, and goes on', async () => {
    const { model, unload } = await load(['Hello.']);
    const schema = { name: 'broken', schema: { $ref: '#/$defs/nowhere' } };
    await expect(ask(model, request({ schema }))).rejects.toMatchObject({
      name: 'ModelError',
      kind: 'request',
    });
    expect((await ask(model, request())).text).toBe('Hello.');
    await unload();
  });

  it('draws the same for the same seed', async () => {
    // Nothing follows anything: every token is as likely as any other, and only the schema holds.
    const { model, unload } = await load([]);
    const said = async (seed: number) => {
      const digits = { type: 'array', items: { enum: [1, 2, 3, 4, 5] }, minItems: 12, maxItems: 12 };
      const schema = {
        name: 'digits',
        schema: { type: 'object', properties: { digits }, required: ['digits'] },
      };
      const reply = await ask(model, request({ schema, seed, temperature: 2 }));
      expect(reply).toMatchObject({ finish: 'stop', reasoning: '' });
      return reply.text;
    };
    const first = await said(1);
    expect(await said(1)).toBe(first);
    expect(await said(2)).not.toBe(first);
    await unload();
  });

  it('leaves a reply at once, and is free for the next', async () => {
    const { model, unload } = await load(['one two three four five six seven eight nine ten eleven twelve']);
    const abort = new AbortController();
    const heard: ModelEvent[] = [];
    const asked = ask(model, request(), abort.signal, (event) => {
      heard.push(event);
      abort.abort(new Error('enough'));
    });
    await expect(asked).rejects.toThrow('enough');
    expect(heard).toHaveLength(1);
    expect((await ask(model, request())).text).toContain('eleven twelve');
    await unload();
  });

  it('cannot be asked once it is unloaded', async () => {
    const { model, unload } = await load(['Hello.']);
    await unload();
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'device' });
  });
});

describe('a file that is no model', () => {
  const loading = (bytes: BlobPart) => desk.load(fileSpec(bytes), nothing, never);

  it.each([
    ['is empty', new Uint8Array(), 'empty'],
    ['is something else', new TextEncoder().encode('<!doctype html><title>404</title>'), 'no GGUF'],
    ['is cut', scriptedGguf(['Hello.']).slice(0, 200_000), 'could not be loaded'],
    ['has an architecture that nobody knows', unknown(), 'architecture'],
  ])('is refused when it %s', async (_, bytes, why) => {
    const failed = await loading(bytes).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'TabEngineError', failure: 'file' });
    expect(String(failed)).toContain(why);
  });
});

/** The architecture's name stands in the file twice over: as a value, and before its keys. */
function unknown(): Uint8Array<ArrayBuffer> {
  const bytes = scriptedGguf(['Hello.']);
  const text = new TextDecoder('latin1').decode(bytes.slice(0, 4096)).replaceAll('llama', 'lemma');
  bytes.set([...text].map((char) => char.charCodeAt(0)));
  return bytes;
}
