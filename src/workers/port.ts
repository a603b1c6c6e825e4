/** The pool's side of one worker, whatever runs it: a web worker, a worker thread, a test. */
export interface WorkerPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the worker failed to start, crashed, ended by itself, or sent what could not be cloned. */
  onError(listener: (error: unknown) => void): void;
  /** Stops it at once, whatever it is doing. */
  terminate(): void | Promise<unknown>;
}

/** A web worker as a port. */
export function webWorkerPort(worker: Worker): WorkerPort {
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) =>
      worker.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data)),
    onError(listener) {
      worker.addEventListener('error', (event) =>
        // A script that cannot be loaded fires a plain event without any message.
        listener(new Error(event.message || 'The worker could not be loaded.')),
      );
      worker.addEventListener('messageerror', () =>
        listener(new Error('A message of the worker could not be read.')),
      );
    },
    terminate: () => worker.terminate(),
  };
}
