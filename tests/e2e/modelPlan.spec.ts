import { expect } from './fixtures.ts';
import { modelProblems, modelTest as test, setUp, SORRY, toRollOut } from './models.support.ts';
import { panel } from './steps.ts';

test.use({ expectedProblems: [modelProblems, { scope: 'test' }] });

test('a plan tells how long it takes once its models were timed, and what kept them from it', async ({
  page,
  vendor,
}) => {
  await setUp(page, vendor.server);
  await toRollOut(page);
  await panel(page, 'Models').getByLabel('fake-small').check();
  await expect(page.getByText('How long it takes is not known yet.')).toBeVisible();
  const before = vendor.server.requests.length;
  vendor.behave = () => ({ type: 'status', status: 401 });
  await page.getByRole('button', { name: 'Time 1 model' }).click();
  await expect(page.getByText(/How long it takes is not known yet\. .*key/i)).toBeVisible();
  expect(vendor.server.requests.length).toBe(before + 1);
  vendor.behave = () => SORRY;
  await page.getByRole('button', { name: 'Time 1 model' }).click();
  await expect(page.getByText(/About .* by two requests to each model/)).toBeVisible();
  expect(vendor.server.requests.length).toBe(before + 3);
});

test('a tab that dies in the middle of rollouts loses no turn that was answered', async ({
  page,
  vendor,
}) => {
  vendor.behave = () => ({ ...SORRY, delay: 150 });
  await setUp(page, vendor.server);
  await toRollOut(page);
  await panel(page, 'Models').getByLabel('fake-small').check();
  for (const name of ['Eager', 'Stubborn', 'Overcompliant', 'Careful'])
    await panel(page, 'Agents').getByRole('checkbox', { name, exact: false }).uncheck();
  const before = vendor.server.requests.length;
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect.poll(() => vendor.server.requests.length - before).toBeGreaterThan(9);
  await page.reload();
  await setUp(page, vendor.server);
  await toRollOut(page);
  const run = panel(page, /^Runs$/)
    .getByRole('listitem')
    .filter({ hasText: /tasks × 1 agent/ });
  await run.getByRole('button', { name: 'Go on' }).click();
  await expect(run).toContainText('Finished');
  const asked = vendor.server.requests
    .map(({ body }) => JSON.stringify(body))
    .filter((body) => body.includes('"messages"'));
  // Each rollout has its own seed, so only a question that was asked twice is there twice.
  const twice = asked.length - new Set(asked).size;
  expect(asked.length).toBeGreaterThan(20);
  expect(twice).toBeLessThanOrEqual(4);
});
