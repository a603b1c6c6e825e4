/** The folder of a model, as WebLLM addresses its files. */
export function folderOf(url: string): string {
  const base = url.endsWith('/') ? url : `${url}/`;
  return /\/resolve\/[^/]+\/$/.test(base) ? base : new URL('resolve/main/', base).href;
}
