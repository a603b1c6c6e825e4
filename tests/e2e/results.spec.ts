import { demoTest as test, expect, type Page } from './fixtures.ts';
import { choose, counted, open, panel, textOf } from './steps.ts';

const choice = (page: Page, facet: string) => page.getByLabel(facet, { exact: true });

/** An agent's row of the matrix. */
const agentRow = (page: Page, name: RegExp) => panel(page, /^Matrix/).getByRole('row', { name });

/** How many trials the list says it has. */
async function trials(page: Page): Promise<number> {
  const text = await panel(page, /^Trials/)
    .getByRole('heading')
    .locator('xpath=..')
    .innerText();
  return Number(/([\d,]+),/.exec(text)?.[1]?.replaceAll(',', ''));
}

test('every cell says what it rests on, and leads to exactly that', async ({ page }) => {
  await open(page, '#/results', 'Results');
  const all = await trials(page);
  await expect.poll(() => counted(page, 'Rollout')).toBe(all);
  const cell = agentRow(page, /^Eager/)
    .getByRole('link')
    .nth(1);
  const [, passed, judged] = /(\d+) of (\d+)/.exec(await cell.innerText()) ?? [];
  await cell.click();
  await expect(choice(page, 'Agent')).toHaveValue('eager');
  await expect(choice(page, 'Condition')).toHaveValue('ambiguous');
  expect(await trials(page)).toBe(Number(judged));
  await expect(panel(page, /^Trials/).getByText('Pass', { exact: true })).toHaveCount(Number(passed));
  await page.goBack();
  await expect.poll(() => trials(page)).toBe(all);
});

test('the filters are in the address, survive a reload, and go with one press', async ({ page }) => {
  await open(page, '#/results', 'Results');
  const all = await trials(page);
  await choice(page, 'Condition').selectOption('changing');
  await choice(page, 'Outcome').selectOption('fail');
  await expect.poll(() => page.url()).toMatch(/condition.*changing.*outcome.*fail/);
  const few = await trials(page);
  expect(few).toBeLessThan(all);
  await expect(page.getByText('Shares are among the chosen trials only')).toBeVisible();
  await page.reload();
  await expect(choice(page, 'Condition')).toHaveValue('changing');
  await expect(choice(page, 'Outcome')).toHaveValue('fail');
  expect(await trials(page)).toBe(few);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => trials(page)).toBe(all);
  await expect.poll(() => page.url()).not.toContain('v=');
});

test('a bar of a failure leads to the trials behind it', async ({ page }) => {
  await open(page, '#/results', 'Results');
  const row = panel(page, /^Why they fail/).getByRole('row', { name: /kept to the old goal/ });
  const bar = row.getByRole('link').first();
  const n = Number((await bar.innerText()).trim().split(/\s/)[0]);
  await bar.click();
  await expect(choice(page, 'Failure')).toHaveValue('kept to the old goal');
  expect(await trials(page)).toBe(n);
});

test('agents are compared with one of them', async ({ page }) => {
  await open(page, '#/results', 'Results');
  await page.getByLabel('Compare with').selectOption('careful');
  const row = agentRow(page, /^Overcompliant/);
  await expect(row.getByText('−1.00')).toBeVisible();
  await expect(agentRow(page, /^Careful/)).toContainText('the others are compared with it');
});

test('the matrix is exported with the recipe: as numbers and as a picture', async ({ page }) => {
  await open(page, '#/results', 'Results');
  const recipe = /recipe ([0-9a-f]{12})/.exec(await panel(page, /^Matrix/).innerText())?.[1] ?? 'none';
  const group = page.getByRole('group', { name: 'Export matrix' });
  const save = async (format: string) => {
    const waiting = page.waitForEvent('download');
    await group.getByRole('button', { name: format }).click();
    return waiting;
  };
  const csv = await save('CSV');
  expect(csv.suggestedFilename()).toBe('matrix.csv');
  const lines = (await textOf(csv)).trim().split('\r\n');
  expect(lines[0]).toMatch(/^agent,condition,tasks,trials,passed,errors,invalid,low_95,high_95,pass\^1/);
  expect(lines).toHaveLength(1 + 16 + 1);
  expect(lines.at(-1)).toContain(recipe);
  const svg = await textOf(await save('SVG'));
  expect(svg).toMatch(/^<svg /);
  expect(svg).toContain(recipe);
  const png = await save('PNG');
  expect(png.suggestedFilename()).toBe('matrix.png');
});

test('several trials give pass^k over k, with the table behind the lines', async ({ page }) => {
  await open(page, '#/rollout', 'Roll out');
  await page.getByLabel('Trials', { exact: true }).fill('3');
  await page.getByLabel('Trials', { exact: true }).press('Enter');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const run = panel(page, /^Runs$/)
    .getByRole('listitem')
    .filter({ hasText: /tasks × \d+ agents/ });
  await expect(run).toContainText('Finished');
  await open(page, '#/results', 'Results');
  const eager = agentRow(page, /^Eager/)
    .getByRole('link')
    .nth(1);
  const share = async () => Number((await eager.innerText()).trim().split(/\s/)[0]);
  const once = await share();
  await choose(page, 'k', /k = 3/);
  await expect.poll(share).toBeLessThanOrEqual(once);
  const reliability = panel(page, /^Reliability/);
  await reliability.getByText('View as table').click();
  const careful = reliability.getByRole('row', { name: /^Careful/ });
  await expect(careful.getByText('1.00')).toHaveCount(3);
});

test('two sides are put side by side on their common tasks, with an address, down to where two rollouts part', async ({
  page,
}) => {
  await open(page, '#/results', 'Results');
  const sides = panel(page, /^Side by side/);
  await sides.getByRole('combobox', { name: 'Side A' }).selectOption({ label: 'Careful' });
  await sides.getByRole('combobox', { name: 'Side B' }).selectOption({ label: 'Eager' });
  const table = sides.getByRole('table', { name: 'Two sides by condition' });
  const all = table.getByRole('row', { name: /^All/ });
  await expect(all).toBeVisible();
  const [, tasks, a, b] = await all.getByRole('cell').allInnerTexts();
  expect(Number(a)).toBeGreaterThan(Number(b));
  expect(Number(tasks)).toBeGreaterThan(10);
  await expect.poll(() => page.url()).toMatch(/r=.*careful.*eager/);
  await page.reload();
  await expect(sides.getByRole('combobox', { name: 'Side B' })).toContainText('Eager');
  await sides.getByText(/tasks of \d+ went differently/).click();
  await sides.getByRole('link').first().click();
  await expect(page.getByRole('combobox', { name: 'Compare with' })).toContainText('Careful');
  await expect(page.getByRole('tabpanel').last()).toContainText(/They part at|Both make the same calls/);
});

test('the cost of a condition is read on goals that were served with and without it', async ({ page }) => {
  await open(page, '#/results', 'Results');
  const row = panel(page, /^What a condition costs/).getByRole('row', { name: /^Eager Ambiguous/ });
  await expect(row).toBeVisible();
  const [, , goals, plain, twisted, difference] = await row.getByRole('cell').allInnerTexts();
  expect(Number(goals)).toBeGreaterThan(0);
  expect(Number(difference?.replace('−', '-'))).toBeCloseTo(Number(twisted) - Number(plain), 1);
});
