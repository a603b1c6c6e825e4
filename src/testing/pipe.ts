import type { WorkerPort } from '../workers/port.ts';
import type { ParentPort } from '../workers/serve.ts';

/** A worker in this thread: `start` is its script, and messages are cloned on the way as between real threads. */
export function pipe(start: (port: ParentPort) => void): WorkerPort {
  let hear: (message: unknown) => void = () => undefined;
  let ask: (message: unknown) => void = () => undefined;
  let ended = false;
  start({
    post: (message) =>
      queueMicrotask(() => {
        if (!ended) hear(structuredClone(message));
      }),
    onMessage: (listener) => (ask = listener),
  });
  return {
    post: (message) => ask(structuredClone(message)),
    onMessage: (listener) => (hear = listener),
    onError: () => undefined,
    terminate: () => {
      ended = true;
    },
  };
}
