import { demoTest as test, expect, type Page } from './fixtures.ts';
import { choose, exportedZip, open } from './steps.ts';

interface Line {
  readonly messages: readonly { readonly role: string; readonly content: string | null }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

const linesOf = <T = Line>(text: string | undefined) =>
  (text ?? '')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

async function setValidation(page: Page, percent: string): Promise<void> {
  await page.getByRole('tab', { name: /^Formats/ }).click();
  const field = page.getByLabel('Validation, %');
  await field.fill(percent);
  await field.press('Enter');
}

test('the files read back: valid lines, as many as the card says, no trajectory in both parts', async ({
  page,
}) => {
  await open(page, '#/dataset', 'Dataset');
  await setValidation(page, '50');
  const files = await exportedZip(page);
  const train = linesOf(files.get('openai/train.jsonl'));
  const validation = linesOf(files.get('openai/validation.jsonl'));
  for (const line of [...train, ...validation]) {
    expect(line.messages[0]?.role).toBe('system');
    expect(line.messages.some(({ role }) => role === 'user')).toBe(true);
    expect(line.tools.length).toBeGreaterThan(0);
  }
  const about = (part: string) =>
    linesOf<{ reward: number; trajectory: string }>(files.get(`openai/${part}.metadata.jsonl`));
  expect([...about('train'), ...about('validation')].every(({ reward }) => reward === 1)).toBe(true);
  expect([about('train').length, about('validation').length]).toEqual([train.length, validation.length]);
  const card = files.get('README.md') ?? '';
  const total = train.length + validation.length;
  expect(card).toContain(`| all | ${train.length} | ${validation.length} | 0 | ${total} |`);
  const rows = [...card.matchAll(/^\| (?:general|ambiguous|changing|infeasible) \|.* (\d+) \|$/gm)];
  expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(total);
  const trained = new Set(about('train').map(({ trajectory }) => trajectory));
  expect(about('validation').filter(({ trajectory }) => trained.has(trajectory))).toEqual([]);
  expect(card).toContain('scripted baseline, not a model');
});

test('the rules choose, count what they leave out, and can be taken back', async ({ page }) => {
  await open(page, '#/dataset', 'Dataset');
  const button = page.getByRole('button', { name: /^Prepare \d+ examples?$/ });
  const chosen = async () => Number(/\d+/.exec(await button.innerText())?.[0]);
  const first = await chosen();
  await page.getByRole('button', { name: 'Leave out' }).first().click();
  await expect.poll(chosen).toBeLessThanOrEqual(first);
  await expect(page.getByText('by hand', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText('by hand', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: /back in$/ }).click();
  await expect(page.getByText('by hand', { exact: true })).toHaveCount(0);
  await expect.poll(chosen).toBe(first);
  await page.getByRole('checkbox', { name: 'Ambiguous' }).uncheck();
  await expect.poll(chosen).toBeLessThan(first);
  await page.getByRole('checkbox', { name: 'Ambiguous' }).check();
  await choose(page, 'Per task', /Any/);
  await expect.poll(chosen).toBeGreaterThan(first);
});

test('a record is shown as a chat and as the line that is exported', async ({ page }) => {
  await open(page, '#/dataset', 'Dataset');
  await page
    .getByRole('group', { name: 'Examples' })
    .getByRole('button', { pressed: false })
    .first()
    .press('Enter');
  await expect(page.getByRole('tabpanel').last()).toContainText('System: the policy');
  await page.getByRole('tab', { name: 'As exported' }).click();
  const text = await page.getByRole('tabpanel').last().locator('pre, code').first().innerText();
  expect(text).toContain('"messages"');
});
