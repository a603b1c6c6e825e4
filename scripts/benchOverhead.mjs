// What the path of the page costs beside the engine of a model in the tab: npm run bench -- --overhead. A model of random
// numbers is asked the same of wllama itself and as the page asks it, in turn, in one browser.
import { cpus } from 'node:os';
import { chromium } from '@playwright/test';
import { createServer } from 'vite';
import { launchOptions } from './browser.mjs';
import { ROOT } from './install.mjs';

const HELP = `Usage: npm run bench -- --overhead [--rounds N] [--tokens N] [--width N] [--layers N]

  --rounds N   measurements of each (default 9)
  --tokens N   tokens of a reply (default 300)
  --width N    width of the model, a multiple of 32 (default 256)
  --layers N   layers of the model (default 4)
`;
const WANTED = 0.97;
const PATIENCE_MS = 20 * 60_000;
const MODULE = '/src/testing/overhead.ts';
const PAGE = '/bench-overhead.html';

/** @param {string[]} parameters */
export async function benchOverhead(parameters) {
  const options = { '--rounds': 9, '--tokens': 300, '--width': 256, '--layers': 4 };
  for (let i = 0; i < parameters.length; i += 2) {
    const value = Number(parameters[i + 1]);
    if (!(parameters[i] in options) || !Number.isInteger(value) || value < 1) {
      process.stderr.write(HELP);
      return parameters[0] === '--help' ? 0 : 2;
    }
    options[parameters[i]] = value;
  }
  const server = await createServer({
    root: ROOT,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
    plugins: [emptyPage],
  });
  await server.listen();
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => process.stderr.write(`page: ${error.message}\n`));
    await page.goto(`http://127.0.0.1:${server.httpServer.address().port}${PAGE}`);
    const input = {
      ...{ rounds: options['--rounds'], tokens: options['--tokens'] },
      ...{ width: options['--width'], layers: options['--layers'] },
    };
    const found = await page.evaluate(
      async ([module, given]) => {
        const { measureOverhead } = await import(module);
        return measureOverhead(given);
      },
      [MODULE, input],
    );
    // Of neighbours: a machine that others use is slow for both.
    const ratio = median(found.app.map((rate, i) => rate / found.bare[i]));
    const figures = {
      command: ['npm run bench -- --overhead', ...parameters].join(' '),
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, browser: browser.version() },
      ...{ ...input, model_mb: round(found.megabytes), events_of_a_reply: found.events },
      bare_tokens_per_second: { median: round(median(found.bare)), all: found.bare.map(round) },
      app_tokens_per_second: { median: round(median(found.app)), all: found.app.map(round) },
      ratio: Math.round(ratio * 1000) / 1000,
    };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
    process.stderr.write(
      `the app reaches ${(ratio * 100).toFixed(1)} % of the bare engine; wanted ${WANTED * 100} %\n`,
    );
    return 0;
  } finally {
    await browser.close();
    await server.close();
  }
}

const emptyPage = {
  name: 'empty-page',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.url !== PAGE) return next();
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>Bench</title>');
    });
  },
};

const round = (value) => Math.round(value * 10) / 10;

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
