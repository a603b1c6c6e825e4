import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, type LanguageModel, type ModelEvent } from '#core/model/index.ts';
import { NOTHING, type Spent } from '../models/index.ts';
import {
  fakeVendors,
  type FakeBehaviour,
  type FakeRequest,
  type FakeVendors,
} from '../testing/fakeVendors.ts';
import { modelContract, request } from '../testing/modelContract.ts';
import { modelPipe, type ModelPipe } from '../testing/modelPipe.ts';
import { ModelDesk } from './modelDesk.ts';
import type { KeysTold, ModelRunOrder } from './modelProtocol.ts';

const KEY = 'sk-canary-0123456789abcdef';
const MODEL = 'openai/fake-small';
const MINUTE = 60_000;
const hello: FakeBehaviour = { type: 'reply', reply: { text: 'hello' } };

let server: FakeVendors;
let behave: (request: FakeRequest) => FakeBehaviour = () => hello;
beforeAll(async () => {
  server = await fakeVendors((request) => behave(request));
});
afterAll(() => server.close());
beforeEach(() => {
  behave = () => hello;
});

function setup() {
  const workers: ModelPipe[] = [];
  let now = 1_000_000;
  const desk = new ModelDesk(() => {
    const worker = modelPipe({ now: () => now });
    workers.push(worker);
    return worker;
  });
  const told: KeysTold[] = [];
  desk.onKeys((keys) => told.push(keys));
  const order = (change: Partial<ModelRunOrder> = {}): ModelRunOrder => ({
    models: [MODEL],
    bases: { openai: `${server.url}openai/` },
    prices: {},
    atOnce: 4,
    limits: { calls: null, tokens: null, dollars: null },
    spent: NOTHING,
    ...change,
  });
  const base = `${server.url}openai/`;
  const open = async (change: Partial<ModelRunOrder> = {}) => {
    const spent: Spent[] = [];
    const { models, close } = await desk.open(order(change), (now) => spent.push(now));
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    return { model, close, spent };
  };
  const pass = (ms: number) => {
    now += ms;
    workers.at(-1)?.checkIdle();
  };
  return { desk, workers, told, base, open, pass };
}

modelContract({
  name: 'a model in a worker',
  async make(replies) {
    const left = [...replies];
    behave = () => ({ type: 'reply', reply: left.shift() ?? {} });
    const { desk, base, open } = setup();
    await desk.setKey(base, KEY);
    const { model, close } = await open();
    return { model, close: () => Promise.resolve(close()) };
  },
  // The wire of this provider has no thoughts of its own.
  without: ['reasoning'],
});

async function heardOf(model: LanguageModel): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request())) events.push(event);
  return events;
}

describe('keys in a worker', () => {
  it('go in and never come out, whatever a server sends back', async () => {
    const { desk, workers, told, base, open } = setup();
    await desk.setKey(base, ` ${KEY} `);
    expect(told.at(-1)).toMatchObject({ hints: { [new URL(base).origin]: '…cdef' }, wasIdle: false });
    const { model } = await open();
    behave = ({ headers }) => ({
      type: 'reply',
      reply: {
        text: `You sent ${headers.authorization}, did you not?`,
        reasoning: `It is ${KEY}.`,
        calls: [{ name: 'find', raw: JSON.stringify({ who: KEY }) }],
      },
    });
    const events = await heardOf(model);
    const end = events.at(-1);
    expect(end).toMatchObject({
      type: 'end',
      reply: { text: 'You sent Bearer …cdef, did you not?', calls: [{ arguments: { who: '…cdef' } }] },
    });
    const said = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
    expect(said).toBe('You sent Bearer …cdef, did you not?');
    behave = ({ headers }) => ({
      type: 'status',
      status: 401,
      body: `{"error":"no ${headers.authorization}"}`,
    });
    await expect(ask(model, request())).rejects.toMatchObject({
      name: 'ModelError',
      kind: 'key',
      status: 401,
      message: expect.stringContaining('…cdef') as string,
    });
    await expect(desk.list('openai', 'https://user:pass@x.example')).rejects.toMatchObject({
      name: 'InputError',
    });
    expect(JSON.stringify(workers.map(({ heard }) => heard))).not.toContain(KEY);
  });

  it('are for their own origin only, and none is asked for without one', async () => {
    const { desk, base, open } = setup();
    await expect(open()).rejects.toThrow(/OpenAI needs a key/);
    await desk.setKey('https://api.openai.com/v1', KEY);
    await expect(open()).rejects.toThrow(/OpenAI needs a key/);
    await desk.setKey(base, KEY);
    const { model } = await open();
    await expect(ask(model, request())).resolves.toMatchObject({ text: 'hello' });
    await desk.forget(new URL(base).origin);
    const before = server.requests.length;
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'key' });
    expect(server.requests).toHaveLength(before);
    await expect(desk.setKey(base, 'two words')).rejects.toMatchObject({ name: 'InputError' });
  });

  it('are forgotten when nobody used them for a while, and not while they are in use', async () => {
    const { desk, told, base, open, pass } = setup();
    await desk.forgetAfter(30 * MINUTE);
    await desk.setKey(base, KEY);
    const { model } = await open();
    pass(29 * MINUTE);
    await ask(model, request());
    pass(29 * MINUTE);
    await ask(model, request());
    behave = () => ({ type: 'hang' });
    const abort = new AbortController();
    const waiting = ask(model, request(), abort.signal);
    await expect.poll(() => server.open).toBe(1);
    pass(60 * MINUTE);
    expect(told.at(-1)).toMatchObject({ wasIdle: false });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    pass(29 * MINUTE);
    expect(told.at(-1)?.wasIdle).toBe(false);
    pass(MINUTE);
    await expect.poll(() => told.at(-1)).toMatchObject({ hints: {}, wasIdle: true });
    behave = () => hello;
    await expect(ask(model, request())).rejects.toMatchObject({ kind: 'key' });
  });

  it('stay as long as the page where a person wants that', async () => {
    const { desk, told, base, pass } = setup();
    await desk.forgetAfter(null);
    await desk.setKey(base, KEY);
    pass(10_000 * MINUTE);
    await desk.list('openai', base);
    expect(told.every(({ wasIdle }) => !wasIdle)).toBe(true);
  });
});

describe('a desk of models', () => {
  it('knows what a request that was given up has cost, before it says that it was given up', async () => {
    const { desk, base, open } = setup();
    await desk.setKey(base, KEY);
    const { model, spent } = await open();
    behave = () => ({ type: 'hang' });
    const abort = new AbortController();
    const waiting = ask(model, request(), abort.signal);
    await expect.poll(() => server.open).toBe(1);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(spent.at(-1)).toMatchObject({ calls: 1, estimated: 1 });
    await expect.poll(() => server.open).toBe(0);
  });

  it('holds the limit of a run across its models, and tells it as the error it is', async () => {
    const { desk, base, open } = setup();
    await desk.setKey(base, KEY);
    const { model, spent } = await open({
      limits: { calls: 2, tokens: null, dollars: null },
      prices: { [MODEL]: { prompt: 1, cached: 1, reply: 1 } },
    });
    await ask(model, request());
    await ask(model, request());
    await expect(ask(model, request())).rejects.toMatchObject({ name: 'ModelError', kind: 'budget' });
    expect(spent.at(-1)?.calls).toBe(2);
    expect(spent.at(-1)?.dollars).toBeGreaterThan(0);
  });

  it('says when its worker died, has no key any more, and starts anew', async () => {
    const { desk, workers, told, base, open } = setup();
    await desk.forgetAfter(MINUTE);
    await desk.setKey(base, KEY);
    const { model } = await open();
    behave = () => ({ type: 'hang' });
    const waiting = ask(model, request());
    await expect.poll(() => server.open).toBe(1);
    workers[0]?.die();
    await expect(waiting).rejects.toMatchObject({ name: 'WorkerError', failure: 'died' });
    expect(told.at(-1)).toMatchObject({ hints: {} });
    behave = () => hello;
    await expect(ask(model, request())).rejects.toThrow(/not open/);
    await desk.setKey(base, KEY);
    const again = await open();
    await expect(ask(again.model, request())).resolves.toMatchObject({ text: 'hello' });
    expect(workers).toHaveLength(2);
  });

  it('gives up what it cannot read, and is not asked what the worker does not know', async () => {
    const posted: unknown[] = [];
    let answer: (message: unknown) => void = () => undefined;
    const desk = new ModelDesk(() => ({
      post: (message) => posted.push(message),
      onMessage: (listener) => (answer = listener),
      onError: () => undefined,
      terminate: () => undefined,
    }));
    const waiting = desk.list('openai', 'https://api.openai.com/v1/');
    answer({ id: 'x' });
    await expect(waiting).rejects.toMatchObject({ name: 'WorkerError', failure: 'protocol' });
    const worker = modelPipe();
    worker.onMessage(() => undefined);
    worker.post({ id: 1, type: 'show-keys' });
    await expect
      .poll(() => worker.heard)
      .toMatchObject([{ id: -1, ok: false, error: { name: 'TypeError' } }]);
  });
});
