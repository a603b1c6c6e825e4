import type { TabModelSpec } from '../models/tab/engine.ts';

/** A model in the tab that tests load. */
export const tinyTabModel: TabModelSpec = {
  id: 'wllama/tiny',
  engine: 'wllama',
  title: 'tiny.gguf',
  source: { from: 'url', url: 'https://models.example/tiny.gguf' },
  contextTokens: 2048,
  library: null,
};
