// Only Node's own modules here: this file runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];
const LOCK = join(ROOT, '.cache', 'install.lock');
// An install takes seconds to a few minutes; a lock older than this was left behind by a killed process.
const LOCK_EXPIRES_MS = 10 * 60_000;

/** Installs what the lockfile asks for, unless it is there already. Writes to stderr only. */
export async function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    process.stderr.write(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.version}.\n`);
    process.exit(1);
  }
  if (isInstalled()) return;
  await whileHoldingLock(() => {
    // Another process may have installed while this one waited.
    if (isInstalled()) return;
    process.stderr.write('Installing packages (npm ci) ...\n');
    // npm is a .cmd file on Windows, which only a shell can start; stdout stays free for the caller's output.
    const result = spawnSync('npm ci --no-audit --no-fund', {
      cwd: ROOT,
      shell: true,
      stdio: ['ignore', 2, 2],
      // Browsers are looked for, and fetched if need be, by the tests alone.
      env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
    });
    if (result.status !== 0) throw new Error('npm ci failed; its output above says why.');
  });
}

/** npm leaves its own record of what it put in node_modules; compare versions with the lockfile's. */
function isInstalled() {
  const wanted = readPackages(join(ROOT, 'package-lock.json'));
  const present = readPackages(join(ROOT, 'node_modules', '.package-lock.json'));
  if (present === undefined) return false;
  return Object.entries(wanted ?? {}).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function whileHoldingLock(work) {
  mkdirSync(dirname(LOCK), { recursive: true });
  while (!tryLock()) {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  try {
    work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function tryLock() {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age > LOCK_EXPIRES_MS) rmSync(LOCK, { recursive: true, force: true });
  return false;
}
