import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** `--no-sandbox` because containers rarely allow one; the rest keeps the browser off the network. */
export const BROWSER_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The Chromium to test with; undefined leaves the choice to Playwright's own download.
 * @returns {string | undefined}
 */
export function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

/**
 * Spread into Playwright's launch options: an explicit `undefined` path is a type error there.
 * @returns {{ args: string[], executablePath?: string }}
 */
export function launchOptions() {
  const executablePath = findBrowser();
  return { args: BROWSER_FLAGS, ...(executablePath ? { executablePath } : {}) };
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
