/** The name under which the tab remembers, in its session storage, that somebody went to sign in. */
export const PENDING = 't2t.sign-in';

/** Somebody came back from a provider's page. Not checked yet. */
export interface SignInReturn {
  readonly query: string;
  /** What this tab remembers of the way there; null when it remembers nothing. */
  readonly pending: string | null;
}

/** The parts of a window that are needed here. */
export interface ReturnWindow {
  readonly location: Pick<Location, 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'removeItem'>;
}

/**
 * Takes what somebody came back with out of the address, before anything else reads it, and leads to Settings. What the
 * tab remembers of the way there is good for one way back, and is forgotten on any other.
 * @returns null for any other visit
 */
export function takeSignInReturn(window: ReturnWindow): SignInReturn | null {
  const { location, history, sessionStorage } = window;
  const pending = sessionStorage.getItem(PENDING);
  if (pending !== null) sessionStorage.removeItem(PENDING);
  const query = location.search;
  const names = new URLSearchParams(query);
  if (!names.has('code') && !names.has('error')) return null;
  history.replaceState(null, '', `${location.pathname}#/settings?v=models`);
  return { query, pending };
}
