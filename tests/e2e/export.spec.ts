import { parquetReadObjects } from 'hyparquet';
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { demoTest as test, expect, type Page } from './fixtures.ts';
import { open } from './steps.ts';

const prepare = (page: Page) => page.getByRole('button', { name: /^Prepare \d+ examples?$/ });

test('rollouts become files in several formats, in one zip that others can read', async ({ page }) => {
  await open(page, '#/dataset', 'Dataset');
  await page
    .getByRole('region', { name: 'Examples' })
    .last()
    .getByRole('button', { name: /Pass/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'As rendered template' }).click();
  await expect(page.getByText('<|im_start|>system')).toBeVisible();

  await page.getByRole('tab', { name: /^Formats/ }).click();
  const wanted = [
    ...['TRL conversations', 'Preference pairs', 'tau2-bench tasks', 'tau2-bench results'],
    ...['Parquet', 'Starter folder'],
  ];
  for (const name of wanted) await page.getByRole('checkbox', { name: new RegExp(`^${name}`) }).check();
  await prepare(page).click();
  await expect(page.getByRole('heading', { name: 'Repetition' })).toBeVisible();
  await expect(page.getByText('openai/train.parquet')).toBeVisible();

  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download zip' }).click();
  const download = await waiting;
  expect(download.suggestedFilename()).toBe('trajectory2task.zip');
  const files = unzipSync(await readFile(await download.path()));
  const text = (path: string) => new TextDecoder().decode(files[path]);
  const lines = text('openai/train.jsonl').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  const parquet = files['openai/train.parquet'] ?? new Uint8Array();
  const rows = await parquetReadObjects({ file: parquet.slice().buffer });
  expect(rows).toHaveLength(lines.length);
  expect(text('README.md')).toMatch(/^---\npretty_name: "trajectory2task"\n/);
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      'starter/train.py',
      'preference/train.jsonl',
      'tau2/data/tau2/domains/retail/tasks.json',
      'tau2/data/tau2/domains/retail/db.json',
      'tau2/data/simulations/retail_careful.json',
    ]),
  );
});

test('a changed choice makes what was prepared stale, and the card keeps somebody’s own words', async ({
  page,
}) => {
  await open(page, '#/dataset', 'Dataset');
  await prepare(page).click();
  const card = page.getByRole('textbox', { name: /README\.md/ });
  await expect(card).toHaveValue(/pretty_name/);
  await card.fill('# Mine');
  await card.blur();
  await expect(page.getByText('The choices have changed')).toBeVisible();
  await page.getByRole('button', { name: 'Prepare again' }).click();
  await expect(card).toHaveValue('# Mine');
  await page.getByRole('button', { name: 'Make it again' }).click();
  await page.getByRole('button', { name: 'Prepare again' }).click();
  await expect(card).toHaveValue(/pretty_name/);
});

test.describe('a push', () => {
  // The one place where something leaves the origin, after two presses; and the answer that it gets here.
  test.use({ expectedProblems: [/^(request: https:\/\/huggingface\.co\/|console: .*status of 401)/] });

  test('says what it uploads, and a token that the Hub refuses shows up nowhere', async ({ page }) => {
    const token = 'hf_canaryCanaryCanary1234';
    const asked: { url: string; authorization: string | null }[] = [];
    await page.route('https://huggingface.co/**', async (route) => {
      const request = route.request();
      asked.push({ url: request.url(), authorization: await request.headerValue('authorization') });
      const headers = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers });
      return route.fulfill({ status: 401, headers, json: { error: `Token ${token} is not valid` } });
    });
    await open(page, '#/dataset', 'Dataset');
    await prepare(page).click();
    const push = page.getByRole('button', { name: 'Push to the Hub' });
    await expect(push).toBeDisabled();
    await page.getByRole('textbox', { name: 'Dataset' }).fill('somebody/set');
    await page.getByLabel('Access token').fill(token);
    await page.getByLabel('Access token').blur();
    await expect(push).toBeDisabled();
    expect(asked).toEqual([]);
    await page.getByRole('checkbox', { name: /^Upload \d+ files/ }).check();
    await push.click();
    await expect(page.getByText('The push did not work.')).toBeVisible();
    expect(asked.some(({ authorization }) => authorization === `Bearer ${token}`)).toBe(true);
    expect(await page.content()).not.toContain(token);
    await expect(page.getByLabel('Access token')).toHaveValue('');
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]),
    );
    expect(kept).not.toContain(token);
  });
});
