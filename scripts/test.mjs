// npm test: every gate and every test, fastest first; the last line is the score.
// Some of it: npm test -- --only=unit (or several: --only=eslint,e2e). Names: see STEPS.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { ensureInstalled, ROOT } from './install.mjs';

// A folder of its own, so that two runs, or a run and `npm start`, do not overwrite each other's build.
const WORK = join(ROOT, '.cache', `test-${process.pid}`);
const DIST = join(WORK, 'dist');
// A step that hangs must still end in a score.
const STEP_LIMIT_MS = 60 * 60_000;

const gate = (name, ...command) => ({ name, command });
const STEPS = [
  gate('copies', 'jscpd', '--config', '.jscpd.json'),
  gate('arrows', 'depcruise', '--output-type', 'err', 'src', 'domains'),
  gate('unused', 'knip'),
  gate('core', 'tsc', '-p', 'src/core'),
  gate('domains', 'tsc', '-p', 'domains'),
  gate('prettier', 'prettier', '--check', '.'),
  gate('svelte-check', 'svelte-check', '--fail-on-warnings', '--output', 'human'),
  gate('eslint', 'eslint', '.'),
  { name: 'unit', count: countVitest, command: vitest('unit') },
  { name: 'browser', count: countVitest, command: vitest('browser'), needsBrowser: true },
  gate('build', 'vite', 'build', '--logLevel', 'warn', '--outDir', DIST, '--emptyOutDir'),
  gate('size', 'node', join('scripts', 'bundle-size.mjs'), DIST),
  // The size and the journeys are those of the built page, so both need the step `build` before them.
  { name: 'e2e', count: countPlaywright, command: ['playwright', 'test'], needsBrowser: true },
];
const NEEDS_BUILD = ['size', 'e2e'];

process.chdir(ROOT);
const chosen = chooseSteps();
await ensureInstalled();
mkdirSync(WORK, { recursive: true });
const env = { ...process.env, NO_COLOR: '1', E2E_DIST: DIST, E2E_REPORT: report('e2e') };
// Some tools take its mere presence as a yes.
delete env.FORCE_COLOR;
env.E2E_PORT ??= String(await freePort());
if (chosen.some((step) => step.needsBrowser)) await ensureBrowser();

let passed = 0;
let failed = 0;
let tests = 0;
try {
  for (const step of chosen) await runStep(step);
} finally {
  rmSync(WORK, { recursive: true, force: true });
}
if (tests === 0 && chosen.some((step) => step.count)) {
  failed += 1;
  console.log('No tests were found.');
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runStep(step) {
  const started = Date.now();
  const { status, output } = await run(step.command);
  const score = step.count
    ? step.count(step.name, status)
    : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  passed += score.passed;
  failed += score.failed;
  if (step.count) tests += score.passed + score.failed;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const detail = step.count ? `  ${score.passed} passed, ${score.failed} failed` : '';
  console.log(
    `${score.failed === 0 ? 'ok  ' : 'FAIL'} ${step.name.padEnd(13)}${seconds.padStart(6)} s${detail}`,
  );
  if (score.failed > 0) console.log(indent(output));
}

function chooseSteps() {
  const only = process.argv
    .find((argument) => argument.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',');
  if (only === undefined) return STEPS;
  const unknown = only.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(', ')}. Known: ${STEPS.map((step) => step.name).join(', ')}.`);
    process.exit(2);
  }
  const wanted = new Set(only);
  if (NEEDS_BUILD.some((name) => wanted.has(name))) wanted.add('build');
  return STEPS.filter((step) => wanted.has(step.name));
}

function vitest(project) {
  return [
    'vitest',
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report(project)}`,
  ];
}

function report(name) {
  return join(WORK, `${name}.json`);
}

function countVitest(name, status) {
  const result = readReport(name);
  if (result === undefined) return { passed: 0, failed: 1 };
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failures = result.numFailedTests + broken.length;
  // An error outside any test fails the run although every test in it passed.
  return { passed: result.numPassedTests, failed: failures === 0 && status !== 0 ? 1 : failures };
}

function countPlaywright(name, status) {
  const result = readReport(name);
  if (result === undefined) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = result.stats;
  // What passes only when repeated is told, so that somebody looks into it, and fails nobody's build.
  for (const title of flaky === 0 ? [] : flakyTitles(result.suites))
    console.log(`note: passed only the second time: ${title}`);
  return { passed: expected + flaky, failed: unexpected === 0 && status !== 0 ? 1 : unexpected };
}

function flakyTitles(suites) {
  return suites.flatMap(({ suites: inner = [], specs = [] }) => [
    ...specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map(({ file, line, title }) => `${file}:${line} ${title}`),
    ...flakyTitles(inner),
  ]);
}

function readReport(name) {
  return existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : undefined;
}

/** Starts a package's program through its own script file: npx costs a second each, and a .cmd needs a shell. */
function run([program, ...parameters]) {
  const parts = program === 'node' ? parameters : [binary(program), ...parameters];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parts, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: STEP_LIMIT_MS,
    });
    let output = '';
    const add = (chunk) => (output += chunk);
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('error', (error) => resolve({ status: 1, output: error.message }));
    child.on('close', (status) => resolve({ status, output }));
  });
}

function binary(program) {
  const owners = { tsc: 'typescript', depcruise: 'dependency-cruiser', playwright: '@playwright/test' };
  const folder = join(ROOT, 'node_modules', owners[program] ?? program);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[program]);
}

/** A browser of the system, else Playwright's own, else the package manager's. Without one the tests say so. */
async function ensureBrowser() {
  const found = findBrowser();
  if (found) {
    env.CHROMIUM = found;
    return;
  }
  const { chromium } = await import('playwright');
  if (existsSync(chromium.executablePath())) return;
  console.error('No Chromium found; fetching one ...');
  const isRoot = process.getuid?.() === 0;
  // The download alone does not start on a bare system; only root may add the libraries it needs.
  const parameters = isRoot ? 'install --with-deps chromium' : 'install chromium';
  if (tryInstall(`"${process.execPath}" "${binary('playwright')}" ${parameters}`)) return;
  if (isRoot && existsSync('/etc/debian_version')) {
    tryInstall('apt-get update && apt-get install -y --no-install-recommends chromium');
    env.CHROMIUM = findBrowser() ?? '';
  }
}

function tryInstall(command) {
  return spawnSync(command, { cwd: ROOT, shell: true, stdio: ['ignore', 2, 2] }).status === 0;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function indent(text) {
  return text.trimEnd().replace(/^/gm, '    ');
}
