import { demoTest, expect, test, type Page } from './fixtures.ts';
import { counted, demoEnds, open, runDemo, storedFor } from './steps.ts';

const stages = ['Explore', 'Transform', 'Roll out', 'Evaluate', 'Collect'];

/** What a run made, without the dates at which it was written. */
async function made(page: Page): Promise<unknown> {
  const all = await storedFor(page, 'demo');
  return JSON.parse(
    JSON.stringify(all, (key, value: unknown) => (/^(created|updated)At$/.test(key) ? undefined : value)),
  );
}

test('one press runs the whole pipeline, and the strip counts what it made', async ({ page }) => {
  await runDemo(page);
  for (const name of stages) await expect(page.getByRole('listitem', { name })).toBeVisible();
  await expect(page.getByRole('listitem', { name: 'Roll out' })).toContainText(/(\d+) of \1 rollouts/);
  const [trajectories, tasks, rollouts] = [
    await counted(page, 'Trajectory'),
    await counted(page, 'Task'),
    await counted(page, 'Rollout'),
  ];
  expect(trajectories).toBeGreaterThan(0);
  expect(tasks).toBeGreaterThan(trajectories);
  expect(rollouts).toBe(tasks * 4);
  expect(await counted(page, 'Verdict')).toBe(rollouts);
  expect(await counted(page, 'Example')).toBeLessThan(rollouts);
  // The counts of the verdicts are those of the cells.
  const cells = await page
    .getByRole('listitem', { name: 'Evaluate' })
    .getByText(/^\d+ of \d+/)
    .allInnerTexts();
  const judged = cells.map((text) => Number(/of (\d+)/.exec(text)?.[1]));
  expect(judged.reduce((sum, n) => sum + n, 0)).toBe(rollouts);
});

test('the same seed makes the same bytes', async ({ page }) => {
  await runDemo(page);
  const first = await made(page);
  await page.getByRole('button', { name: 'Run it again' }).click();
  await expect(page.getByRole('heading', { name: 'And now' })).toBeHidden();
  await demoEnds(page);
  expect(await made(page)).toEqual(first);
});

demoTest('every stage opens to what is inside, and Back leads to the run', async ({ page }) => {
  await open(page, '#/start?v=run', 'The whole pipeline');
  const inside: Readonly<Record<string, RegExp>> = {
    Explore: /^Explore$/,
    Transform: /^Transform Lab$/,
    'Roll out': /^Roll out$/,
    Evaluate: /^Results$/,
    Collect: /^Dataset$/,
  };
  for (const [stage, heading] of Object.entries(inside)) {
    await page.getByRole('link', { name: new RegExp(`^Look inside.*${stage}$`) }).click();
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    await expect(page.getByText(/No (trajectory|run|rollouts)( \w+)* yet/)).toHaveCount(0);
    await page.goBack();
    await expect(page.getByRole('heading', { name: 'And now' })).toBeVisible();
  }
});

demoTest('the end leads to a surprising failure that was explained', async ({ page }) => {
  await open(page, '#/start?v=run', 'The whole pipeline');
  await page.getByRole('link', { name: /See a surprising failure/ }).click();
  await expect(page.getByText('Fail', { exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: /Next failure/ })).toBeVisible();
});

test.describe('with a second for each stage', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('the run goes on while a stage is looked at, and is found again', async ({ page }) => {
    await open(page, '', /Turn tool-call trajectories/);
    await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
    await page.getByRole('link', { name: /^Look inside.*Explore$/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Explore' })).toBeVisible();
    const chip = page.getByRole('banner').getByRole('link', { name: /\d+ \/ \d+/ });
    await chip.click();
    await expect(page.getByRole('heading', { level: 1, name: 'The whole pipeline' })).toBeVisible();
    await demoEnds(page);
  });

  test('it can be paused, skipped on, and cancelled; what was finished is kept', async ({ page }) => {
    await open(page, '', /Turn tool-call trajectories/);
    await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    await page.getByRole('button', { name: 'Next stage' }).click();
    await expect(page.getByRole('listitem', { name: 'Evaluate' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect(page.getByRole('listitem', { name: 'Roll out' })).toBeVisible();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('It was stopped before its end.')).toBeVisible();
    await expect.poll(() => counted(page, 'Trajectory')).toBeGreaterThan(0);
    await page.reload();
    await expect(page.getByText('It was stopped before its end.')).toBeVisible();
    await page.getByRole('button', { name: 'Run it again' }).click();
    await demoEnds(page);
  });
});

test.describe('where the workers cannot be loaded', () => {
  test.use({ expectedProblems: [/Failed to load resource|net::ERR/] });

  test('the pipeline says so and what to do', async ({ page, context }) => {
    await context.route(/worker-.*\.js/, (route) => route.abort());
    await open(page, '', /Turn tool-call trajectories/);
    await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
    await expect(page.getByText('The pipeline stopped.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run it again' })).toBeEnabled();
  });
});

test.describe('the demo is apart', () => {
  test('opening and running it changes no record of the user', async ({ page }) => {
    await open(page, '#/explore', 'Explore');
    await page.getByRole('button', { name: 'Explore 20 more' }).click();
    await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
    const before = await storedFor(page, 'own');
    await page.getByRole('link', { name: 'Trajectory2Task' }).click();
    await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
    await demoEnds(page);
    expect(await storedFor(page, 'own')).toEqual(before);
    await page.getByRole('button', { name: 'Back to mine' }).click();
    await expect(page.getByRole('button', { name: 'Run the whole pipeline' })).toBeVisible();
    await expect.poll(() => counted(page, 'Trajectory')).toBe(20);
    await expect(page.getByRole('banner')).toContainText('My workspace');
  });
});
