import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { unzipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';

/** Runs the demo, so that there are rollouts, and opens Dataset. No request may leave the origin. */
async function openDataset(page: Page): Promise<{ outside: string[]; problems: string[] }> {
  const [outside, problems]: [string[], string[]] = [[], []];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(page.url()).host) outside.push(request.url());
  });
  await page.goto('./');
  await page.getByRole('button', { name: /Run the whole pipeline/ }).click();
  await expect(page.getByText(/see a surprising failure/i)).toBeVisible({ timeout: 90_000 });
  await page.goto('./#/dataset');
  await expect(page.getByRole('button', { name: /^Prepare \d+ example/ })).toBeEnabled({ timeout: 30_000 });
  return { outside, problems };
}

/** No finding of axe on what is shown, in either theme. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  }
}

test('rollouts become files in several formats, in one zip that others can read', async ({ page }) => {
  test.setTimeout(180_000);
  const { outside, problems } = await openDataset(page);

  await page.getByRole('region', { name: 'Examples' }).getByRole('button', { name: /Pass/ }).first().click();
  await page.getByRole('tab', { name: 'As rendered template' }).click();
  await expect(page.getByText('<|im_start|>system')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Formats' }).click();
  for (const name of [
    'TRL conversations',
    'Preference pairs',
    'tau2-bench tasks',
    'Parquet',
    'Starter folder',
  ])
    await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Prepare \d+ example/ }).click();
  await expect(page.getByRole('heading', { name: 'Repetition' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('openai/train.parquet')).toBeVisible();

  await expectAccessible(page);

  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download zip' }).first().click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('trajectory2task.zip');
  const files = unzipSync(readFileSync(await download.path()));
  const text = (path: string) => new TextDecoder().decode(files[path]);
  const lines = text('openai/train.jsonl').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  const rows = await parquetReadObjects({
    file: (files['openai/train.parquet'] ?? new Uint8Array()).slice().buffer,
  });
  expect(rows).toHaveLength(lines.length);
  expect(text('README.md')).toMatch(/^---\npretty_name: "trajectory2task"\n/);
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      'starter/train.py',
      'preference/train.jsonl',
      'tau2/data/tau2/domains/retail/tasks.json',
      'tau2/data/tau2/domains/retail/db.json',
    ]),
  );
  expect(outside).toEqual([]);
  expect(problems).toEqual([]);
});

test('a changed choice makes what was prepared stale, and the card keeps somebody’s own words', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await openDataset(page);
  await page.getByRole('button', { name: /^Prepare \d+ example/ }).click();
  const card = page.getByRole('textbox', { name: /README\.md/ });
  await expect(card).toHaveValue(/pretty_name/, { timeout: 60_000 });
  await card.fill('# Mine');
  await card.blur();
  await expect(page.getByText('The choices have changed')).toBeVisible();
  await page.getByRole('button', { name: 'Prepare again' }).click();
  await expect(card).toHaveValue('# Mine', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Make it again' }).click();
  await page.getByRole('button', { name: 'Prepare again' }).click();
  await expect(card).toHaveValue(/pretty_name/, { timeout: 60_000 });
});

test('a push says what it uploads, and a token that the Hub refuses shows up nowhere', async ({ page }) => {
  test.setTimeout(180_000);
  const token = 'hf_canaryCanaryCanary1234';
  const asked: { url: string; authorization: string | null }[] = [];
  await page.route('https://huggingface.co/**', async (route) => {
    const request = route.request();
    asked.push({ url: request.url(), authorization: await request.headerValue('authorization') });
    const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
    if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers });
    return route.fulfill({ status: 401, headers, json: { error: `Token ${token} is not valid` } });
  });
  await openDataset(page);
  await page.getByRole('button', { name: /^Prepare \d+ example/ }).click();
  const push = page.getByRole('button', { name: 'Push to the Hub' });
  await expect(push).toBeDisabled({ timeout: 60_000 });
  await page.getByRole('textbox', { name: 'Dataset' }).fill('somebody/set');
  await page.getByLabel('Access token').fill(token);
  await page.getByLabel('Access token').blur();
  await expect(push).toBeDisabled();
  await page.getByRole('checkbox', { name: /^Upload \d+ files/ }).check();
  await push.click();
  await expect(page.getByText('The push did not work.')).toBeVisible({ timeout: 30_000 });
  expect(asked.some(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
  expect(await page.content()).not.toContain(token);
  await expect(page.getByLabel('Access token')).toHaveValue('');
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, databases]);
  });
  expect(kept).not.toContain(token);
});
