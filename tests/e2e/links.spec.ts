import { demoTest as test, expect } from './fixtures.ts';
import { open, stored } from './steps.ts';

const screens = [
  ['#/start', /Turn tool-call trajectories/],
  ['#/start?v=run', 'The whole pipeline'],
  ['#/explore', 'Explore'],
  ['#/lab', 'Transform Lab'],
  ['#/rollout', 'Roll out'],
  ['#/results?v=outcome:fail', 'Results'],
  ['#/dataset', 'Dataset'],
  ['#/settings', 'Settings'],
] as const;

for (const [hash, heading] of screens)
  test(`${hash} opens there, and again after a reload`, async ({ page }) => {
    await open(page, hash, heading);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    expect(new URL(page.url()).hash).toBe(hash);
  });

test('links that lead nowhere say so and change nothing', async ({ page }) => {
  await open(page, '#/settings', 'Settings');
  const before = await stored(page);
  const wrong = [
    ['#/nonsense', 'The link names a screen "nonsense".'],
    ['#/<img src=x onerror=alert(1)>', 'The link names a screen'],
    ['#/trace', 'The link leads to a trace and names no rollout.'],
    ['#/trace/%E0%A4%A', 'The link leads to a trace and names no rollout.'],
    ['#/trace/pipeline%2Fnothing', 'This workspace holds no such rollout.'],
    ['#/trace/recorded%2Fnothing', 'The recorded run has no such rollout.'],
  ] as const;
  for (const [hash, message] of wrong) {
    await page.goto(`./${hash}`);
    await expect(page.getByText(message)).toBeVisible();
  }
  expect(await stored(page)).toEqual(before);
});

test('what a link says too much is left out', async ({ page }) => {
  await open(page, '#/results?v=outcome:fail;colour:red&x=1', 'Results');
  await expect(page.getByLabel('Outcome', { exact: true })).toHaveValue('fail');
  await open(page, '#/lab/nothing?v=hiddenSlots=99,seed=7', 'Transform Lab');
  await expect(page.getByLabel('Seed', { exact: true })).toHaveValue('7');
  await open(page, '#/explore/nothing?s=x', 'Explore');
  await expect(page.getByRole('slider', { name: 'Call' })).toHaveAttribute('aria-valuetext', /^Call 1 of/);
});

test('a message about a link goes away with the next one', async ({ page }) => {
  await page.goto('./#/nonsense');
  await expect(page.getByText('The link names a screen "nonsense".')).toBeVisible();
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Results' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Results' })).toBeVisible();
  await expect(page.getByText('The link names a screen "nonsense".')).toHaveCount(0);
});
