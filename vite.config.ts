import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { modelSources } from './src/models/origins.ts';
import { launchOptions } from './scripts/browser.mjs';

// Whoever builds the page may let it reach more model servers: CONNECT_SRC="https://models.example.org".
const MODEL_SOURCES = modelSources(process.env.CONNECT_SRC);

// Trusted Types policies: Svelte wraps its templates in one; `worker-url` is ours, for `new Worker(...)`.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // The Hub and its storage for datasets and model files, where WebLLM's compiled libraries are, and servers of models;
  // nothing is asked for without a press.
  `connect-src 'self' https://huggingface.co https://*.hf.co https://raw.githubusercontent.com ${MODEL_SOURCES.join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "manifest-src 'self'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html dompurify worker-url',
].join('; ');

// Build only: the development server injects inline styles and scripts that this policy would block.
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

/** "0.1.0 (1a2b3c4)", for the page to say which build it is; without git only the version. */
function buildName(): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  try {
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const commit = execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], {
      encoding: 'utf8',
      stdio: [...stdio],
    });
    return `${version} (${commit.trim()})`;
  } catch {
    return version;
  }
}

// The files of a model for WebLLM, its library among them, for the one test that needs a real one.
const modelDir = process.env.WEBLLM_MODEL_DIR;
const webllmModel = modelDir === undefined ? null : { dir: modelDir, files: readdirSync(modelDir) };
const { args, ...browser } = launchOptions();
// Without a graphics processor Chromium computes on the processor then: slowly, but it does.
const browserOptions = {
  ...browser,
  args: modelDir === undefined ? args : [...args, '--enable-unsafe-webgpu', '--disable-gpu-watchdog'],
};

export default defineConfig({
  define: { __BUILD__: JSON.stringify(buildName()), __MODEL_SOURCES__: JSON.stringify(MODEL_SOURCES) },
  // Relative, so that the built page works from any folder of a static host.
  base: './',
  plugins: [svelte(), contentSecurityPolicy],
  // `font-src 'self'` forbids the data: URLs that small fonts would otherwise become.
  build: { target: 'es2022', assetsInlineLimit: 0 },
  worker: { format: 'es' },
  ...(modelDir === undefined ? {} : { server: { fs: { allow: ['.', modelDir] } } }),
  // Discovered late otherwise, and Vitest then reloads in the middle of a browser test.
  optimizeDeps: {
    include: [
      'dexie',
      '@huggingface/jinja',
      'hyparquet-writer',
      '@wllama/wllama/esm/index.js',
      '@mlc-ai/web-llm',
    ],
  },
  test: {
    // A test says what is right, not how fast: machines that build are busy.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'src/**/*.test.ts',
            'domains/**/*.test.ts',
            'tests/golden/**/*.test.ts',
            'tests/conformance/**/*.test.ts',
          ],
          exclude: ['**/*.svelte.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['src/**/*.svelte.test.ts'],
          provide: { webllmModel },
          browser: {
            enabled: true,
            headless: true,
            provider: playwright({ launchOptions: browserOptions }),
            instances: [{ browser: 'chromium' }],
            screenshotFailures: false,
          },
        },
      },
    ],
  },
});
