import { expect, test, type Page } from './fixtures.ts';
import { demoEnds, open } from './steps.ts';

test.use({ serviceWorkers: 'allow' });

/** Waits until the page is kept: its service worker answers for it. */
async function kept(page: Page): Promise<void> {
  await open(page, '', /Turn tool-call trajectories/);
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
}

test('after a first visit everything works without a network', async ({ page, context }) => {
  await kept(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole('region', { name: 'Recorded run' })).toContainText('Pass');
  await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
  await demoEnds(page);
  for (const [hash, heading] of [
    ['#/explore', 'Explore'],
    ['#/lab', 'Transform Lab'],
    ['#/rollout', 'Roll out'],
    ['#/results', 'Results'],
    ['#/dataset', 'Dataset'],
    ['#/settings', 'Settings'],
    ['#/import', 'Import'],
  ] as const)
    await open(page, hash, heading);
  await page.goto('./#/results?v=outcome:fail');
  await page.locator('a.line').first().click();
  await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
});

test('a newer build waits for the reader, and takes over with one press', async ({ page, context }) => {
  await kept(page);
  await expect(page.getByRole('button', { name: 'New version' })).toHaveCount(0);
  // The same build under another name of its cache is a newer one to the browser.
  await context.route('**/sw.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\n// newer` });
  });
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  const button = page.getByRole('button', { name: 'New version' });
  await expect(button).toBeEnabled();
  const loaded = page.waitForEvent('load');
  await button.click();
  await loaded;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(button).toHaveCount(0);
});
