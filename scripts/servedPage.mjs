// The page as it is built, served to a browser that measures it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from './install.mjs';

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Builds the page into a folder of its own and serves it; `close` ends the server and removes the folder. */
export async function servePage() {
  const dist = mkdtempSync(join(tmpdir(), 'served-page-'));
  await build({ root: ROOT, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } });
  const { url, close } = await serve(dist);
  return {
    dist,
    url,
    close: () => {
      close();
      rmSync(dist, { recursive: true, force: true });
    },
  };
}

/** Serves a folder, compressed as any static host does it. */
function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname).replace(
      /\/$/,
      '/index.html',
    );
    try {
      const body = readFileSync(join(folder, path));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      const compress = type !== 'font/woff2';
      response.setHeader('Content-Type', type);
      if (compress) response.setHeader('Content-Encoding', 'gzip');
      response.end(compress ? gzipSync(body) : body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      resolve({ url: `http://127.0.0.1:${port}/`, close: () => server.close() });
    });
  });
}
