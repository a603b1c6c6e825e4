/** Why the file of a model is not here, in words, each with what to do now. */
import { TabEngineError } from '../engine.ts';

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;
const FREE = 'Delete a model that you no longer need, or choose a smaller one.';

/** The browser gives no private files at all. */
export const noRoom = (error: unknown) =>
  new TabEngineError(
    'storage',
    `This browser gives the page no room for files: ${textOf(error)}`,
    'Choose a file of your own instead, or leave private browsing.',
  );

/** @param room what is wanted and what there is, where that is known before anything is written */
export const full = (room: { readonly bytes: number; readonly free: number } | null) =>
  new TabEngineError(
    'storage',
    room === null
      ? "The browser's storage is full. What has arrived is kept."
      : `${megabytes(room.bytes)} are still to be downloaded, and the browser gives this page ${megabytes(Math.max(0, room.free))}.`,
    FREE,
  );

/** Somebody else has the file open. */
export const inUse = (error: unknown) =>
  new TabEngineError(
    'storage',
    `The file of this model is in use (${textOf(error)}).`,
    'It is being downloaded, perhaps in another tab: wait for that or cancel it, then try again.',
  );

/** No answer at all. A browser does not say why. */
export const silent = (url: URL, error: unknown, page: string | null) =>
  new TabEngineError(
    'network',
    `${url.host} did not answer (${textOf(error)}).`,
    url.origin === page
      ? 'Check the connection, then press again: what has arrived is kept.'
      : 'Check the connection and the address. If it opens in a tab of its own, its server does not let pages read it (CORS): save the file there, and choose it here.',
  );

/** An answer that is no file. */
export function refused(url: URL, status: number): TabEngineError {
  const next =
    status === 404 || status === 410
      ? 'Check the address: the file may have been renamed.'
      : status === 401 || status === 403
        ? 'It may want an account, or consent to a licence: download it there and choose the file here.'
        : 'Try again later: what has arrived is kept.';
  return new TabEngineError('network', `${url.host} answered ${status} for ${fileName(url)}.`, next);
}

/** The connection ended early, again and again. */
export const brokeOff = (url: URL, end: number, total: number | null, goesOn: boolean) =>
  new TabEngineError(
    'network',
    `The download of ${fileName(url)} broke off after ${megabytes(end)}${total === null ? '' : ` of ${megabytes(total)}`}.`,
    goesOn
      ? 'Press again to go on from there.'
      : 'This server cannot go on in the middle, so pressing again begins anew: on a poor connection, download the file otherwise and choose it here.',
  );

/** A page that says "please log in", or another file. */
export const noGguf = (url: URL, type: string | null) =>
  new TabEngineError(
    'file',
    `What ${url.host} sent as ${fileName(url)} is no GGUF${type === null ? '' : ` (${type})`}. It was not kept.`,
    'Open the address in a tab of its own to see what it is.',
  );

/** Not the bytes that were promised. */
export const notPromised = (url: URL, found: string, promised: string) =>
  new TabEngineError(
    'file',
    `${fileName(url)} is not the file that was promised: its SHA-256 is ${found.slice(0, 12)}…, not ${promised.slice(0, 12)}…. It was deleted.`,
    'Load it again; if it is the same then, the file or the sum has changed: compare them where you have them from.',
  );

const fileName = (url: URL) => decodeURIComponent(url.pathname.split('/').at(-1) ?? '') || url.href;
