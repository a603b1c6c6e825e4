import type { FakeBehaviour, FakeRequest } from '../../src/testing/fakeVendors.ts';
import { tau2Files } from '../../src/testing/tau2Files.ts';
import { expect, type Page } from './fixtures.ts';
import { modelProblems, modelTest as test, setUp, SORRY, toRollOut } from './models.support.ts';
import { open, panel } from './steps.ts';

test.use({ expectedProblems: [modelProblems, { scope: 'test' }] });

/** One model on both sides: whoever is given a scenario is the user, who asks once and then leaves. */
function bothSides({ body }: FakeRequest): FakeBehaviour {
  const messages = (body as { readonly messages: readonly { readonly content: string }[] }).messages;
  if (!messages[0]?.content.includes('<scenario>')) return SORRY;
  const text = messages.length === 2 ? 'I want my order cancelled.' : 'Never mind. ###STOP###';
  return { type: 'reply', reply: { text } };
}

/** Brings a folder of tau2-bench, as a person drops it on the page. */
async function bringFolder(page: Page): Promise<void> {
  await open(page, '#/import', 'Import');
  const transfer = await page.evaluateHandle((given) => {
    const carried = new DataTransfer();
    for (const [name, content] of Object.entries(given)) carried.items.add(new File([content], name));
    return carried;
  }, tau2Files());
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer: transfer });
  await page.getByRole('button', { name: 'Import the database, its policy and 5 tasks' }).click();
  await expect(page.getByRole('link', { name: 'Review it' })).toBeVisible();
}

test('imported tasks are served by models, to a user whom a model plays from their instructions', async ({
  page,
  vendor,
}) => {
  vendor.behave = bothSides;
  await bringFolder(page);
  await setUp(page, vendor.server);
  await toRollOut(page);
  const models = panel(page, 'Models');
  const model = models.getByRole('checkbox', { name: /fake-small/ });
  await expect(model).toBeDisabled();
  await expect(models).toContainText('Imported tasks have a user of prose');
  await models.getByLabel('Who speaks for the user').selectOption({ label: 'fake-small' });
  await model.check();
  for (const name of [/^Oracle/, /^Null/])
    await panel(page, 'Agents').getByRole('checkbox', { name }).uncheck();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const run = panel(page, /^Runs$/)
    .getByRole('listitem')
    .first();
  await expect(run).toContainText('Finished');
  const asked = vendor.server.requests.map(({ body }) => JSON.stringify(body));
  const asUser = asked.filter((text) => text.includes('<scenario>'));
  expect(asUser.length).toBeGreaterThan(0);
  // What the user was told is nothing that the agent is told.
  for (const text of asked.filter((one) => !asUser.includes(one))) expect(text).not.toContain('in a hurry');
  await page
    .getByRole('group', { name: 'Rollouts by task' })
    .getByRole('link', { name: /fake-small/ })
    .first()
    .click();
  await expect(page.getByText('Never mind. ###STOP###').first()).toBeVisible();
  await expect(page.getByText('I am sorry, but I cannot help with that.').first()).toBeVisible();
});

test('a person serves an imported task to a user whom a model plays', async ({ page, vendor }) => {
  vendor.behave = bothSides;
  await bringFolder(page);
  await setUp(page, vendor.server);
  await page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('link', { name: 'Play', exact: true })
    .click();
  await expect(page.getByText('5 imported tasks more: their user is prose')).toBeVisible();
  await page.getByLabel('The user is').selectOption({ label: 'fake-small, model' });
  await page
    .getByRole('button', { name: /You want to cancel order/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  const talk = page.getByRole('log', { name: 'The talk' });
  await expect(talk).toContainText('I want my order cancelled.');
  await page.getByLabel('Message to the user').fill('No.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(panel(page, 'Verdict')).toContainText(/Fail/i);
  await page.getByRole('link', { name: /trace/i }).first().click();
  await expect(page.getByText('Never mind. ###STOP###').first()).toBeVisible();
});
