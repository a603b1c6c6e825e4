import { expect, test } from './fixtures.ts';
import { choose, counted, open, panel } from './steps.ts';

test('both explorers work on the database in use, and say what they are', async ({ page }) => {
  await open(page, '#/explore', 'Explore');
  await expect(page.getByText('No trajectory on this database yet')).toBeVisible();
  const list = page.getByRole('group', { name: 'Trajectories' });
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
  await expect(list).toContainText('grounded');
  await page.getByLabel('Strategy').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(40);
  await choose(page, 'Show', /Rejected/);
  await expect(list.getByText(/^Rejected: /).first()).toBeVisible();
  await choose(page, 'Show', /Valid/);
  await expect(list.getByText(/^Rejected: /)).toHaveCount(0);
  await expect(list).toContainText('fuzz');
});

test('the same seed gives the same trajectories, another seed others', async ({ page }) => {
  await open(page, '#/explore', 'Explore');
  const titles = async () => {
    await page.getByRole('button', { name: 'Explore 20 more' }).click();
    await expect(page.getByRole('button', { name: 'Explore 20 more' })).toBeEnabled();
    await expect(page.getByRole('radio', { name: 'All 20' })).toBeChecked();
    const list = page.getByRole('group', { name: 'Trajectories' });
    // Its rows are drawn after they are counted.
    await expect(list).toContainText(/calls?|Rejected/);
    return list.innerText();
  };
  await page.getByLabel('Database seed').fill('a');
  await page.getByLabel('Database seed').press('Enter');
  const first = await titles();
  await page.getByLabel('Database seed').fill('b');
  await page.getByLabel('Database seed').press('Enter');
  await expect(page.getByText('No trajectory on this database yet')).toBeVisible();
  expect(await titles()).not.toBe(first);
  await page.getByLabel('Database seed').fill('a');
  await page.getByLabel('Database seed').press('Enter');
  await expect(page.getByRole('group', { name: 'Trajectories' })).toHaveText(first, {
    useInnerText: true,
  });
});

test('another domain brings its own tools, tables and policy', async ({ page }) => {
  await open(page, '#/explore', 'Explore');
  const domain = page.getByLabel('Domain', { exact: true });
  await expect(domain.locator('option').first()).toBeAttached();
  const [first, second] = await domain.locator('option').allTextContents();
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
  const tools = async () => {
    await page.getByRole('tab', { name: 'Tools' }).click();
    return page.getByRole('tabpanel').innerText();
  };
  const before = await tools();
  await domain.selectOption({ label: second ?? '' });
  await expect(page.getByRole('navigation', { name: 'Pipeline' })).toContainText(second ?? '');
  expect(await tools()).not.toBe(before);
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
  await page.reload();
  await expect(domain.locator('option:checked')).toHaveText(second ?? '');
});

test('a trajectory is walked call by call, with the source of every value', async ({ page }) => {
  await open(page, '#/explore', 'Explore');
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
  await choose(page, 'Show', /Valid/);
  const calls = page.getByRole('slider', { name: 'Call' });
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('ArrowRight');
  await expect(calls).toHaveAttribute('aria-valuetext', /^Call 2 of/);
  await expect.poll(() => page.url()).toContain('s=2');
  const source = page.getByRole('button', { name: /^read in call 1/ }).first();
  await expect(source).toBeVisible();
  await source.click();
  await expect(calls).toHaveAttribute('aria-valuetext', /^Call 1 of/);
});

test('what is pinned stays on top, also after a reload; what is deleted is gone', async ({ page }) => {
  await open(page, '#/explore', 'Explore');
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
  const rows = page.getByRole('group', { name: 'Trajectories' }).getByRole('button');
  await rows.nth(3).click();
  const title = await panel(page, /./).last().innerText();
  expect(title).not.toBe('');
  await page.getByRole('button', { name: 'Pin' }).click();
  await expect(rows.first()).toHaveAttribute('aria-pressed', 'true');
  await expect(rows.first()).toContainText('pinned:');
  await page.reload();
  await expect(rows.first()).toContainText('pinned:');
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect.poll(() => counted(page, 'Trajectory')).toBe(19);
  await expect(rows.first()).not.toContainText('pinned:');
});
