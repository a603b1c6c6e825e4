// npm run bench: what this machine reaches. The engine is measured by the command line; --page measures the built page
// in a browser instead (see benchPage.mjs), --store how the page answers when its store is full (benchStore.mjs), and
// --models how it holds a thousand rollouts of a model (benchModels.mjs), --overhead what it costs beside the engine of a
// model in the tab (benchOverhead.mjs).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, ROOT } from './install.mjs';

// Where the tests look for the published data of tau2-bench, too.
const REFERENCE = join(ROOT, '..', 'shared', 'tau-bench', 'retail');

const [what] = process.argv.slice(2);
if (what === '--page') {
  await ensureInstalled();
  const { benchPage } = await import('./benchPage.mjs');
  process.exitCode = await benchPage(process.argv.slice(3));
} else if (what === '--models') {
  await ensureInstalled();
  const { benchModels } = await import('./benchModels.mjs');
  process.exitCode = await benchModels(process.argv.slice(3));
} else if (what === '--overhead') {
  await ensureInstalled();
  const { benchOverhead } = await import('./benchOverhead.mjs');
  process.exitCode = await benchOverhead(process.argv.slice(3));
} else if (what === '--store') {
  await ensureInstalled();
  await import('./benchStore.mjs');
} else {
  const options = process.argv.slice(2);
  const takesReference =
    !options.some((option) => /^--(data|domain)\b/.test(option)) && existsSync(REFERENCE);
  process.argv.splice(2, 0, 'bench', ...(takesReference ? ['--data', REFERENCE] : []));
  await import('./headless.mjs');
}
