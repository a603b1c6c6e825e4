/** The web worker that has WebLLM in it. */
import './jitless.ts';
import { systemClock } from './models/clock.ts';
import { importWebllm } from './models/tab/webllm/api.ts';
import { webllmTabEngine, type Gpu } from './models/tab/webllm/engine.ts';
import { WebllmFiles } from './models/tab/webllm/files.ts';
import { serveTab } from './workers/serveTab.ts';

serveTab(
  {
    post: (message) => self.postMessage(message),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  webllmTabEngine({
    webllm: importWebllm,
    // Not in every browser, and not in the types of this build's libraries.
    gpu: (self.navigator as Navigator & { readonly gpu?: Gpu }).gpu ?? null,
    files: new WebllmFiles(self.caches),
    estimate: () => self.navigator.storage.estimate(),
    clock: systemClock,
  }),
);
