/** The web worker: domains and the pipeline, wired. */
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { serve } from './workers/serve.ts';

serve(
  {
    post: (message) => self.postMessage(message),
    onMessage: (listener) =>
      self.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
  },
  createRunner(domains),
);
