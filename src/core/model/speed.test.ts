import { expect, it } from 'vitest';
import type { LanguageModel, ModelRequest } from './model.ts';
import { measureSpeed, SPEED_REQUESTS } from './speed.ts';

/** A model that takes exactly so long. */
function paced(asked: ModelRequest[], counts = true): LanguageModel {
  return {
    ...{ id: 'paced', title: 'Paced', place: 'here', toolMethod: 'native', contextTokens: null },
    async *stream(request, signal) {
      await Promise.resolve();
      signal?.throwIfAborted();
      asked.push(request);
      const prompt = Math.ceil((request.messages[0]?.content.length ?? 0) / 4);
      const first = 100 + prompt * 2;
      const text = 'x'.repeat(40 * 4);
      const usage = counts ? { prompt, cached: 0, reply: 40 } : { prompt: null, cached: null, reply: null };
      const timing = { first, total: first + 40 * 5 };
      yield {
        type: 'end',
        reply: { text, reasoning: '', calls: [], finish: 'length', usage, timing },
      };
    },
  };
}

it.each([true, false])('tells a request from its tokens, counted by the server: %s', async (counts) => {
  const asked: ModelRequest[] = [];
  const speed = await measureSpeed(paced(asked, counts), 'n1');
  expect(asked).toHaveLength(SPEED_REQUESTS);
  expect(speed.perRequest).toBeCloseTo(100, 6);
  expect(speed.perPromptToken).toBeCloseTo(2, 6);
  expect(speed.perReplyToken).toBeCloseTo(5, 6);
});

it('asks nothing that a cache could hold, and stops when told', async () => {
  const asked: ModelRequest[] = [];
  await measureSpeed(paced(asked), 'n1');
  await measureSpeed(paced(asked), 'n2');
  const beginnings = asked.map(({ messages }) => messages[0]?.content.slice(0, 5));
  expect(new Set(beginnings).size).toBe(4);
  await expect(measureSpeed(paced([]), 'n3', AbortSignal.abort())).rejects.toThrow(/abort/i);
});
