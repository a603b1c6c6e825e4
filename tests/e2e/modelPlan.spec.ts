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
