// Runs src/headless.ts in Node: bundles it when its sources changed, then imports it with the same arguments.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, ROOT } from './install.mjs';

const CACHE = join(ROOT, 'node_modules', '.cache', 'headless');
const OLD_BUILD_MS = 24 * 60 * 60_000;

await ensureInstalled();
const folder = join(CACHE, hashOfSources());
if (!existsSync(folder)) await bundle(folder);
await import(pathToFileURL(join(folder, 'headless.js')).href);

/** One folder per state of the sources: a build is never replaced under a run that still loads workers from it. */
function hashOfSources() {
  const hash = createHash('sha256');
  const files = ['src', 'domains'].flatMap((name) => filesBelow(join(ROOT, name)));
  for (const name of ['package.json', 'package-lock.json', 'scripts/headless.mjs'])
    files.push(join(ROOT, name));
  for (const file of files.sort()) {
    hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 24);
}

function filesBelow(root) {
  const isUsed = (path) => !/[.]test[.]ts$/.test(path) && !path.startsWith(join(ROOT, 'src', 'ui'));
  return readdirSync(root, { withFileTypes: true })
    .map((entry) => ({ entry, path: join(root, entry.name) }))
    .filter(({ path }) => isUsed(path))
    .flatMap(({ entry, path }) => (entry.isDirectory() ? filesBelow(path) : [path]));
}

async function bundle(target) {
  const { build } = await import('vite');
  const temporary = `${target}.${process.pid}.tmp`;
  // Vite sets this for the whole process, and the program that runs next should see what its caller set.
  const { NODE_ENV } = process.env;
  const worker = join(ROOT, 'src/headless.worker.ts');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // Everything in: a worker that resolves packages from node_modules starts many times slower.
    ssr: { noExternal: true },
    // Some packages look at it when they are loaded, and are slower in their development build.
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      ssr: true,
      target: 'node20',
      outDir: temporary,
      emptyOutDir: true,
      minify: false,
      sourcemap: 'inline',
      rolldownOptions: {
        input: {
          headless: join(ROOT, 'src/headless.ts'),
          ...(existsSync(worker) ? { 'headless.worker': worker } : {}),
        },
        // Chunks beside the entries, so that `new URL('./headless.worker.js', import.meta.url)` holds in all.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
  publish(temporary, target);
}

/** The rename is atomic; if another run was first, its build is the same and this one is thrown away. */
function publish(temporary, target) {
  mkdirSync(CACHE, { recursive: true });
  try {
    renameSync(temporary, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(temporary, { recursive: true, force: true });
  }
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (path !== target && age > OLD_BUILD_MS) rmSync(path, { recursive: true, force: true });
  }
}
