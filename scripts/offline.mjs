// Builds the service worker beside the page, with the list of the files that it keeps.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Larger files are fetched when they are needed, and kept from then on. */
const MOST_BYTES = 512 * 1024;

/** @returns {import('vite').Plugin} */
export function offline() {
  let root = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    async writeBundle({ dir }) {
      // Workers are builds of their own, inside this one.
      if (this.environment?.config.isWorker || dir === undefined) return;
      const { build } = await import('vite');
      const files = filesBelow(dir).map((path) => ({
        name: relative(dir, path).split(sep).join('/'),
        bytes: readFileSync(path),
      }));
      const hash = createHash('sha256');
      for (const { name, bytes } of files) hash.update(name).update('\0').update(bytes);
      const kept = files.filter(({ bytes }) => bytes.length <= MOST_BYTES).map(({ name }) => name);
      await build({
        root,
        configFile: false,
        publicDir: false,
        logLevel: 'error',
        define: {
          __FILES__: JSON.stringify(kept),
          __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 12)),
        },
        build: {
          target: 'es2022',
          outDir: dir,
          emptyOutDir: false,
          copyPublicDir: false,
          rolldownOptions: {
            input: join(root, 'src/serviceWorker.ts'),
            output: { format: 'iife', entryFileNames: 'sw.js' },
          },
        },
      });
    },
  };
}

function filesBelow(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]))
    .filter((path) => !path.endsWith(`${sep}sw.js`));
}
