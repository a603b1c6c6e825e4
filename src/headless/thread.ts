import { Worker } from 'node:worker_threads';
import type { WorkerPort } from '../workers/port.ts';

/** Starts a worker thread as a port. */
export function threadPort(script: URL): WorkerPort {
  const worker = new Worker(script);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', listener),
    onError(listener) {
      worker.on('error', listener);
      worker.on('messageerror', listener);
      worker.on('exit', (code) => listener(new Error(`The worker thread ended with code ${code}.`)));
    },
    terminate: () => worker.terminate(),
  };
}
