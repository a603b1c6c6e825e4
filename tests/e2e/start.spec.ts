import { expect, test } from './fixtures.ts';
import { open } from './steps.ts';

test.describe('a first visit', () => {
  test('shows a recorded run with its verdict and the row that decided it, with no press', async ({
    page,
  }) => {
    await open(page, '', /Turn tool-call trajectories/);
    const player = page.getByRole('region', { name: 'Recorded run' });
    await expect(player.getByText('Pass', { exact: true })).toBeVisible();
    await expect(player.getByRole('table')).toBeVisible();
    await expect(player).toContainText('Expected end state');
    await expect(page.getByText('No account, nothing uploaded, no model needed.')).toBeVisible();
  });

  test('each condition restates the same goal: another opening, another end', async ({ page }) => {
    await open(page, '', /Turn tool-call trajectories/);
    const player = page.getByRole('region', { name: 'Recorded run' });
    const openings = new Set<string>();
    for (const condition of ['General', 'Ambiguous', 'Changing', 'Infeasible']) {
      await player.getByText(condition, { exact: true }).click();
      await expect(player.getByRole('radio', { name: condition })).toBeChecked();
      await expect(
        player.getByText(condition === 'General' ? 'Pass' : 'Fail', { exact: true }),
      ).toBeVisible();
      openings.add(await player.getByRole('listitem').first().innerText());
    }
    expect(openings.size).toBe(4);
    await expect(player).toContainText('Nothing changes.');
  });

  test('needs neither storage nor workers, and says that nothing can be saved', async ({ page }) => {
    await page.addInitScript(() => {
      for (const name of ['indexedDB', 'Worker']) Object.defineProperty(window, name, { value: undefined });
    });
    await open(page, '', /Turn tool-call trajectories/);
    await expect(page.getByRole('region', { name: 'Recorded run' }).getByText('Pass')).toBeVisible();
    await expect(page.getByText('Nothing can be saved here.')).toBeVisible();
  });

  test('has its headline before any script', async ({ browser, baseURL }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(baseURL ?? '');
    await expect(page.getByRole('heading', { name: /Turn tool-call trajectories/ })).toBeVisible();
    await context.close();
  });

  test('leads from the recorded run into its trace', async ({ page }) => {
    await open(page, '', /Turn tool-call trajectories/);
    await page.getByRole('link', { name: 'Step through it' }).click();
    await expect(page.getByText('Recorded run')).toBeVisible();
    await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
  });
});

test.describe('with motion', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('the recorded run plays by itself, and can be paused and played again', async ({ page }) => {
    await page.clock.install();
    await open(page, '', /Turn tool-call trajectories/);
    const player = page.getByRole('region', { name: 'Recorded run' });
    const verdict = player.getByText('Pass', { exact: true });
    await expect(player.getByRole('button', { name: 'Pause' })).toBeVisible();
    await expect(verdict).toBeHidden();
    await page.clock.runFor(2000);
    await player.getByRole('button', { name: 'Pause' }).click();
    await page.clock.runFor(20_000);
    await expect(verdict).toBeHidden();
    await player.getByRole('button', { name: 'Play' }).click();
    await page.clock.runFor(20_000);
    await expect(verdict).toBeVisible();
    await expect(player.getByRole('button', { name: 'Play again' })).toBeVisible();
  });
});

test('without motion nothing plays: all of the run stands there at once', async ({ page }) => {
  await page.clock.install();
  await open(page, '', /Turn tool-call trajectories/);
  const player = page.getByRole('region', { name: 'Recorded run' });
  await expect(player.getByText('Pass', { exact: true })).toBeVisible();
  await expect(player.getByRole('button', { name: 'Play again' })).toBeVisible();
});

test('the page reads from its beginning: skip link first, then the content', async ({ page }) => {
  await open(page, '', /Turn tool-call trajectories/);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Run the whole pipeline' })).toBeFocused();
});
