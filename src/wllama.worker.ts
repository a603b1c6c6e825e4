/** The web worker that has llama.cpp in it. */
import './jitless.ts';
import wasm from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { systemClock } from './models/clock.ts';
import { WllamaEngine } from './models/tab/wllama/wllamaEngine.ts';
import { serveTab } from './workers/serveTab.ts';

serveTab(
  {
    post: (message) => self.postMessage(message),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  new WllamaEngine({
    wasm: new URL(wasm, import.meta.url).href,
    fetch: self.fetch.bind(self),
    navigator: self.navigator,
    clock: systemClock,
    origin: self.location.origin,
  }),
);
