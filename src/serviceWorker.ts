/**
 * Keeps the page working without a network. The files of a build are fetched once and answered from the cache;
 * files too large for that are kept when they are first used. A new build waits until the reader lets it take over.
 */

/** The parts of a service worker's scope that are used: the page's own types do not know it. */
interface Scope {
  addEventListener(type: 'install' | 'activate', listener: (event: Phase) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  addEventListener(type: 'fetch', listener: (event: Fetch) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
}
interface Phase {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetch {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

/** Written in when the page is built: the files to fetch at first, and a digest of all of them. */
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

const PREFIX = 'page-';
const CACHE = PREFIX + __VERSION__;
const PAGE = 'index.html';
const scope = globalThis as unknown as Scope;

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('message', ({ data }) => {
  // A failure leaves the old build in place, which goes on as before.
  if (data === 'take over') scope.skipWaiting().catch(() => undefined);
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === location.origin)
    event.respondWith(answer(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache, which may hold files of an older build under the same names.
  await cache.addAll(__FILES__.map((file) => new Request(file, { cache: 'reload' })));
}

async function activate(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await scope.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === 'navigate' ? PAGE : request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  // Names under assets/ hold a digest of their content, so what is kept never grows old.
  if (response.ok && new URL(request.url).pathname.includes('/assets/'))
    await cache.put(request, response.clone());
  return response;
}
