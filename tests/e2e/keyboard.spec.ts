import { expect, test, type Page } from './fixtures.ts';
import { demoEnds, open } from './steps.ts';

/** Far more than any screen has. */
const MOST_STOPS = 150;

/** Tabs on until what has the focus is called so, as a person without a mouse would. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const { label } = await focused(page);
    // What slides into view is there a moment later.
    await expect
      .poll(async () => (await focused(page)).visible, {
        message: `"${label}" has the focus and cannot be seen`,
      })
      .toBe(true);
    if (name.test(label)) return;
  }
  throw new Error(`${String(name)} was not reached with ${MOST_STOPS} tabs.`);
}

/** The name of what has the focus, and whether any of it is in the window and not covered. */
function focused(page: Page): Promise<{ label: string; visible: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return { label: '', visible: true };
    const isField = element instanceof HTMLInputElement || element instanceof HTMLSelectElement;
    const labelled = isField ? element.labels?.[0] : undefined;
    const label = element.getAttribute('aria-label') ?? labelled?.textContent ?? element.textContent;
    // Radio buttons and the like are drawn by their labels.
    const box = (labelled ?? element).getBoundingClientRect();
    const inside =
      box.bottom > 0 && box.right > 0 && box.top < window.innerHeight && box.left < window.innerWidth;
    return { label: label.replaceAll(/\s+/g, ' ').trim(), visible: inside };
  });
}

test('the whole demo without a mouse', async ({ page }) => {
  await open(page, '', /Turn tool-call trajectories/);
  await tabTo(page, /^Run the whole pipeline$/);
  await page.keyboard.press('Enter');
  await demoEnds(page);

  await tabTo(page, /^See a surprising failure/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
  // A new screen is read from its beginning.
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('f');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('region', { name: 'Database' })).toContainText('written');
  await tabTo(page, /^State diff/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Checks' })).toBeFocused();
  await expect(page.getByRole('tabpanel')).toContainText('Diagnosis');

  await page.keyboard.press('Shift+Tab');
  await open(page, '#/start?v=run', 'The whole pipeline');
  await tabTo(page, /^Look inside.*Transform$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article', { name: 'general' })).toBeVisible();
  await tabTo(page, /^Seed$/);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('7');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).toContain('seed%3D7');

  await page.keyboard.press('Shift+Tab');
  await open(page, '#/results', 'Results');
  await tabTo(page, /^Condition$/);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.url()).toContain('condition');

  await open(page, '#/dataset', 'Dataset');
  const waiting = page.waitForEvent('download');
  await tabTo(page, /^Prepare \d+ examples$/);
  await page.keyboard.press('Enter');
  // The focus stays on the button, which now takes what was prepared.
  await expect(page.getByRole('button', { name: 'Download zip' })).toBeFocused({ timeout: 30_000 });
  await page.keyboard.press('Enter');
  expect((await waiting).suggestedFilename()).toMatch(/[.]zip$/);
});

test('progress is spoken, and not more often than every five seconds', async ({ page }) => {
  await page.addInitScript(() => {
    const spoken: { at: number; text: string }[] = [];
    Object.assign(window, { spoken });
    addEventListener('DOMContentLoaded', () => {
      new MutationObserver(() => {
        const region = document.querySelector('#app > [role="status"][aria-live="polite"]');
        const text = region?.textContent ?? '';
        if (text !== '' && spoken.at(-1)?.text !== text) spoken.push({ at: performance.now(), text });
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  });
  await open(page, '', /Turn tool-call trajectories/);
  await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
  await demoEnds(page);
  const spoken = await page.evaluate(
    () => (window as unknown as { spoken: { at: number; text: string }[] }).spoken,
  );
  expect(spoken.length).toBeGreaterThan(0);
  expect(spoken[0]?.text).toMatch(/: \d+ of \d+$/);
  const gaps = spoken.slice(1).map(({ at }, index) => at - (spoken[index]?.at ?? 0));
  // The observer hears of a change a little after it was made.
  for (const gap of gaps) expect(gap).toBeGreaterThan(4500);
});

test('single letters are commands only while they are on', async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem('t2t.preferences', JSON.stringify({ singleKeys: false }));
  });
  await open(page, '', /Turn tool-call trajectories/);
  await page.getByText('Infeasible', { exact: true }).first().click();
  await page.getByRole('link', { name: 'Step through it' }).click();
  const slider = page.getByRole('slider', { name: 'event' });
  await expect(slider).toBeVisible();
  await page.keyboard.press('f');
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).not.toBeFocused();
  await expect(slider).toHaveAttribute('aria-valuetext', /^event 1 of/);
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', /^event 2 of/);
});
