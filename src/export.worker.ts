/** The web worker that makes files of a dataset: domains and the formats, wired. */
import { domains } from '#domains/index.ts';
import { serveExport } from './workers/serveExport.ts';

serveExport(
  {
    post: (message) => self.postMessage(message),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  domains,
);
