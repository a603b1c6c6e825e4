import { expect, it } from 'vitest';
import { Engines } from './engines.svelte.ts';

it('says what would serve tasks: baselines, models that are set up, chosen, at work', () => {
  const engines = new Engines();
  expect(engines.words([])).toBe('Scripted baselines · no model needed');
  engines.expect(1);
  expect(engines.words([])).toBe('Scripted baselines · 1 model set up');
  engines.offer(() => 3);
  engines.expect(1);
  expect(engines.words([])).toBe('Scripted baselines · 3 models set up');
  const first = engines.choose(['openai/a', 'ollama/b']);
  expect(engines.words([])).toBe('Chosen: a, b');
  const second = engines.choose(['openai/a', 'ollama/b', 'vllm/c']);
  // What ended before does not take away what came after.
  first();
  expect(engines.words([])).toBe('Chosen: 3 models');
  expect(engines.words(['openrouter/x/y', 'openrouter/x/y'])).toBe('At work: x/y');
  second();
  expect(engines.words([])).toBe('Scripted baselines · 3 models set up');
});
