import { expect, it } from 'vitest';
import { importWebllm } from './api.ts';
import { memoryFor } from '../catalogue.ts';
import { webllmCatalogue } from './catalogue.ts';

it('says of each model what WebLLM says', async () => {
  const { prebuilt } = await importWebllm();
  expect(new Set(webllmCatalogue.map(({ id }) => id)).size).toBe(webllmCatalogue.length);
  for (const entry of webllmCatalogue) {
    const record = prebuilt.find(({ model }) => model === entry.url);
    const window = record?.overrides?.context_window_size ?? 0;
    expect([entry.id, window]).toEqual([entry.id, 4096]);
    expect([entry.id, Math.round(memoryFor(entry, window) / 2 ** 20)]).toEqual([
      entry.id,
      Math.round(record?.vram_required_MB ?? 0),
    ]);
    // What else it takes is less than what it says in all.
    expect(entry.memory.bytes).toBeGreaterThan(0);
    expect(entry.needs).toEqual({ gpu: true, f16: /f16/.test(entry.url) });
  }
});
