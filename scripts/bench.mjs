// npm run bench: what this machine reaches. The engine is measured by the command line; --page measures the built page
// in a browser instead (see benchPage.mjs). Both print their figures as JSON, and a table on standard error.
import { ensureInstalled } from './install.mjs';

const page = process.argv.indexOf('--page');
if (page < 0) {
  process.argv.splice(2, 0, 'bench');
  await import('./headless.mjs');
} else {
  process.argv.splice(page, 1);
  await ensureInstalled();
  const { benchPage } = await import('./benchPage.mjs');
  process.exitCode = await benchPage(process.argv.slice(2));
}
