import type { TabModelSpec } from '../models/tab/engine.ts';
import { webWorkerPort } from '../workers/port.ts';
import { TabDesk } from '../workers/tabDesk.ts';

/** The real engine in its worker, for tests that run in a browser. */
export function wllamaDesk(): TabDesk {
  return new TabDesk(() =>
    webWorkerPort(new Worker(new URL('../wllama.worker.ts', import.meta.url), { type: 'module' })),
  );
}

/** A model in a file. */
export function fileSpec(bytes: BlobPart, change: Partial<TabModelSpec> = {}): TabModelSpec {
  return {
    id: 'wllama/scripted',
    engine: 'wllama',
    title: 'Scripted',
    source: { from: 'files', files: [new File([bytes], 'scripted.gguf')] },
    contextTokens: 4096,
    library: null,
    ...change,
  };
}
