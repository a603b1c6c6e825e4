import {
  fakeVendors,
  type FakeBehaviour,
  type FakeRequest,
  type FakeVendors,
} from '../../src/testing/fakeVendors.ts';
import { demoTest, expect, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';

/** A key that must not be found anywhere. */
export const KEY = 'sk-canary-0123456789abcdef';
export const SORRY: FakeBehaviour = {
  type: 'reply',
  reply: { text: 'I am sorry, but I cannot help with that.' },
};

interface Fixtures {
  /** A server of models on this machine; what it does can be changed. */
  readonly vendor: { readonly server: FakeVendors; behave: (request: FakeRequest) => FakeBehaviour };
}

/** Tests with a server of models, in the workspace of the demo. */
export const modelTest = demoTest.extend<Fixtures>({
  vendor: async ({}, use) => {
    const vendor: Fixtures['vendor'] = {
      server: await fakeVendors((request) => vendor.behave(request)),
      behave: () => SORRY,
    };
    await use(vendor);
    await vendor.server.close();
  },
});
/** The server of models is another origin, and a browser reports every status that is no success. */
export const modelProblems: RegExp[] = [
  /^request: http:\/\/127\.0\.0\.1:\d+\/openai\//,
  /the server responded with a status of 40/,
];

/** Sets OpenAI up at the server's address, with the key, and offers one of its models in Roll out. */
export async function setUp(page: Page, server: FakeVendors): Promise<void> {
  await open(page, '#/settings?v=models', 'Settings');
  await page.getByText('OpenAI', { exact: true }).click();
  const address = page.getByLabel('Address of OpenAI');
  await address.fill(`${server.url}openai/`);
  await address.press('Enter');
  await giveKey(page);
  await page.getByRole('button', { name: 'List its models' }).and(page.locator(':visible')).click();
  await page.getByRole('checkbox', { name: 'fake-small' }).check();
  await expect(panel(page, 'Models in Roll out')).toContainText('openai/fake-small');
}

export async function giveKey(page: Page): Promise<void> {
  await page.getByLabel('Key for OpenAI').fill(KEY);
  await page.getByRole('button', { name: 'Use the key' }).and(page.locator(':visible')).click();
  await expect(page.getByText('…cdef').first()).toBeVisible();
}

/** By a link of the page: opening an address would load the page anew, and the key with it. */
export async function toRollOut(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Roll out' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Roll out' })).toBeVisible();
  // The rail stays open over what is beside it while the pointer is on it.
  await page.mouse.move(900, 300);
}
