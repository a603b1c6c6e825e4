/**
 * wllama starts a worker of its own from a blob, and that one may start more for its threads. Where scripts have to be
 * trusted (`require-trusted-types-for`), a blob's address as a plain text is none; and an error in such a worker is only
 * logged, so that whoever waits would wait for ever. Both are put right here, in the thread that has wllama in it.
 */

/** Name of the policy in the page's list, see vite.config.ts. Each thread makes its own. */
const POLICY = 'worker-url';

interface Scope {
  Worker: typeof Worker;
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (url: string) => string },
    ): { createScriptURL(url: string): string };
  };
}

/**
 * A stand-in for `Worker` that trusts blobs of this thread, and nothing else. Its text is also run in the workers that it
 * starts, hence it names nothing outside itself.
 */
function trustBlobs(scope: Scope, name: string, onerror: (why: string) => void): void {
  const policy = scope.trustedTypes?.createPolicy(name, {
    createScriptURL: (url) => {
      if (!url.startsWith('blob:')) throw new TypeError(`not a script of this thread: ${url}`);
      return url;
    },
  });
  const Original = scope.Worker;
  scope.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(policy?.createScriptURL(String(url)) ?? url, options);
      this.addEventListener('error', (event) => onerror(event.message || 'it could not be started'));
    }
  };
}

const noticed: ((why: string) => void)[] = [];
let isPrepared = false;

/** Prepares this thread, once, for the workers that wllama starts. Call it before wllama is used. */
export function prepareNestedWorkers(): void {
  if (isPrepared) return;
  isPrepared = true;
  trustBlobs(self, POLICY, (why) => noticed.forEach((listener) => listener(why)));
  const prelude = `(${trustBlobs.toString()})(self, ${JSON.stringify(POLICY)}, () => {});\n`;
  const original = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (object: Blob | MediaSource) =>
    original(
      object instanceof Blob && object.type === 'text/javascript'
        ? new Blob([prelude, object], { type: object.type })
        : object,
    );
}

/** Calls back when a worker fails that was started in this thread. */
export function onNestedFailure(listener: (why: string) => void): () => void {
  noticed.push(listener);
  return () => {
    const at = noticed.indexOf(listener);
    if (at >= 0) noticed.splice(at, 1);
  };
}
