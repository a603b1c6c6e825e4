// npm start: from a bare checkout to the open page. Options: PORT=<number>, --no-open.
import { ensureInstalled, ROOT } from './install.mjs';

const DEFAULT_PORT = 4173;

await ensureInstalled();
const { build, preview } = await import('vite');

await build({ root: ROOT, logLevel: 'warn' });
const port = Number(process.env.PORT ?? DEFAULT_PORT);
const server = await preview({
  root: ROOT,
  // A port that was asked for is kept or refused; the default one may move on to the next that is free.
  preview: { port, strictPort: process.env.PORT !== undefined, open: canOpen() },
});
server.printUrls();

/** Opening a browser fails loudly where there is no desktop, such as in a container. */
function canOpen() {
  if (process.argv.includes('--no-open') || process.env.CI) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
