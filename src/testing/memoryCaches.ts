/** The Cache API in memory, as far as it is used: addresses to responses. */
export function memoryCaches(): CacheStorage & { readonly addresses: () => string[] } {
  const all = new Map<string, Map<string, Response>>();
  const one = (name: string): Map<string, Response> => {
    const known = all.get(name) ?? new Map<string, Response>();
    all.set(name, known);
    return known;
  };
  const urlOf = (request: RequestInfo | URL) =>
    request instanceof Request ? request.url : new URL(request).href;
  const cacheOf = (kept: Map<string, Response>): Cache => ({
    match: (request) => Promise.resolve(kept.get(urlOf(request))?.clone()),
    put: async (request, response) => {
      // Read to its end, as the browser does it.
      kept.set(urlOf(request), new Response(await response.arrayBuffer()));
    },
    delete: (request) => Promise.resolve(kept.delete(urlOf(request))),
    keys: () => Promise.resolve([...kept.keys()].map((url) => new Request(url))),
    add: () => Promise.reject(new TypeError('Failed to fetch')),
    addAll: () => Promise.reject(new TypeError('Failed to fetch')),
    matchAll: () => Promise.resolve([...kept.values()]),
  });
  return {
    open: (name) => Promise.resolve(cacheOf(one(name))),
    has: (name) => Promise.resolve(all.has(name)),
    delete: (name) => Promise.resolve(all.delete(name)),
    keys: () => Promise.resolve([...all.keys()]),
    match: () => Promise.resolve(undefined),
    addresses: () => [...all.values()].flatMap((kept) => [...kept.keys()]),
  };
}
