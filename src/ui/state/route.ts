/** Where in the interface one is, as the hash of the page's address. Nothing but these keys is ever read. */
export const screenIds = [
  'start',
  'explore',
  'lab',
  'rollout',
  'play',
  'results',
  'dataset',
  'settings',
  'import',
  'trace',
] as const;
export type ScreenId = (typeof screenIds)[number];

/** r recipe, s step, t trial, v view, p present, w workshop pack. */
export const routeKeys = ['r', 's', 't', 'v', 'p', 'w'] as const;
export type RouteKey = (typeof routeKeys)[number];
export type RouteKeys = Readonly<Partial<Record<RouteKey, string>>>;

export interface Route {
  readonly screen: ScreenId;
  /** What the screen is about: the rollout of a trace. */
  readonly id: string | null;
  readonly keys: RouteKeys;
}

export const START: Route = { screen: 'start', id: null, keys: {} };

/** Reads a hash such as `#/trace/r12?s=4`. A link to no screen leads to the start, and says so. */
export function parseHash(hash: string): { readonly route: Route; readonly problem: string | null } {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [name = '', id] = path.split('/', 2);
  const params = new URLSearchParams(query);
  const found: Partial<Record<RouteKey, string>> = {};
  for (const key of routeKeys) {
    const value = params.get(key);
    if (value !== null && value !== '') found[key] = value;
  }
  if (name === '') return { route: { ...START, keys: found }, problem: null };
  const screen = screenIds.find((known) => known === name);
  if (screen === undefined) return { route: START, problem: `The link names a screen "${name}".` };
  const decoded = id === undefined || id === '' ? null : decode(id);
  if (screen === 'trace' && decoded === null)
    return { route: START, problem: 'The link leads to a trace and names no rollout.' };
  return { route: { screen, id: decoded, keys: found }, problem: null };
}

/** The hash of a route. Keys stand in a fixed order, so that one place has one address. */
export function formatHash(route: Route): string {
  const id = route.id === null ? '' : `/${encodeURIComponent(route.id)}`;
  const params = new URLSearchParams();
  for (const key of routeKeys) {
    const value = route.keys[key];
    if (value !== undefined && value !== '') params.set(key, value);
  }
  const query = params.toString();
  return `#/${route.screen}${id}${query === '' ? '' : `?${query}`}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
