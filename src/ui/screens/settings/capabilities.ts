import { storageStatus, type StorageStatus } from '../../../store/storage.ts';
import { fileSize } from '../../components/format.ts';

/** The parts of a browser that are looked at; tests hand in others. */
export interface BrowserParts {
  readonly gpu: Pick<GPU, 'requestAdapter'> | undefined;
  readonly storage: StorageManager | undefined;
  readonly locks: unknown;
  readonly indexedDB: unknown;
  readonly worker: unknown;
  readonly isolated: boolean;
  readonly online: boolean;
  readonly cores: number;
  /** In GB, rounded by the browser; undefined where it does not tell. */
  readonly memory: number | undefined;
}

export type CapabilityState = 'yes' | 'no' | 'unknown';

/** One thing that the browser can do or not, what that is good for here, and what to do without it. */
export interface Capability {
  readonly id: string;
  readonly title: string;
  readonly state: CapabilityState;
  readonly detail: string;
  readonly remedy: string | null;
}

/** The parts of this page's browser. */
export function browserParts(window: Window & typeof globalThis): BrowserParts {
  const { navigator } = window;
  // Types promise what browsers on plain http, or older ones, do not have.
  const given: { readonly [K in 'gpu' | 'storage' | 'locks' | 'deviceMemory']?: unknown } = navigator;
  return {
    gpu: given.gpu === undefined ? undefined : navigator.gpu,
    storage: given.storage === undefined ? undefined : navigator.storage,
    locks: given.locks,
    indexedDB: window.indexedDB,
    worker: window.Worker,
    isolated: window.crossOriginIsolated,
    online: navigator.onLine,
    cores: navigator.hardwareConcurrency,
    memory: typeof given.deviceMemory === 'number' ? given.deviceMemory : undefined,
  };
}

/** Asks the browser what it can do. Downloads nothing and asks for no permission. Never rejects. */
export async function capabilities(browser: BrowserParts): Promise<readonly Capability[]> {
  const [gpu, storage] = await Promise.all([graphics(browser.gpu), storageStatus(browser.storage)]);
  return [...gpu, ...storing(browser, storage), ...working(browser)];
}

/** Asked once for the page: what was not there then will not come. */
const withoutAdapter = new WeakSet<object>();

async function graphics(gpu: BrowserParts['gpu']): Promise<Capability[]> {
  const what = { id: 'webgpu', title: 'WebGPU' } as const;
  const none = (state: CapabilityState, detail: string, remedy: string): Capability[] => [
    { ...what, state, detail, remedy },
    { id: 'f16', title: 'Half precision (f16)', state, detail: 'Needs WebGPU.', remedy: null },
  ];
  if (gpu === undefined)
    return none(
      'no',
      'This browser has no WebGPU.',
      'Current versions of Chrome, Edge and Safari have it, on https or localhost. Without it, models in the tab run on the processor.',
    );
  try {
    // A browser that finds none says so in its console each time.
    const adapter = withoutAdapter.has(gpu) ? null : await gpu.requestAdapter();
    if (adapter === null) {
      withoutAdapter.add(gpu);
      return none(
        'no',
        'The browser has WebGPU and found no graphics adapter for it.',
        'Turn on hardware acceleration in the browser’s settings, or update the driver. Without it, models in the tab run on the processor.',
      );
    }
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const name = [adapter.info.vendor, adapter.info.architecture].filter((part) => part !== '').join(' ');
    const f16 = adapter.features.has('shader-f16');
    return [
      {
        ...what,
        state: 'yes',
        detail: `${name === '' ? 'An adapter' : name}: buffers up to ${fileSize(maxBufferSize)}, bound up to ${fileSize(maxStorageBufferBindingSize)}.`,
        remedy: null,
      },
      {
        id: 'f16',
        title: 'Half precision (f16)',
        state: f16 ? 'yes' : 'no',
        detail: f16
          ? 'The adapter computes with 16-bit numbers.'
          : 'The adapter computes with 32-bit numbers only.',
        remedy: f16 ? null : 'Models in 32 bits will work and take twice the memory.',
      },
    ];
  } catch (error) {
    return none(
      'unknown',
      error instanceof Error ? error.message : String(error),
      'Reload the page to ask again.',
    );
  }
}

function storing(browser: BrowserParts, status: StorageStatus): Capability[] {
  const database = browser.indexedDB !== undefined && browser.indexedDB !== null;
  return [
    {
      id: 'indexeddb',
      title: 'Storage (IndexedDB)',
      state: database ? 'yes' : 'no',
      detail: database ? 'Workspaces are kept in this browser.' : 'Nothing is kept when this page closes.',
      remedy: database ? null : 'Leave private browsing, or allow storage for this site.',
    },
    {
      id: 'quota',
      title: 'Room',
      state: status.known ? 'yes' : 'unknown',
      detail: status.known
        ? `${fileSize(status.usage)} of ${fileSize(status.quota)} used, ${status.persisted ? 'kept until you delete it' : 'the browser may clear it'}.`
        : `Not told: ${status.reason}.`,
      remedy: null,
    },
  ];
}

function working(browser: BrowserParts): Capability[] {
  const has = (value: unknown) => value !== undefined && value !== null;
  const yes = (value: boolean): CapabilityState => (value ? 'yes' : 'no');
  const memory = browser.memory === undefined ? '' : `, about ${browser.memory} GB of memory`;
  return [
    {
      id: 'locks',
      title: 'Web Locks',
      state: yes(has(browser.locks)),
      detail: has(browser.locks)
        ? 'One tab works on a run; the others are told.'
        : 'Two tabs could work on one run unnoticed.',
      remedy: has(browser.locks) ? null : 'Open the page on https or localhost, and in one tab only.',
    },
    {
      id: 'workers',
      title: 'Workers',
      state: yes(has(browser.worker)),
      detail: has(browser.worker)
        ? `${browser.cores} cores${memory}: the pipeline works beside the page.`
        : 'The pipeline cannot run.',
      remedy: has(browser.worker) ? null : 'Use a current browser.',
    },
    {
      id: 'isolated',
      title: 'Cross-origin isolation',
      state: yes(browser.isolated),
      detail: browser.isolated ? 'Threads can share memory.' : 'Threads cannot share memory.',
      remedy: browser.isolated
        ? null
        : 'Only models on the processor would be faster with it; it is set by the server that sends this page.',
    },
    {
      id: 'network',
      title: 'Network',
      state: yes(browser.online),
      detail: browser.online
        ? 'There; the pipeline does not use it.'
        : 'Away; the pipeline does not need it.',
      remedy: null,
    },
  ];
}
