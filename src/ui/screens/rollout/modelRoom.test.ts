import { expect, it } from 'vitest';
import { library } from '#domains/library/index.ts';
import { retail } from '#domains/retail/index.ts';
import { lacksRoom } from './modelRoom.ts';

it('says which domains are too long for a model, by what rule, and what to do', () => {
  const [words, ...others] = lacksRoom('Small', [retail], 4096, 'grammar');
  expect(others).toEqual([]);
  expect(words).toMatch(/^Small has room for 4,096 tokens, .* Retail.* take about [\d,]+ \(counting four/);
  expect(words).toMatch(/Choose another domain or model, or load it with more room/);
});

it('warns where only short conversations fit, and is silent where there is room', () => {
  const prompt = (domain: typeof retail) =>
    Number(/about ([\d,]+)/.exec(lacksRoom('x', [domain], 1, 'grammar')[0] ?? '')?.[1]?.replaceAll(',', ''));
  expect(lacksRoom('Small', [library], prompt(library) + 2000, 'grammar')[0]).toMatch(/Only short/);
  expect(lacksRoom('Large', [library, retail], 131_072, 'native')).toEqual([]);
  // Schemas in JSON take more than tools in words.
  expect(lacksRoom('x', [retail], 1, 'native')[0]).not.toBe(lacksRoom('x', [retail], 1, 'grammar')[0]);
});
