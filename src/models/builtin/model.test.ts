import { describe, expect, it } from 'vitest';
import { ask, type ModelMessage } from '#core/model/index.ts';
import { fakeBuiltin, named, type FakeBuiltin } from '../../testing/fakeBuiltin.ts';
import { modelContract, request } from '../../testing/modelContract.ts';
import { manualClock } from '../../testing/scriptedModel.ts';
import { systemClock, type Clock } from '../clock.ts';
import { builtinIn } from './api.ts';
import { loadBuiltin } from './model.ts';

const never = new AbortController().signal;
const load = async (api: FakeBuiltin, clock: Clock = systemClock) =>
  loadBuiltin({ api, clock }, () => undefined, never);

modelContract({
  name: "a browser's own model",
  without: ['reasoning', 'usage', 'malformed-call', 'native-calls'],
  async make(replies) {
    const { model, unload } = await load(fakeBuiltin(replies));
    return { model, close: () => Promise.resolve(unload()) };
  },
});

const said = (content: string): ModelMessage => ({ role: 'assistant', content, calls: [] });
const asked = (content: string): ModelMessage => ({ role: 'user', content });

describe("a browser's own model", () => {
  it('is found by what it can do', () => {
    const api = fakeBuiltin([]);
    expect(builtinIn({ LanguageModel: api })).toBe(api);
    for (const other of [undefined, {}, { create: () => undefined }, 'model'])
      expect(builtinIn({ LanguageModel: other })).toBeNull();
  });

  it('goes on in the session that has read the conversation, and begins another for any other', async () => {
    const api = fakeBuiltin([{ text: 'one' }, { text: 'two' }, { text: 'three' }, { text: 'four' }]);
    const { model, unload } = await load(api);
    const { messages } = request();
    await ask(model, request());
    const second = [...messages, said('one'), asked('And in Rome?')];
    await ask(model, request({ messages: second }));
    // The first that was made holds the model; the second is the conversation.
    expect(api.sessions).toEqual({ made: 2, open: 2 });
    await ask(model, request({ messages: [...messages.slice(0, 1), asked('Who are you?')] }));
    await ask(model, request({ messages: [...second, said('two'), asked('And in Oslo?')] }));
    expect(api.sessions.made).toBe(3);
    expect(api.prompts.at(-1)?.map(({ content }) => content)).toEqual([
      ...['You help with the weather.', 'How warm is it in Paris?', 'one', 'And in Rome?', 'two'],
      'And in Oslo?',
    ]);
    // What was mended on the way is another conversation.
    await ask(model, request({ messages: [...messages, said('One.'), asked('And in Rome?')] }));
    expect(api.sessions).toEqual({ made: 4, open: 3 });
    unload();
    expect(api.sessions.open).toBe(0);
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'device' });
  });

  it('is held to a schema, which it is not shown a second time', async () => {
    const api = fakeBuiltin([{ calls: [{ name: 'get_weather', raw: '{"city":"Paris"}' }] }]);
    const { model } = await load(api);
    const schema = { type: 'object' };
    const reply = await ask(model, request({ schema: { name: 'reply', schema } }));
    expect(JSON.parse(reply.text)).toEqual({ call: 'get_weather', arguments: { city: 'Paris' } });
    expect(api.options[0]).toMatchObject({ responseConstraint: schema, omitResponseConstraintInput: true });
    expect(model).toMatchObject({ toolMethod: 'grammar', contextTokens: 9216 });
  });

  it('does not go on after what was stopped in the middle, and leaves no session open', async () => {
    const api = fakeBuiltin(['hang', { text: 'hello' }]);
    const { model, unload } = await load(api);
    const abort = new AbortController();
    const waiting = ask(model, request(), abort.signal);
    await expect.poll(() => api.prompts.length).toBe(1);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(api.sessions.open).toBe(1);
    await expect(ask(model, request())).resolves.toMatchObject({ text: 'hello' });
    const again = ask(model, request({ messages: [asked('hang')] }));
    await again;
    unload();
    expect(api.sessions.open).toBe(0);
  });

  it.each([
    [named('QuotaExceededError', 'too large'), 'context'],
    ['overflow', 'context'],
    [named('NotAllowedError', 'no activation'), 'device'],
    [named('NotSupportedError', 'no such language'), 'request'],
    [named('InvalidStateError', 'gone'), 'device'],
    [named('UnknownError', 'crashed'), 'server'],
  ] as const)('tells what failed: %s is %s', async (turn, kind) => {
    const api = fakeBuiltin([turn]);
    const { model } = await load(api);
    await expect(ask(model, request())).rejects.toMatchObject({ name: 'ModelError', kind });
    expect(api.sessions.open).toBe(1);
  });

  it('says when its filter held the reply back', async () => {
    const { model } = await load(fakeBuiltin([named('NotReadableError', 'filtered')]));
    await expect(ask(model, request())).resolves.toMatchObject({ text: '', finish: 'refusal' });
  });

  it('is given up when it says nothing any more', async () => {
    const api = fakeBuiltin(['hang']);
    const { model } = await load(api, manualClock());
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'server' });
    expect(api.sessions.open).toBe(1);
  });

  it('tells how far its download is, and stops it', async () => {
    const api = fakeBuiltin([]);
    api.state = 'downloadable';
    const heard: number[] = [];
    await loadBuiltin({ api, clock: systemClock }, (loaded) => heard.push(loaded), never);
    expect(heard).toEqual([0.5, 1]);
    api.state = 'downloading';
    const abort = new AbortController();
    api.loads = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(named('AbortError', ''))));
    const waiting = loadBuiltin({ api, clock: systemClock }, () => undefined, abort.signal);
    abort.abort(new Error('not now'));
    await expect(waiting).rejects.toThrow('not now');
    api.state = 'unavailable';
    await expect(load(api)).rejects.toMatchObject({ kind: 'request' });
  });
});
