/** The worker thread of the command line: domains and the pipeline, wired. */
import { parentPort } from 'node:worker_threads';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { serve } from './workers/serve.ts';

const port = parentPort;
if (port === null) throw new Error('headless.worker.ts runs in a worker thread only.');
serve(
  {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
  },
  createRunner(domains),
);
