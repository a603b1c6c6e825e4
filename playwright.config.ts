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
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: process.env.E2E_REPORT ?? `test-results/${port}.json` }]],
  // Playwright empties this folder first; another run's traces must survive that.
  outputDir: `test-results/${port}`,
  use: { baseURL: url, browserName: 'chromium', launchOptions: launchOptions(), trace: 'retain-on-failure' },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${port} --strictPort --outDir "${dist}"`,
    url,
    reuseExistingServer: false,
  },
});
