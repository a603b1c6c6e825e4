import { findings } from './axe.ts';
import { demoTest, expect, test, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';

// A screen is looked at as a whole, in two themes and every tab: on a busy machine that takes minutes.
test.setTimeout(300_000);

const widths = [1440, 390] as const;

/** The page is as wide as the window: nothing sticks out. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const main = document.querySelector('main');
    return Math.max(scrollWidth - clientWidth, main === null ? 0 : main.scrollWidth - main.clientWidth);
  });
}

async function isFine(page: Page): Promise<void> {
  expect(await overflow(page), 'pixels that stick out').toBe(0);
  expect(await findings(page)).toEqual([]);
}

for (const width of widths) {
  test.describe(`${width} px wide, with nothing yet`, () => {
    test.use({ viewport: { width, height: 900 } });

    for (const [hash, heading] of [
      ['', /Turn tool-call trajectories/],
      ['#/explore', 'Explore'],
      ['#/lab', 'Transform Lab'],
      ['#/rollout', 'Roll out'],
      ['#/play', 'Play'],
      ['#/results', 'Results'],
      ['#/dataset', 'Dataset'],
      ['#/settings', 'Settings'],
      ['#/nonsense', /Turn tool-call trajectories/],
    ] as const)
      test(`${hash === '' ? 'the start' : hash} is accessible`, async ({ page }) => {
        await open(page, hash, heading);
        await isFine(page);
      });

    test('a play as the agent is accessible', async ({ page }) => {
      await open(page, '#/play', 'Play');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await page.getByLabel('Tool', { exact: true }).selectOption('exchange_delivered_order_items');
      await page.getByRole('button', { name: 'Add to item ids' }).first().click();
      await page.getByLabel('Message to the user').fill('Could you verify who you are?');
      await isFine(page);
      await page.getByRole('button', { name: 'Send' }).click();
      for (const part of ['Policy', 'Records']) {
        await page.getByRole('tab', { name: part }).click();
        await isFine(page);
      }
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await isFine(page);
    });

    test('a play as the user is accessible, and its end', async ({ page }) => {
      await open(page, '#/play?v=user', 'Play');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await page.getByRole('button', { name: "Use the program's opening" }).click();
      await page.getByText('What else you could say').click();
      await isFine(page);
      await page.getByRole('button', { name: 'Send' }).click();
      await page.getByText('What else you could say').click();
      await page.getByRole('button', { name: /^goodbye/ }).click();
      await page.getByRole('button', { name: 'Send' }).click();
      await expect(page.getByRole('link', { name: 'Read its trace' })).toBeVisible();
      await isFine(page);
    });

    test('a link to no rollout is accessible', async ({ page }) => {
      await page.goto('./#/trace/nothing');
      await expect(page.getByText('This workspace holds no such rollout.')).toBeVisible();
      await isFine(page);
    });
  });

  demoTest.describe(`${width} px wide, after the one-click run`, () => {
    demoTest.use({ viewport: { width, height: 900 } });

    demoTest('the pipeline is accessible', async ({ page }) => {
      await open(page, '#/start?v=run', 'The whole pipeline');
      await expect(page.getByRole('heading', { name: 'And now' })).toBeVisible();
      await isFine(page);
    });

    demoTest('Explore is accessible, with each part of the domain', async ({ page }) => {
      await open(page, '#/explore?s=2', 'Explore');
      await expect(page.getByRole('slider', { name: 'Call' })).toBeVisible();
      await isFine(page);
      for (const part of ['Coverage', 'Tools', 'Policy']) {
        await page.getByRole('tab', { name: part }).click();
        expect(await findings(page)).toEqual([]);
      }
    });

    demoTest('the lab is accessible, tried and with a gate open', async ({ page }) => {
      await open(page, '#/lab', 'Transform Lab');
      await page.getByRole('button', { name: 'Try it ×3' }).click();
      await expect(page.getByRole('table', { name: /Baselines by condition/ })).toBeVisible();
      await page.locator('summary', { hasText: 'Replays' }).first().click();
      await isFine(page);
    });

    demoTest('Roll out is accessible, with its dialog', async ({ page }) => {
      await open(page, '#/rollout', 'Roll out');
      await page.getByText('Make tasks', { exact: true }).first().click();
      await isFine(page);
      await panel(page, /^Runs$/)
        .getByRole('button', { name: 'Delete' })
        .click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await findings(page)).toEqual([]);
    });

    demoTest('Results are accessible, whole and narrowed', async ({ page }) => {
      await open(page, '#/results', 'Results');
      await expect(
        panel(page, /^Trials/)
          .getByRole('link')
          .first(),
      ).toBeVisible();
      await page.getByLabel('Compare with').selectOption('careful');
      await isFine(page);
      await open(page, '#/results?v=outcome:fail', 'Results');
      await isFine(page);
    });

    demoTest('Dataset is accessible, with a record', async ({ page }) => {
      await open(page, '#/dataset', 'Dataset');
      // A row has two buttons, and only the one that opens it can be pressed in. By key: rows move while they are drawn.
      await page
        .getByRole('group', { name: 'Examples' })
        .getByRole('button', { pressed: false })
        .first()
        .press('Enter');
      await expect(page.getByRole('tabpanel').last()).toContainText('System: the policy');
      await isFine(page);
      await page.getByRole('tab', { name: 'Formats' }).click();
      await isFine(page);
      await page.getByRole('button', { name: /^Prepare \d+ examples$/ }).click();
      await expect(page.getByRole('heading', { name: 'Repetition' })).toBeVisible();
      await isFine(page);
    });

    demoTest('a failing trace is accessible in every tab and view, and presented', async ({ page }) => {
      await open(page, '#/results?v=agent:eager;outcome:fail', 'Results');
      await panel(page, /^Trials/)
        .getByRole('link')
        .first()
        .click();
      await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
      await page.getByRole('button', { name: /Next failure/ }).click();
      const tabs = await page.getByRole('tab').allInnerTexts();
      for (const name of tabs) {
        await page.getByRole('tab', { name: name.replace(/\s*\d+$/, '') }).click();
        expect(await findings(page), name).toEqual([]);
      }
      await page.getByText('Agent sees', { exact: true }).click();
      await isFine(page);
      await page.getByRole('button', { name: /^Present/ }).click();
      await isFine(page);
    });
  });
}
