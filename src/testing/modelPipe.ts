import { systemClock } from '../models/index.ts';
import type { WorkerPort } from '../workers/port.ts';
import { serveModels, type ServeModelsInput } from '../workers/serveModels.ts';
import { memoryVault } from './memoryVault.ts';
import { pipe } from './pipe.ts';

/** The worker of models in this thread, which can be made to die. */
export interface ModelPipe extends WorkerPort {
  /** As its timer does now and then. */
  checkIdle(): void;
  die(): void;
  /** Everything that came out of it. */
  readonly heard: readonly unknown[];
}

/** A worker of models in this thread. */
export function modelPipe(changes: Partial<ServeModelsInput> = {}): ModelPipe {
  const input = {
    fetch,
    clock: systemClock,
    random: () => 0,
    now: Date.now,
    vault: memoryVault(),
    ...changes,
  };
  const heard: unknown[] = [];
  let checkIdle: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const port = pipe((parent) => {
    const post = (message: unknown) => {
      heard.push(message);
      parent.post(message);
    };
    checkIdle = serveModels({ ...parent, post }, input);
  });
  return {
    ...port,
    heard,
    checkIdle: () => checkIdle(),
    onError: (listener) => (fail = listener),
    die: () => fail(new Error('out of memory')),
  };
}
