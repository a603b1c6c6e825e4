/**
 * What every `LanguageModel` has to do, whatever is behind it. An implementation gives a way to make one whose
 * replies the suite decides.
 */
import { describe, expect, it } from 'vitest';
import { ask, type LanguageModel, type ModelEvent, type ModelRequest } from '#core/model/index.ts';
import type { FakeReply } from './fakeVendors.ts';

/** A model under test, which will give these replies in this order. */
export interface ContractSubject {
  readonly name: string;
  /** What it cannot do, hence is not asked to. */
  readonly without?: readonly ('reasoning' | 'usage' | 'malformed-call' | 'schema' | 'native-calls')[];
  make(replies: readonly FakeReply[]): Promise<{ model: LanguageModel; close(): Promise<void> }>;
}

export const request = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', content: 'You help with the weather.' },
    { role: 'user', content: 'How warm is it in Paris?' },
  ],
  tools: [],
  schema: null,
  maxTokens: 200,
  temperature: 0,
  seed: 1,
  ...change,
});

export const weatherTool = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string', description: 'its name' } },
    required: ['city'],
    additionalProperties: false,
  },
} as const;

const called = { id: 'call_0', name: 'get_weather', arguments: { city: 'Paris' }, raw: '{"city":"Paris"}' };

/** Runs the suite against one implementation. */
export function modelContract(subject: ContractSubject): void {
  const { name, without = [] } = subject;
  const can = (what: NonNullable<ContractSubject['without']>[number]) => !without.includes(what);
  const withModel = async <T>(replies: readonly FakeReply[], use: (model: LanguageModel) => Promise<T>) => {
    const made = await subject.make(replies);
    try {
      return await use(made.model);
    } finally {
      await made.close();
    }
  };

  describe(name, () => {
    it('streams a text and ends once with the whole of it', async () => {
      const events = await withModel([{ text: 'It is 21 degrees in Paris.' }], async (model) => {
        const all: ModelEvent[] = [];
        for await (const event of model.stream(request())) all.push(event);
        return all;
      });
      const said = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
      expect(said).toBe('It is 21 degrees in Paris.');
      expect(events.filter(({ type }) => type === 'end')).toHaveLength(1);
      const last = events.at(-1);
      expect(last).toMatchObject({ type: 'end', reply: { text: said, calls: [], finish: 'stop' } });
      if (last?.type !== 'end') throw new Error('no end');
      expect(last.reply.timing.total).toBeGreaterThanOrEqual(last.reply.timing.first);
    });

    it.runIf(can('native-calls'))('asks for a call, takes its result, and goes on', async () => {
      const [first, second] = await withModel(
        [{ calls: [{ name: 'get_weather', raw: '{"city":"Paris"}' }] }, { text: 'It is 21 degrees.' }],
        async (model) => {
          const one = await ask(model, request({ tools: [weatherTool] }));
          const [call] = one.calls;
          if (call === undefined) throw new Error('no call');
          const messages = [
            ...request().messages,
            { role: 'assistant' as const, content: one.text, calls: [call] },
            { role: 'tool' as const, id: call.id, name: call.name, content: '21' },
          ];
          return [one, await ask(model, request({ tools: [weatherTool], messages }))];
        },
      );
      expect(first).toMatchObject({
        text: '',
        finish: 'call',
        calls: [{ name: 'get_weather', arguments: { city: 'Paris' } }],
      });
      expect(second).toMatchObject({ text: 'It is 21 degrees.', finish: 'stop', calls: [] });
    });

    it('has characters of every kind arrive as they were sent', async () => {
      const text = 'Größe 42 — “naïve” 日本語 🙂 cost $$5 and $& \\n </think-not> {"a":1}';
      const reply = await withModel([{ text }], (model) => ask(model, request()));
      expect(reply.text).toBe(text);
    });

    it('says when a reply was cut at its limit', async () => {
      const reply = await withModel([{ text: 'It is', finish: 'length' }], (model) =>
        ask(model, request({ maxTokens: 2 })),
      );
      expect(reply.finish).toBe('length');
    });

    it('rejects with the reason when the signal fires, before and during a reply', async () => {
      await withModel([{ text: 'It is 21 degrees.' }, { text: 'Again.' }], async (model) => {
        const before = new AbortController();
        before.abort(new Error('stopped early'));
        await expect(ask(model, request(), before.signal)).rejects.toThrow('stopped early');
        const during = new AbortController();
        await expect(
          ask(model, request(), during.signal, () => during.abort(new Error('stopped late'))),
        ).rejects.toThrow('stopped late');
      });
    });

    it.runIf(can('reasoning'))('keeps reasoning apart from the text', async () => {
      const reply = await withModel([{ reasoning: 'Paris is in France.', text: 'Warm.' }], (model) =>
        ask(model, request()),
      );
      expect(reply).toMatchObject({ text: 'Warm.', reasoning: 'Paris is in France.' });
    });

    it.runIf(can('usage'))('tells what was used, and that it does not know', async () => {
      await withModel(
        [
          { text: 'a', usage: { prompt: 120, cached: 100, reply: 3 } },
          { text: 'b', usage: null },
        ],
        async (model) => {
          expect((await ask(model, request())).usage).toEqual({ prompt: 120, cached: 100, reply: 3 });
          expect((await ask(model, request())).usage.reply).toBeNull();
        },
      );
    });

    it.runIf(can('malformed-call'))(
      'passes on a call that cannot be read, with what was written',
      async () => {
        const reply = await withModel([{ calls: [{ name: 'get_weather', raw: '{"city": ' }] }], (model) =>
          ask(model, request({ tools: [weatherTool] })),
        );
        expect(reply.calls[0]).toMatchObject({ name: 'get_weather', arguments: null, raw: '{"city": ' });
      },
    );

    it('has an empty reply when the model says nothing', async () => {
      const reply = await withModel([{}], (model) => ask(model, request()));
      expect(reply).toMatchObject({ text: '', calls: [], finish: 'stop' });
    });
  });
}

/** A message that has a call, for tests of what is sent. */
export const conversation = [
  ...request().messages,
  { role: 'assistant' as const, content: '', calls: [called] },
  { role: 'tool' as const, id: 'call_0', name: 'get_weather', content: '21' },
];
