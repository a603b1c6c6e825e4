import { mount } from 'svelte';
import App from './ui/App.svelte';
import { loadOnce, type Services } from './ui/state/services.ts';
import workerUrl from './pipeline.worker.ts?worker&url';

// zod would compile its parsers with `new Function`, which this page's policy forbids. It reads this before its
// first schema; saying it through zod would bring zod into the first load.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const MOST_WORKERS = 4;
// On two cores as well: the page itself has little to do meanwhile, and waits for no worker.
const LEAST_WORKERS = 2;

const services: Services = {
  domains: loadOnce(async () => (await import('#domains/index.ts')).domains),
  repository: loadOnce(async () => {
    const { memoryRepository, openRepository, UnavailableError } = await import('./store/index.ts');
    const { indexedDB, IDBKeyRange } = globalThis;
    try {
      return await openRepository({ indexedDB, IDBKeyRange });
    } catch (error) {
      // Without storage everything works, only it is gone when the page closes; the shell says so.
      if (error instanceof UnavailableError) return memoryRepository();
      throw error;
    }
  }),
  runner: loadOnce(async () => {
    const [{ createPool }, { webWorkerPort }] = await Promise.all([
      import('./workers/pool.ts'),
      import('./workers/port.ts'),
    ]);
    const url = trustedWorkerUrl();
    return createPool({
      spawn: () => webWorkerPort(new Worker(url, { type: 'module' })),
      size: Math.min(MOST_WORKERS, Math.max(LEAST_WORKERS, navigator.hardwareConcurrency - 1)),
    });
  }),
};

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The address of our own worker, in the form that a page with Trusted Types asks for. */
function trustedWorkerUrl(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return workerUrl;
  return trustedTypes
    .createPolicy('worker-url', { createScriptURL: (url) => url })
    .createScriptURL(workerUrl);
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app element');
target.replaceChildren();
mount(App, { target, props: { services } });
