import { demoTest as test, expect, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';

/** The eager baseline on an ambiguous task: it guessed, and wrote a wrong record. */
/** Rollouts of an agent that took the wrong one of two, so that the database differs. */
const WRONG = '#/results?v=agent:eager;tag:wrong+argument';

async function openFailure(page: Page): Promise<void> {
  await open(page, WRONG, 'Results');
  await panel(page, 'Trials').getByRole('link').first().click();
  await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
}

/** Where the stepper stands, from 1. */
async function step(page: Page): Promise<number> {
  const text = await page.getByRole('slider', { name: 'event' }).getAttribute('aria-valuetext');
  return Number(/event (\d+) of/.exec(text ?? '')?.[1]);
}

/** The step in the address, which follows a moment later. */
const stepInAddress = (page: Page) => Number(/[?&]s=(\d+)/.exec(page.url())?.[1]);

test('a wrong field leads to the call that wrote it, and every pane moves there', async ({ page }) => {
  await openFailure(page);
  await expect(page.getByText('Fail', { exact: true })).toBeVisible();
  const diff = page.getByRole('tabpanel');
  const wrong = diff.getByRole('row').filter({ hasText: 'Wrong' }).first();
  const cause = wrong.getByRole('button', { name: /event \d+/ });
  const event = Number(/event (\d+)/.exec(await cause.innerText())?.[1]);
  await cause.click();
  await expect.poll(() => step(page)).toBe(event);
  await expect.poll(() => stepInAddress(page)).toBe(event);
  const current = page.getByRole('region', { name: 'Events' }).locator('[aria-current="step"]');
  await expect(current).toContainText(String(event));
  await expect(
    page.getByRole('region', { name: 'Conversation' }).locator('[aria-current="step"]'),
  ).toBeVisible();
  // The call is the step before its result; the record is written with the result.
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('region', { name: 'Database' })).toContainText('written');
});

test('arrows, F, D and / work from anywhere but a field, and the address keeps up', async ({ page }) => {
  await openFailure(page);
  expect(await step(page)).toBe(1);
  for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => step(page)).toBe(3);
  await expect.poll(() => stepInAddress(page)).toBe(3);
  await page.keyboard.press('f');
  await expect.poll(() => step(page)).toBeGreaterThan(3);
  await page.getByRole('tab', { name: 'Checks' }).click();
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('d');
  await expect(page.getByRole('tab', { name: /State diff/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('/');
  const search = page.getByRole('searchbox', { name: 'Find in this trace' });
  await expect(search).toBeFocused();
  const before = await step(page);
  await page.keyboard.type('find_user');
  expect(await step(page)).toBe(before);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Events' }).locator('[aria-current="step"]')).toContainText(
    'find_user',
  );
});

test('a link to a step and a tab opens there, after a reload and while the page is open', async ({
  page,
}) => {
  await openFailure(page);
  await page.getByRole('tab', { name: 'Intent' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Next event' }).click();
  await page.getByRole('button', { name: 'Next event' }).click();
  await expect.poll(() => page.url()).toContain('s=3&v=intent');
  await page.reload();
  await expect(page.getByRole('tab', { name: 'Intent' })).toHaveAttribute('aria-selected', 'true');
  expect(await step(page)).toBe(3);
  const hash = new URL(page.url()).hash;
  await page.goto(`./${hash.replace('s=3&v=intent', 's=5&v=policy')}`);
  await expect(page.getByRole('tab', { name: 'Policy' })).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => step(page)).toBe(5);
  await page.goto(`./${hash.replace('s=3', 's=9999')}`);
  await expect
    .poll(() => step(page))
    .toBe(Number(await page.getByRole('slider', { name: 'event' }).getAttribute('max')) + 1);
});

test('what the agent may not know is not in its view', async ({ page }) => {
  await openFailure(page);
  await page.getByRole('tab', { name: 'Intent' }).click();
  const details = page.getByRole('tabpanel');
  const secret = (
    await details
      .getByText(/^holds: /)
      .first()
      .innerText()
  ).replace('holds: ', '');
  await page.getByText('Agent sees', { exact: true }).click();
  await expect(page.getByText('Fail', { exact: true })).toBeHidden();
  await expect(details).not.toContainText(secret);
  for (const tab of ['Raw', 'Policy', /State diff/, 'Checks']) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(details).not.toContainText(secret);
    await expect(details).not.toContainText(/Expected|Wrong|broken in event/);
  }
  await details.getByRole('button', { name: 'Show ground truth' }).click();
  await expect(page.getByText('Fail', { exact: true })).toBeVisible();
});

test('Back leads to the results as they were narrowed', async ({ page }) => {
  await openFailure(page);
  await page.getByRole('link', { name: 'Back to results' }).click();
  await expect(page.getByLabel('Agent', { exact: true })).toHaveValue('eager');
  await expect(page.getByLabel('Failure', { exact: true })).toHaveValue('wrong argument');
});

test('the link to an event is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openFailure(page);
  await page.getByRole('button', { name: 'Next event' }).click();
  await page.getByRole('button', { name: 'Copy link to this event' }).click();
  await expect(page.getByText('Link to this event copied.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(page.url());
  expect(copied).toContain('s=2');
});

test('present: nothing beside the content, larger type, and arrows still walk', async ({ page }) => {
  await openFailure(page);
  await page.getByRole('button', { name: /^Present/ }).click();
  await expect(page.getByRole('navigation', { name: 'Screens' })).toHaveCount(0);
  const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
  expect(Number.parseFloat(size)).toBeGreaterThan(16);
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => step(page)).toBe(2);
  await page.getByRole('link', { name: 'Back to results' }).click();
  await expect(page.getByRole('button', { name: 'Leave presentation' })).toBeVisible();
});
