import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { runDemo } from './steps.ts';

export { expect };
export type { Page };

interface Options {
  /** Problems that a test brings about itself; any other fails it. */
  readonly expectedProblems: readonly RegExp[];
}

interface WorkerFixtures {
  /** A browser's storage with what the one-click run leaves behind. */
  readonly demo: Awaited<ReturnType<BrowserContext['storageState']>>;
}

/**
 * Every page of every test is watched: an error in the console, an exception, a violation of the content policy, or
 * a request that leaves the origin fails the test.
 */
export const test = base.extend<Options, WorkerFixtures>({
  expectedProblems: [[], { option: true }],

  // Once per worker process: making it takes seconds, reading it does not.
  demo: [
    async ({ browser }, use, { project }) => {
      const { baseURL, contextOptions, serviceWorkers } = project.use;
      const context = await browser.newContext({
        ...contextOptions,
        ...(baseURL !== undefined && { baseURL }),
        ...(serviceWorkers !== undefined && { serviceWorkers }),
      });
      const page = await context.newPage();
      await runDemo(page);
      await use(await context.storageState({ indexedDB: true }));
      await context.close();
    },
    { scope: 'worker' },
  ],

  context: async ({ context, baseURL, expectedProblems }, use) => {
    const problems = await watch(context, baseURL ?? '');
    await use(context);
    const left = problems.filter((problem) => !expectedProblems.some((known) => known.test(problem)));
    expect(left, 'problems in the page').toEqual([]);
  },
});

/** Begins with the demo workspace filled and open, as the one-click run leaves it. */
export const demoTest = test.extend({
  storageState: async ({ demo }, use) => {
    await use(demo);
  },
});

async function watch(context: BrowserContext, origin: string): Promise<readonly string[]> {
  const problems: string[] = [];
  context.on('weberror', (error) => problems.push(`exception: ${error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!/^(blob|data):/.test(url) && !url.startsWith(origin)) problems.push(`request: ${url}`);
  });
  await context.exposeFunction('reportViolation', (what: string) => {
    problems.push(`policy: ${what}`);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = window as unknown as { reportViolation: (what: string) => Promise<void> };
      reportViolation(`${event.violatedDirective} ${event.blockedURI}`).catch(() => undefined);
    });
  });
  return problems;
}
