import type { FakeVendors } from '../../src/testing/fakeVendors.ts';
import { expect, type Page } from './fixtures.ts';
import { modelTest as test } from './models.support.ts';
import { open, stored } from './steps.ts';

test.use({
  expectedProblems: [
    [
      /^request: http:\/\/127\.0\.0\.1:\d+\/(openrouter\/|auth\?)/,
      /the server responded with a status of 403/,
    ],
    { scope: 'test' },
  ],
});

const visible = (page: Page, name: string) =>
  page.getByRole('button', { name }).and(page.locator(':visible'));

/** Goes to sign in at the server on this machine, as at OpenRouter. */
async function signIn(page: Page, server: FakeVendors): Promise<void> {
  await open(page, '#/settings?v=models', 'Settings');
  await page.getByText('OpenRouter', { exact: true }).click();
  const address = page.getByLabel('Address of OpenRouter');
  await address.fill(`${server.url}openrouter/api/v1/`);
  await address.press('Enter');
  await visible(page, 'Sign in with OpenRouter').click();
}

/** Everything that scripts of the page can read of it. */
async function readable(page: Page): Promise<string> {
  const kept = await page.evaluate(() => [
    location.href,
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    document.documentElement.outerHTML,
  ]);
  return [...kept, JSON.stringify(await stored(page))].join('\n');
}

test('signing in brings a key that the page never sees, and an address without a code', async ({
  page,
  vendor,
}) => {
  const { server } = vendor;
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await signIn(page, server);
  await expect(page.getByText('Signed in with OpenRouter.')).toBeVisible();
  await expect(page.getByText('Signed in, key …cdef until this page')).toBeVisible();
  await expect(page.getByRole('link', { name: 'your keys at OpenRouter' })).toHaveAttribute(
    'href',
    'https://openrouter.ai/settings/keys',
  );
  expect(new URL(page.url()).search).toBe('');
  expect(new URL(page.url()).hash).toBe('#/settings?v=models');
  expect(server.signIn.openCodes).toEqual([]);
  const text = [await readable(page), ...said].join('\n');
  expect(text).not.toContain(server.signIn.key);
  expect(text).not.toMatch(/code-\d|verifier|t2t\.sign-in/);

  // It is a key like any other.
  await visible(page, 'List its models').click();
  await expect(page.getByRole('checkbox', { name: 'fake-small' })).toBeVisible();
  await page.reload();
  await page.getByText('OpenRouter', { exact: true }).click();
  await expect(page.getByLabel('Key for OpenRouter')).toBeVisible();
});

test('a sign-in that was declined, mixed up or not begun here says so and brings no key', async ({
  page,
  vendor,
}) => {
  const { signIn: pages } = vendor.server;
  for (const [answer, words] of [
    ['deny', 'The sign-in was declined. Sign in again, or paste a key.'],
    ['other-state', 'A sign-in came back that is not the one this tab began'],
  ] as const) {
    pages.answer = answer;
    // The card stays open, with the address that was used.
    if (answer === 'deny') await signIn(page, vendor.server);
    else await visible(page, 'Sign in with OpenRouter').click();
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByLabel('Key for OpenRouter')).toBeVisible();
    expect(new URL(page.url()).search).toBe('');
    expect(await readable(page)).not.toContain('t2t.sign-in');
  }
  await page.goto('./?code=code-9&state=made-up');
  await expect(page.getByText('A sign-in came back that this tab did not begin')).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});

test('a provider that does not take the code is heard, and a second try works', async ({ page, vendor }) => {
  const { server } = vendor;
  // Another page was quicker with the same code.
  await page.route(/\/auth\/keys$/, async (route) => {
    await fetch(route.request().url(), { method: 'POST', body: route.request().postData() ?? '' });
    await route.continue();
  });
  await signIn(page, server);
  await expect(page.getByText(/The sign-in was not accepted \(403\).*Sign in again\./)).toBeVisible();
  await page.unroute(/\/auth\/keys$/);
  await visible(page, 'Sign in with OpenRouter').click();
  await expect(page.getByText('Signed in, key …cdef until this page')).toBeVisible();
});
