import { demoTest, expect, test, type Page } from './fixtures.ts';
import { choose, counted, open } from './steps.ts';

const conditions = ['general', 'ambiguous', 'changing', 'infeasible'];
const column = (page: Page, condition: string) => page.getByRole('article', { name: condition });
const opening = (page: Page, condition: string) =>
  column(page, condition).locator('section').filter({ hasText: 'Opening' }).locator('p').first();

test('from nothing: explore a little, and a matched set stands there with its certificates', async ({
  page,
}) => {
  await open(page, '#/lab', 'Transform Lab');
  await page.getByRole('button', { name: 'Explore 8' }).click();
  for (const condition of conditions) await expect(column(page, condition)).toBeVisible();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(8);
  // Nothing is kept before it is asked for.
  expect(await counted(page, 'Task')).toBe(0);
  const gates = column(page, 'general').getByRole('list', { name: 'Certificate' });
  for (const gate of ['Replays', 'Unique end state', 'No leak', 'Solvable, or provably not'])
    await expect(gates.locator('summary', { hasText: gate })).toBeVisible();
  await gates.locator('summary', { hasText: 'Replays' }).click();
  await expect(gates.getByText('G1', { exact: true })).toBeVisible();
});

demoTest('another seed words the set anew; the address keeps it', async ({ page }) => {
  await open(page, '#/lab', 'Transform Lab');
  const before = await opening(page, 'general').innerText();
  await page.getByLabel('Seed', { exact: true }).fill('7');
  await page.getByLabel('Seed', { exact: true }).press('Enter');
  await expect(opening(page, 'general')).not.toHaveText(before);
  const after = await opening(page, 'general').innerText();
  await expect.poll(() => page.url()).toContain('seed%3D7');
  await page.reload();
  await expect(opening(page, 'general')).toHaveText(after);
});

demoTest('a knob does what it says, and the address keeps it', async ({ page }) => {
  await open(page, '#/lab', 'Transform Lab');
  const infeasible = column(page, 'infeasible');
  await choose(page, 'Insists', /^\s*1/);
  await expect(infeasible.getByText('Insists once when refused.')).toBeVisible();
  await choose(page, 'Insists', /^\s*2/);
  await expect(infeasible.getByText('Insists 2 times when refused.')).toBeVisible();
  await expect.poll(() => page.url()).toContain('pressure%3D2');
  await page.reload();
  await expect(infeasible.getByText('Insists 2 times when refused.')).toBeVisible();
});

demoTest(
  'tried at once: the careful baseline passes, each other fails where its twist is',
  async ({ page }) => {
    await open(page, '#/lab', 'Transform Lab');
    await expect.poll(() => counted(page, 'Task')).toBeGreaterThan(0);
    const tasks = await counted(page, 'Task');
    await page.getByRole('button', { name: 'Try it ×3' }).click();
    const table = page.getByRole('table', { name: /Baselines by condition/ });
    const careful = table.getByRole('row', { name: /^Careful/ });
    await expect(careful.getByText('3 of 3 passed').first()).toBeVisible();
    await expect(careful.getByText(/^[0-2] of 3 passed/)).toHaveCount(0);
    await expect(table.getByRole('row', { name: /^Overcompliant/ }).getByText('0 of 3 passed')).toBeVisible();
    expect(await counted(page, 'Task')).toBe(tasks);
    await page.getByRole('button', { name: /^Keep \d tasks?$/ }).click();
    await expect(page.getByRole('link', { name: /^Roll out \d tasks?$/ })).toBeVisible();
    await expect.poll(() => counted(page, 'Task')).toBeGreaterThan(tasks);
  },
);

demoTest('another trajectory is another set, and Back returns to the first', async ({ page }) => {
  await open(page, '#/lab', 'Transform Lab');
  const before = await opening(page, 'general').innerText();
  const choice = page.getByLabel('Trajectory', { exact: true });
  await choice.selectOption({ index: 0 });
  await expect(opening(page, 'general')).not.toHaveText(before);
  await page.goBack();
  await expect(opening(page, 'general')).toHaveText(before);
});
