import { readFile } from 'node:fs/promises';
import { demoTest, expect, test, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';
import type { Locator } from '@playwright/test';
import type { Recording } from '../../src/ui/state/recording.ts';

const recording = JSON.parse(await readFile('public/recorded/retail.json', 'utf8')) as Recording;

function recorded(condition: string) {
  const task = recording.tasks.find((known) => known.condition === condition);
  if (task === undefined) throw new Error(`nothing is recorded for ${condition}`);
  return task;
}

/** Moves the focus by Tab alone until it is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there');
}

const log = (page: Page) => page.getByRole('log', { name: 'The talk' });
const tool = (page: Page) => page.getByLabel('Tool', { exact: true });
const message = (page: Page) => page.getByLabel('Message to the user');
const verdict = (page: Page) => panel(page, 'Verdict');

async function callByKeyboard(
  page: Page,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<void> {
  await chooseTool(page, name);
  for (const [key, value] of Object.entries(args)) {
    if (value === '') continue;
    await tabTo(page, page.getByLabel(`${key.replaceAll('_', ' ')} *`));
    await page.keyboard.type(String(value));
  }
}

async function chooseTool(page: Page, name: string): Promise<void> {
  await tabTo(page, tool(page));
  await page.keyboard.type(name);
  await expect(tool(page)).toHaveValue(name);
}

test('a retail task is played to its pass by the keyboard alone, from the first page on', async ({
  page,
}) => {
  // Every press of Tab is a round trip.
  test.slow();
  const task = recorded('general');
  const calls = task.criteria.reference.flatMap((step) => (step.type === 'call' ? [step.call] : []));
  const write = calls.at(-1);
  await page.goto('./');
  await tabTo(page, page.getByRole('link', { name: 'Play as the agent' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Play' })).toBeVisible();
  await tabTo(page, page.getByRole('button', { name: 'Play', exact: true }));
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText(task.program.openingText);
  await tabTo(page, message(page));
  await page.keyboard.type('Who are you? How can I find your account?');
  await expect(page.getByText('the user would hear: asks who they are')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText(task.program.identityText);

  for (const { name, arguments: args } of calls.slice(0, -1)) {
    await callByKeyboard(page, name, args);
    await page.keyboard.press('Enter');
    await expect(log(page).getByText(name, { exact: true })).toBeVisible();
  }
  await tabTo(page, page.getByRole('tab', { name: 'Tools' }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tabpanel')).toContainText(JSON.stringify(write?.arguments['order_id']));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');

  await callByKeyboard(page, write?.name ?? '', write?.arguments ?? {});
  await tabTo(page, page.getByRole('button', { name: 'Ask for a yes first' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText('Left empty: address2. Press again to send it so.')).toBeVisible();
  await page.keyboard.press('Enter');
  // The words are there to be read, and to be sent.
  await expect(message(page)).toBeFocused();
  await expect(message(page)).toHaveValue(/172 Hickory Lane.*\(yes\/no\)\?/);
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText(/(Yes|Correct)/);
  await tabTo(page, page.getByRole('button', { name: 'Call the tool' }));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(log(page)).toContainText('wrote 1 record');
  await tabTo(page, message(page));
  await page.keyboard.type('That is done.');
  await page.keyboard.press('Enter');

  await expect(verdict(page)).toContainText('You passed.');
  await expect(page.getByRole('heading', { name: 'You passed.' })).toBeFocused();
  await tabTo(page, page.getByRole('link', { name: 'Read its trace' }));
  await page.keyboard.press('Enter');
  await expect(page.getByText(/Person, played by hand, trial 1/)).toBeVisible();
  await page.goto('./#/results');
  await expect(page.getByRole('row', { name: /Person/ }).first()).toContainText('played by hand');
});

test('a request that could be served and is refused is a failure', async ({ page }) => {
  await open(page, `#/play/recorded%2F${recorded('general').id}`, 'Play');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByLabel('The user hears').selectOption('a no');
  await message(page).fill('I will not do that.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(verdict(page)).toContainText('You failed.');
  await expect(verdict(page)).toContainText(/should end done; it is refused/);
  await page.getByRole('button', { name: 'Play it again' }).click();
  await expect(log(page)).toContainText(recorded('general').program.openingText);
});

test('a person is the user, changes their mind in time, and the agent passes', async ({ page }) => {
  const task = recorded('changing');
  const [change] = task.program.changes;
  await open(page, `#/play/recorded%2F${task.id}?v=user`, 'Play');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const box = page.getByLabel('Message to the agent');
  const chip = (name: RegExp) => page.getByRole('button', { name, pressed: false });
  await page.getByRole('button', { name: "Use the program's opening" }).click();
  await expect(page.getByRole('button', { name: /^your wish/, pressed: true })).toBeVisible();
  await page.getByRole('button', { name: 'Send' }).click();
  await chip(/^who you are/).click();
  await expect(box).toHaveValue(task.program.identityText);
  await page.getByRole('button', { name: 'Send' }).click();
  for (let turn = 0; turn < 4; turn += 1) {
    await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled();
    const mind = chip(/^your change of mind/).and(page.locator(':visible'));
    const yes = chip(/^yes/).and(page.locator(':visible'));
    const bye = chip(/^goodbye/).and(page.locator(':visible'));
    await expect(mind.or(yes).or(bye).first()).toBeVisible();
    const next = (await mind.count()) > 0 ? mind : (await yes.count()) > 0 ? yes : bye;
    const isLast = next === bye;
    await next.click();
    await page.getByRole('button', { name: 'Send' }).click();
    if (isLast) break;
  }
  await expect(verdict(page)).toContainText('The agent passed.');
  await expect(verdict(page)).toContainText('Nothing was found that your program did not allow.');
  await page.getByRole('link', { name: 'Read its trace' }).click();
  await expect(page.getByText(/Careful, person as user/).first()).toBeVisible();
  await expect(page.getByText(change?.text ?? '-').first()).toBeVisible();
});

test('what a person tells too early is counted against the user, not the agent', async ({ page }) => {
  await open(page, `#/play/recorded%2F${recorded('ambiguous').id}?v=user`, 'Play');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByText('What else you could say').click();
  await page
    .getByRole('button', { name: /not yet/ })
    .first()
    .click();
  await expect(page.getByText(/Your program holds back/)).toBeVisible();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('What else you could say').click();
  await page.getByRole('button', { name: /^goodbye/ }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(verdict(page)).toContainText('This says nothing about the agent.');
  await expect(verdict(page)).toContainText('The person told before its time');
  await expect(verdict(page)).toContainText('The person left while something was open.');
});

test('a play waits while one looks elsewhere, and is kept unfinished when it is stopped', async ({
  page,
}) => {
  await open(page, '#/play', 'Play');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await message(page).fill('Could you verify who you are?');
  await message(page).press('Enter');
  const screens = page.getByRole('navigation', { name: 'Screens' });
  await screens.getByRole('link', { name: 'Explore' }).click();
  await expect(page.getByText('Your play waits: open Play to go on.')).toBeVisible();
  await screens.getByRole('link', { name: 'Play' }).click();
  await expect(log(page)).toContainText('Could you verify who you are?');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Stop and keep it unfinished' }).click();
  await expect(verdict(page)).toContainText('It counts neither as passed nor as failed.');
  await page.goto('./#/rollout');
  const run = panel(page, /^Runs$/)
    .getByRole('listitem')
    .first();
  await expect(run).toContainText('Played as the agent');
  await expect(run).toContainText('Stopped in the middle');
  await expect(run.getByRole('button', { name: 'Go on' })).toHaveCount(0);
});

demoTest('the lab hands one of its tasks over to be played', async ({ page }) => {
  await open(page, '#/lab', 'Transform Lab');
  const article = page.getByRole('article', { name: 'general' });
  const opening = await article.locator('.quote').innerText();
  await article.getByRole('button', { name: 'Play it yourself' }).click();
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(log(page)).toContainText(opening.slice(1, 40));
});
