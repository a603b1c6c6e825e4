import type { Download } from '@playwright/test';
import { demoTest as test, expect, type Page } from './fixtures.ts';
import { choose, open, textOf } from './steps.ts';

interface Line {
  readonly messages: readonly { readonly role: string; readonly content: string | null }[];
  readonly tools: readonly { readonly function: { readonly name: string } }[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Presses the export and reads the files it offers. */
async function exported(page: Page, files: number): Promise<ReadonlyMap<string, string>> {
  const downloads: Download[] = [];
  page.on('download', (download) => downloads.push(download));
  await page.getByRole('button', { name: /^Export \d+ examples?$/ }).click();
  await expect.poll(() => downloads.length).toBe(files);
  return new Map(
    await Promise.all(
      downloads.map(async (download) => [download.suggestedFilename(), await textOf(download)] as const),
    ),
  );
}

const linesOf = (text: string | undefined) =>
  (text ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

async function setValidation(page: Page, percent: string): Promise<void> {
  const field = page.getByLabel('Validation, % of trajectories');
  await field.fill(percent);
  await field.press('Enter');
}

test('the files read back: valid lines, as many as the card says, no trajectory in both parts', async ({
  page,
}) => {
  await open(page, '#/dataset', 'Dataset');
  await setValidation(page, '50');
  const files = await exported(page, 3);
  const train = linesOf(files.get('trajectory2task-train.jsonl'));
  const validation = linesOf(files.get('trajectory2task-validation.jsonl'));
  for (const line of [...train, ...validation]) {
    expect(line.messages[0]?.role).toBe('system');
    expect(line.messages.some(({ role }) => role === 'user')).toBe(true);
    expect(line.tools.length).toBeGreaterThan(0);
    expect(line.metadata['reward']).toBe(1);
  }
  const card = files.get('trajectory2task-README.md') ?? '';
  const total = train.length + validation.length;
  expect(card).toContain(`Examples: ${total} (train ${train.length}, validation ${validation.length};`);
  const rows = [...card.matchAll(/^\| (?:General|Ambiguous|Changing|Infeasible) \| (\d+) \|$/gm)];
  expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(total);
  const trajectories = (lines: readonly Line[]) =>
    new Set(lines.map(({ metadata }) => metadata['trajectory']));
  const both = [...trajectories(train)].filter((id) => trajectories(validation).has(id));
  expect(both).toEqual([]);
  expect(card).toContain('scripted baseline, not a model');
});

test('the rules choose, count what they leave out, and can be taken back', async ({ page }) => {
  await open(page, '#/dataset', 'Dataset');
  const button = page.getByRole('button', { name: /^Export \d+ examples?$/ });
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
  await page.getByRole('group', { name: 'Examples' }).getByRole('button').first().click();
  await expect(page.getByRole('tabpanel')).toContainText('System: the policy');
  await page.getByRole('tab', { name: 'As exported' }).click();
  const text = await page.getByRole('tabpanel').locator('pre, code').first().innerText();
  expect(text).toContain('"messages"');
});
