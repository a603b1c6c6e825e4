import { test, type BrowserContext, type Page } from '@playwright/test';
import { complaints, expect, runs, startRun, stored } from './settings.support.ts';

/** Long enough to be caught in the middle: 60 tasks, 4 agents, 8 trials. */
const LONG = { tasks: 15, trials: 8 };
const TOTAL = 60 * 4 * 8;
/** Milliseconds between two looks at a run that is soon over. */
const OFTEN = { intervals: [50] };

test.describe.configure({ timeout: 180_000 });

/** Ends the process behind a tab at once, as the system does when memory runs out. */
async function kill(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The answer never comes: the page is gone.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}

/** How many rollouts the browser holds, and of how many cells, read past the page. */
function rollouts(page: Page): Promise<{ rows: number; run: string }> {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('trajectory2task');
        opening.onerror = () => reject(new Error(opening.error?.message));
        opening.onsuccess = () => {
          const database = opening.result;
          const keys = database.transaction('rollouts').objectStore('rollouts').getAllKeys();
          keys.onerror = () => reject(new Error(keys.error?.message));
          keys.onsuccess = () => {
            database.close();
            // A key is [workspace, "<run>/<rollout>"].
            const ids = keys.result.map((key) => JSON.stringify(key));
            resolve({ rows: ids.length, run: ids[0]?.split('/')[0] ?? '' });
          };
        };
      }),
  );
}

test('what one tab changes, the other shows within a second', async ({ context, page }) => {
  const other = await context.newPage();
  await Promise.all([page.goto('./#/settings'), other.goto('./#/settings')]);
  await expect(other.getByRole('button', { name: 'Rename My workspace' })).toBeVisible();
  await page.getByRole('button', { name: 'Rename My workspace' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Shared');
  await page.keyboard.press('Enter');
  const shown = Date.now();
  await expect(other.getByRole('banner').getByText('Shared')).toBeVisible({ timeout: 5000 });
  await expect(other.getByRole('button', { name: 'Rename Shared' })).toBeVisible();
  const took = Date.now() - shown;
  test.info().annotations.push({ type: 'seen in the other tab', description: `${took} ms` });
  expect(took).toBeLessThan(1500);

  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Second');
  await page.keyboard.press('Enter');
  await other.getByRole('button', { name: 'Delete Second' }).click();
  await other.getByRole('button', { name: 'Delete the workspace' }).click();
  await expect(page.getByText('"Second" was deleted. This is "Shared".')).toBeVisible();
});

test('a run belongs to one tab; the other is told, and takes over when that tab is killed', async ({
  context,
  page,
}) => {
  await startRun(page, LONG);
  await expect(page).toHaveTitle(/^▶ /);
  const other = await context.newPage();
  const found = complaints(other);
  await other.goto('./#/rollout');
  await expect(runs(other).getByText(/Running in another tab/)).toBeVisible();
  await expect(other.getByRole('banner').getByText(/Another tab runs/)).toBeVisible();
  await expect(runs(other).getByRole('button', { name: 'Go on' })).toBeHidden();
  await expect(runs(other).getByRole('button', { name: 'Delete' })).toBeHidden();

  // Paused it still belongs to that tab.
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(runs(other).getByText(/Paused/)).toBeVisible();
  await runs(other).getByRole('button', { name: 'Go on' }).click();
  await expect(other.getByText(/Another tab of this browser has this run in hand/)).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(runs(other).getByText(/Running in another tab/)).toBeVisible();

  await kill(context, page);
  const killed = Date.now();
  await expect(runs(other).getByText(/Interrupted/)).toBeVisible();
  test.info().annotations.push({ type: 'noticed', description: `${Date.now() - killed} ms after the kill` });
  const before = await rollouts(other);
  expect(before.rows).toBeGreaterThan(0);
  expect(before.rows).toBeLessThan(TOTAL);
  await runs(other).getByRole('button', { name: 'Go on' }).click();
  await expect(runs(other).getByText(/Finished/)).toBeVisible({ timeout: 120_000 });
  expect(await rollouts(other)).toEqual({ ...before, rows: TOTAL });
  expect(found).toEqual([]);
});

test('a killed tab that was alone: the next one finds what was finished, and resumes', async ({
  context,
  page,
}) => {
  await startRun(page, LONG);
  await expect.poll(async () => (await rollouts(page)).rows, OFTEN).toBeGreaterThan(50);
  await kill(context, page);
  const next = await context.newPage();
  const found = complaints(next);
  await next.goto('./#/rollout');
  await expect(runs(next).getByText(/Interrupted/)).toBeVisible();
  await expect(runs(next).getByText(/Everything that had finished is kept/)).toBeVisible();
  const kept = await rollouts(next);
  expect(kept.rows).toBeGreaterThan(50);
  await runs(next).getByRole('button', { name: 'Go on' }).click();
  await expect(runs(next).getByText(/Finished/)).toBeVisible({ timeout: 120_000 });
  expect(await rollouts(next)).toEqual({ ...kept, rows: TOTAL });
  expect(found).toEqual([]);
});

test('two tabs do not play the demo at once', async ({ context, page }) => {
  const press = (tab: Page) =>
    tab.getByRole('button', { name: /^Run (the whole pipeline|it again)$/ }).click();
  await page.goto('./#/start?v=run');
  await press(page);
  await expect(page.getByRole('banner').getByText('Demo')).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  const other = await context.newPage();
  await other.goto('./#/start?v=run');
  await press(other);
  await expect(other.getByRole('alert')).toContainText('Another tab of this browser is at work in the demo');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('It was stopped before its end.')).toBeVisible();
  await press(other);
  await expect(other.getByRole('button', { name: 'Pause' })).toBeVisible();
});

test('when a newer build takes over, an older tab says so and writes nothing', async ({ context, page }) => {
  const found = complaints(page);
  await page.goto('./#/settings');
  await expect(page.getByRole('button', { name: 'Rename My workspace' })).toBeVisible();
  const newer = await context.newPage();
  await newer.goto('./favicon.svg');
  // What the upgrade of a later version would do, as far as an older tab can see.
  await newer.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('trajectory2task', 9990);
        opening.onerror = () => reject(new Error(opening.error?.message));
        opening.onsuccess = () => {
          opening.result.close();
          resolve();
        };
      }),
  );
  const notice = page.getByRole('alert').filter({ hasText: 'A newer version of this page has taken over' });
  await expect(notice).toBeVisible();
  await expect(notice.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  const before = await stored(newer);
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Lost');
  await page.keyboard.press('Enter');
  await expect(page.getByText('That did not work.')).toBeVisible();
  await page.reload();
  await expect(notice).toBeVisible();
  await page.goto('./#/rollout');
  await expect(notice).toBeVisible();
  expect(await stored(newer)).toBe(before);
  expect(found).toEqual([]);
});

test('a full storage pauses the run, offers the export, and the run goes on when there is room', async ({
  context,
  page,
}) => {
  const found = complaints(page);
  await page.goto('./#/rollout');
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  // So slow that there is time to fill the storage before the run is over.
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  await startRun(page, LONG);
  await expect.poll(async () => (await rollouts(page)).rows, OFTEN).toBeGreaterThan(50);
  // Less than is used already: from now on every write is refused.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  const notice = page.getByRole('alert').filter({ hasText: 'The storage of this browser is full.' });
  await expect(notice).toBeVisible({ timeout: 60_000 });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await expect(page).not.toHaveTitle(/^▶/);
  const kept = await rollouts(page);
  expect(kept.rows).toBeLessThan(TOTAL);
  const downloading = page.waitForEvent('download');
  await notice.getByRole('button', { name: 'Export this workspace' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.t2t\.zip$/);
  await notice.getByRole('link', { name: 'Storage and runs' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await page.reload();
  await page.goto('./#/rollout');
  await runs(page).getByRole('button', { name: 'Go on' }).click();
  await expect(runs(page).getByText(/Finished/)).toBeVisible({ timeout: 120_000 });
  expect(await rollouts(page)).toEqual({ ...kept, rows: TOTAL });
  expect(found).toEqual([]);
});
