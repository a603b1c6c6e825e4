import './jitless.ts';
import { mount } from 'svelte';
import App from './ui/App.svelte';
import { loadOnce, type Services } from './ui/state/services.ts';
import type { TabEngineId } from './models/tab/engine.ts';
import type { StoreError } from './store/errors.ts';
import type { TabDesk } from './workers/tabDesk.ts';
import backupWorkerUrl from './backup.worker.ts?worker&url';
import pipelineWorkerUrl from './pipeline.worker.ts?worker&url';
import exportWorkerUrl from './export.worker.ts?worker&url';
import modelsWorkerUrl from './models.worker.ts?worker&url';
import webllmWorkerUrl from './webllm.worker.ts?worker&url';
import wllamaWorkerUrl from './wllama.worker.ts?worker&url';

const MOST_WORKERS = 4;
// On two cores as well: the page itself has little to do meanwhile, and waits for no worker.
const LEAST_WORKERS = 2;

const troubled: ((error: StoreError) => void)[] = [];

/** Engines for models in this tab. */
const tabDesks: Partial<Record<TabEngineId, () => Promise<TabDesk>>> = {
  wllama: tabDesk(wllamaWorkerUrl),
  webllm: tabDesk(webllmWorkerUrl),
};

const services: Services = {
  onTrouble: (listener) => {
    troubled.push(listener);
  },
  domains: loadOnce(async () => (await import('#domains/index.ts')).domains),
  repository: loadOnce(async () => {
    const { memoryRepository, openRepository, UnavailableError } = await import('./store/index.ts');
    const { indexedDB, IDBKeyRange } = globalThis;
    try {
      return await openRepository({
        indexedDB,
        IDBKeyRange,
        onTrouble: (error) => troubled.forEach((tell) => tell(error)),
      });
    } catch (error) {
      // Without storage everything works, only it is gone when the page closes; the shell says so.
      if (error instanceof UnavailableError) return memoryRepository();
      throw error;
    }
  }),
  turns: loadOnce(async () => {
    const { turnLog } = await import('./store/index.ts');
    const { indexedDB, IDBKeyRange } = globalThis;
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
    return turnLog({ indexedDB, IDBKeyRange, now: Date.now, pause });
  }),
  runner: loadOnce(async () => {
    const [{ createPool }, { webWorkerPort }] = await Promise.all([
      import('./workers/pool.ts'),
      import('./workers/port.ts'),
    ]);
    return createPool({
      spawn: () => webWorkerPort(worker(pipelineWorkerUrl)),
      size: Math.min(MOST_WORKERS, Math.max(LEAST_WORKERS, navigator.hardwareConcurrency - 1)),
    });
  }),
  backups: loadOnce(async () => {
    const [repository, { localBackups, workerBackups }, { webWorkerPort }] = await Promise.all([
      services.repository(),
      import('./store/index.ts'),
      import('./workers/port.ts'),
    ]);
    // What is only in this page's memory, no worker can see.
    if (!repository.durable) return localBackups(repository);
    return workerBackups(() => webWorkerPort(worker(backupWorkerUrl)));
  }),
  exporter: async () => {
    const [{ Exporter }, { webWorkerPort }] = await Promise.all([
      import('./workers/exporter.ts'),
      import('./workers/port.ts'),
    ]);
    return new Exporter(webWorkerPort(worker(exportWorkerUrl)));
  },
  modelDesk: loadOnce(async () => {
    const [{ ModelDesk }, { webWorkerPort }] = await Promise.all([
      import('./workers/modelDesk.ts'),
      import('./workers/port.ts'),
    ]);
    return new ModelDesk(() => webWorkerPort(policedWorker(modelsWorkerUrl)));
  }),
  tabDesk: (engine) =>
    tabDesks[engine]?.() ?? Promise.reject(new TypeError(`This build has no engine '${engine}'.`)),
};

/** The desk of an engine in this tab; its worker starts when it is first asked. */
function tabDesk(workerUrl: string) {
  return loadOnce(async () => {
    const [{ TabDesk }, { webWorkerPort }] = await Promise.all([
      import('./workers/tabDesk.ts'),
      import('./workers/port.ts'),
    ]);
    return new TabDesk(() => webWorkerPort(policedWorker(workerUrl)));
  });
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** Makes addresses of our own workers into what a page with Trusted Types asks for. One policy per page. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('worker-url', {
  createScriptURL: (url) => url,
});

function worker(url: string): Worker {
  return new Worker(policy?.createScriptURL(url) ?? url, { type: 'module' });
}

/**
 * A worker under this page's content policy. One that is loaded by its address has only the policy of its own response
 * headers, which a static host does not send; one that begins as a blob takes the page's.
 */
function policedWorker(url: string): Worker {
  const script = `import ${JSON.stringify(new URL(url, location.href).href)};`;
  return worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app element');
target.replaceChildren();
mount(App, { target, props: { services } });
