import { demoTest as test, expect, type Page } from './fixtures.ts';
import { counted, open, panel, storedKeys } from './steps.ts';

/** Enough rollouts for a pause to come in the middle. */
async function startLong(page: Page): Promise<number> {
  await open(page, '#/rollout', 'Roll out');
  await page.getByLabel('Trials', { exact: true }).fill('8');
  await page.getByLabel('Trials', { exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const tasks = await counted(page, 'Task');
  const total = tasks * 4 * 8;
  await expect(newest(page)).toContainText(total.toLocaleString('en'));
  return total;
}

const runs = (page: Page) => panel(page, /^Runs$/).getByRole('listitem');
/** The run that was started here. */
const newest = (page: Page) => runs(page).filter({ hasText: /tasks × \d+ agents/ });

/** How many rollouts the newest run says it has. */
async function done(page: Page): Promise<number> {
  const text = await newest(page).innerText();
  return Number(/([\d,]+) of/.exec(text)?.[1]?.replaceAll(',', ''));
}

/** Rollouts of runs that were started here, rather than by the one-click run. */
const keptRollouts = (page: Page) => storedKeys(page, 'rollouts', 'demo', 'run-');

test('tasks are made, certified, and served', async ({ page }) => {
  await open(page, '#/rollout', 'Roll out');
  // The demo's tasks are counted a moment after the screen is there.
  await expect.poll(() => counted(page, 'Task')).toBeGreaterThan(0);
  const before = await counted(page, 'Task');
  await page.getByText('Make tasks', { exact: true }).first().click();
  for (const condition of ['General', 'Ambiguous', 'Changing', 'Infeasible']) {
    const field = page.getByRole('spinbutton', { name: condition });
    await field.fill('2');
    await field.press('Enter');
  }
  await page.getByRole('button', { name: 'Make tasks' }).click();
  await expect(page.getByText('8 certified tasks were made and kept.')).toBeVisible();
  await expect.poll(() => counted(page, 'Task')).toBe(before + 8);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText('Finished');
  expect(await done(page)).toBe((before + 8) * 4);
  // The newest run is what Results show.
  await newest(page).getByRole('link', { name: 'Results' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Results' })).toBeVisible();
  await expect(panel(page, 'Matrix')).toContainText(`${(before + 8) * 4} trials`);
});

test('a run is paused, goes on, is cancelled, and goes on again to its end', async ({ page }) => {
  const total = await startLong(page);
  await newest(page).getByRole('button', { name: 'Pause' }).click();
  await expect(newest(page)).toContainText('Paused');
  await newest(page).getByRole('button', { name: 'Resume' }).click();
  await expect(newest(page)).toContainText('Running');
  await newest(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(newest(page)).toContainText('Cancelled');
  const kept = await keptRollouts(page);
  expect(kept).toBeLessThan(total);
  await expect.poll(() => done(page)).toBe(kept);
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('Finished', { timeout: 90_000 });
  expect(await done(page)).toBe(total);
  expect(await keptRollouts(page)).toBe(total);
});

test('a page closed in the middle loses nothing that was finished, and the run goes on', async ({ page }) => {
  const total = await startLong(page);
  await expect.poll(() => done(page)).toBeGreaterThan(0);
  await page.reload();
  await expect(newest(page)).toContainText('Interrupted');
  await expect(newest(page)).toContainText('Everything that had finished is kept.');
  const kept = await keptRollouts(page);
  expect(kept).toBeGreaterThan(0);
  expect(await done(page)).toBe(kept);
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('Finished', { timeout: 90_000 });
  expect(await keptRollouts(page)).toBe(total);
});

test('a second tab sees the run and does not touch it', async ({ page, context }) => {
  await startLong(page);
  const other = await context.newPage();
  await open(other, '#/rollout', 'Roll out');
  await expect(newest(other)).toContainText('Running');
  await expect(
    runs(other)
      .first()
      .getByRole('button', { name: /Pause|Go on|Cancel|Delete/ }),
  ).toHaveCount(0);
  await newest(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(newest(other)).toContainText('Cancelled');
});

test('every disc leads to its trace, and arrows walk between them', async ({ page }) => {
  await open(page, '#/rollout', 'Roll out');
  const grid = page.getByRole('group', { name: 'Rollouts by task' });
  await grid.getByRole('link').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(grid.locator('a:focus')).toHaveAttribute('data-cell', '1,1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
});

test('a run is deleted only after it was asked for twice', async ({ page }) => {
  await open(page, '#/rollout', 'Roll out');
  await runs(page).getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('go for good');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(runs(page)).toHaveCount(1);
  await runs(page).getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete the run' }).click();
  await expect(page.getByText('No run yet')).toBeVisible();
  await expect.poll(() => counted(page, 'Rollout')).toBe(0);
});
