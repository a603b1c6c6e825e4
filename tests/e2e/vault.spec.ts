import { expect, type Page } from './fixtures.ts';
import { KEY, modelProblems, modelTest as test, setUp } from './models.support.ts';
import { open } from './steps.ts';

test.use({ expectedProblems: [modelProblems, { scope: 'test' }] });

const PASS = 'correct horse battery';

/** Everything in every database and storage of the page, bytes as the letters they would be. */
function everything(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no reason given'));
      });
    const letters = (_: string, value: unknown): unknown => {
      if (!(value instanceof Uint8Array)) return value;
      return ['latin1', 'utf-16le'].map((code) => new TextDecoder(code).decode(value));
    };
    const found: string[] = [JSON.stringify([{ ...localStorage }, { ...sessionStorage }]), document.cookie];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        found.push(name, table, JSON.stringify([keys, values], letters));
      }
      database.close();
    }
    return found.join('\n');
  });
}

const button = (page: Page, name: string) => page.getByRole('button', { name }).and(page.locator(':visible'));

test('keys that are locked with a passphrase survive a reload, and are nowhere to be read', async ({
  page,
  vendor,
}) => {
  await setUp(page, vendor.server);
  await page.getByLabel('Keep keys').selectOption('In this browser, locked with a passphrase');
  await page.getByLabel('New passphrase', { exact: true }).fill(PASS);
  await page.getByLabel('New passphrase again').fill(PASS);
  await button(page, 'Lock keys with it').click();
  await expect(page.getByText('Keys are locked with it.')).toBeVisible();
  await expect(page.getByText(/^kept, locked with your passphrase/)).toBeVisible();
  const kept = await everything(page);
  expect(kept).toContain('trajectory2task-keys');
  for (const secret of [KEY, KEY.slice(3, 15), PASS]) expect(kept).not.toContain(secret);
  expect(await page.content()).not.toContain(PASS);

  await page.reload();
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeVisible();
  await expect(page.getByText('…cdef')).toHaveCount(0);
  await page.getByLabel('Passphrase', { exact: true }).fill('correct horse batterY');
  await button(page, 'Unlock the keys').click();
  await expect(page.getByText(/it does not open the kept keys\. Check it/)).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill(PASS);
  await page.keyboard.press('Enter');
  await expect(page.getByText('The keys are unlocked.')).toBeVisible();
  await page.getByText('OpenAI', { exact: true }).click();
  const address = page.getByLabel('Address of OpenAI');
  await address.fill(`${vendor.server.url}openai/`);
  await address.press('Enter');
  await button(page, 'List its models').click();
  await expect(page.getByRole('checkbox', { name: 'fake-large' })).toBeVisible();

  // It is in no export of the workspace, and goes with all keys.
  await open(page, '#/settings?v=storage', 'Settings');
  await open(page, '#/settings?v=models', 'Settings');
  await button(page, 'Forget all keys').click();
  await expect(page.getByText('All keys were forgotten.')).toBeVisible();
  await expect(page.getByLabel('Keep keys')).toBeEnabled();
  const left = await everything(page);
  expect(left).not.toContain('trajectory2task-keys');
  await page.reload();
  await expect(page.getByLabel('Keep keys')).toHaveValue(/.*/);
  await expect(page.getByLabel('Passphrase', { exact: true })).toHaveCount(0);
});

test('a passphrase can be changed, and what it locks deleted', async ({ page, vendor }) => {
  await setUp(page, vendor.server);
  await page.getByLabel('Keep keys').selectOption('In this browser, locked with a passphrase');
  await page.getByLabel('New passphrase', { exact: true }).fill('short');
  await page.getByLabel('New passphrase again').fill('short');
  await button(page, 'Lock keys with it').click();
  await expect(page.getByText(/expected at least 12 characters/)).toBeVisible();
  await page.getByLabel('New passphrase', { exact: true }).fill(PASS);
  await page.getByLabel('New passphrase again').fill(PASS);
  await button(page, 'Lock keys with it').click();
  await button(page, 'Change the passphrase').click();
  await page.getByLabel('Present passphrase').fill(PASS);
  await page.getByLabel('New passphrase', { exact: true }).fill('another passphrase');
  await page.getByLabel('New passphrase again').fill('another passphrase');
  await button(page, 'Change it').click();
  await expect(page.getByText('The passphrase was changed.')).toBeVisible();
  await page.reload();
  await page.getByLabel('Passphrase', { exact: true }).fill('another passphrase');
  await button(page, 'Unlock the keys').click();
  await expect(page.getByText('The keys are unlocked.')).toBeVisible();
  await button(page, 'Delete the locked keys…').click();
  await button(page, 'Delete the locked keys').last().click();
  await expect(page.getByLabel('Keep keys')).toBeEnabled();
  expect(await everything(page)).not.toContain('trajectory2task-keys');
});
