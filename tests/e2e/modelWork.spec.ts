import type { FakeReply } from '../../src/testing/fakeVendors.ts';
import { expect, type Page } from './fixtures.ts';
import { modelProblems, modelTest as test, setUp } from './models.support.ts';
import { panel } from './steps.ts';

test.use({ expectedProblems: [modelProblems, { scope: 'test' }] });

/** By a link of the page: a reload would forget the key. */
async function toScreen(page: Page, link: string, heading: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: link }).click();
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await page.mouse.move(900, 300);
}

/** What was asked, as one text. */
const textOf = (body: unknown) => JSON.stringify(body);

test('a model explores within its limits, and its trajectories are checked and named as its own', async ({
  page,
  vendor,
}) => {
  vendor.behave = ({ body }) => {
    const email = /email: ([\w.+-]+@[\w.-]+\w)/.exec(textOf(body))?.[1] ?? '';
    const hasCalled = /"role":"tool"/.test(textOf(body));
    const call = { name: 'find_user_id_by_email', raw: JSON.stringify({ email }) };
    const reply: FakeReply = hasCalled ? { text: 'There is nothing to change.' } : { calls: [call] };
    return { type: 'reply', reply };
  };
  await setUp(page, vendor.server);
  await toScreen(page, 'Explore', 'Explore');
  await page.getByLabel('Strategy').selectOption('fake-small, model');
  await page.getByLabel('Runs', { exact: true }).fill('2');
  await page.getByLabel('Runs', { exact: true }).press('Enter');
  await expect(page.getByText(/^About 24 calls/)).toContainText('If a run takes a dozen turns.');
  await page.getByRole('button', { name: 'Explore with this model' }).click();
  await expect(page.getByText(/4 calls of 200/)).toBeVisible();
  expect(vendor.server.requests).toHaveLength(4);
  // Nothing was changed in them, so no task can be made of them, and they say so.
  await page
    .getByRole('group', { name: /Show/ })
    .getByText(/Rejected/)
    .click();
  await expect(page.getByText(/model openai\/fake-small, prompts/).first()).toBeVisible();

  await page.getByLabel('Most calls').fill('1');
  await page.getByLabel('Most calls').press('Enter');
  await page.getByRole('button', { name: 'Explore with this model' }).click();
  await expect(page.getByText(/The limit of 1 call/)).toBeVisible();
  expect(vendor.server.requests).toHaveLength(5);
});

test('a model words the openings of a set; what breaks a text is thrown away, and said', async ({
  page,
  vendor,
}) => {
  vendor.behave = ({ body, index }) => {
    const opening = /The message:\n<message>\n([\s\S]*?)\n<\/message>/.exec(promptOf(body))?.[1] ?? '';
    const text = index === 0 ? `${opening} It is order #W0000001.` : `Good day to you. ${opening}`;
    return { type: 'reply', reply: { text } };
  };
  await setUp(page, vendor.server);
  await toScreen(page, 'Lab', 'Transform Lab');
  const wording = panel(page, 'Wording');
  await wording.getByLabel('Who words the openings').selectOption('fake-small, model');
  await wording.getByRole('button', { name: /^Reword \d+ openings?$/ }).click();
  const outcomes = wording.getByRole('list', { name: 'What came of the rewording' });
  await expect(outcomes.getByText('In new words, certified again.').first()).toBeVisible();
  await expect(outcomes).toContainText('"#W0000001" comes from nowhere.');
  await expect(page.getByRole('article', { name: 'general' })).toContainText('Good day to you.');
  await expect(wording.getByRole('button', { name: /^Reword/ })).toBeVisible();
  await page.getByRole('button', { name: /^Keep \d+ tasks?$/ }).click();
  await expect(page.getByRole('link', { name: /^Roll out \d+ tasks?$/ })).toBeVisible();
});

/** The last message of a request for a chat completion. */
function promptOf(body: unknown): string {
  const { messages } = body as { readonly messages: readonly { readonly content: string }[] };
  return messages.at(-1)?.content ?? '';
}
