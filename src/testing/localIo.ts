import type { Domain } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import type { Io } from '../headless/io.ts';
import type { WorkerPort } from '../workers/port.ts';
import { serve } from '../workers/serve.ts';
import { pipe } from './pipe.ts';

/** A worker in this thread, with the real protocol between it and its pool. */
export function localPort(domains: readonly Domain[]): WorkerPort {
  return pipe((port) => serve(port, createRunner(domains)));
}

/** What the command line would get from its process, with everything it writes kept. */
export function localIo(domains: readonly Domain[]): { io: Io; written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  let clock = 0;
  return {
    written,
    io: {
      domains,
      spawn: () => localPort(domains),
      cores: 2,
      out: (text) => {
        written.out += text;
        return Promise.resolve();
      },
      err: (text) => {
        written.err += text;
      },
      env: () => undefined,
      now: () => (clock += 10),
      cpu: () => (clock += 10),
    },
  };
}
