import { defineConfig } from '@playwright/test';
import { launchOptions } from './scripts/browser.mjs';

// `npm test` passes its own port and build, so that two runs, or a run and `npm start`, do not collide.
const port = process.env.E2E_PORT ?? '4179';
const dist = process.env.E2E_DIST ?? 'dist';
const url = `http://127.0.0.1:${port}/`;

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  fullyParallel: true,
  // A slow or busy machine is no failure; what hangs still ends.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  // `npm test` names what passes only the second time.
  retries: 1,
  // The page runs workers of its own.
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: process.env.E2E_REPORT ?? `test-results/${port}.json` }]],
  // Playwright empties this folder first; another run's traces must survive that.
  outputDir: `test-results/${port}`,
  use: {
    baseURL: url,
    browserName: 'chromium',
    launchOptions: launchOptions(),
    // Recording every journey makes all of them slower; one that fails is recorded when it is run again.
    trace: 'on-first-retry',
    // Tests that are about motion, or about being offline, ask for it.
    contextOptions: { reducedMotion: 'reduce' },
    serviceWorkers: 'block',
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort --outDir "${dist}"`,
    url,
    reuseExistingServer: false,
  },
});
