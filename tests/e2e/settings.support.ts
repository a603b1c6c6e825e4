import { expect as strict, type Download, type Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Patient: several browsers share few cores in a test run. What has to be fast is measured where it matters. */
export const expect = strict.configure({ timeout: 30_000 });

/** What a page complains about in the console, from now on. */
export function complaints(page: Page): readonly string[] {
  const found: string[] = [];
  page.on('pageerror', (error) => found.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') found.push(message.text());
  });
  return found;
}

export interface RunSize {
  /** Tasks of each condition. */
  readonly tasks: number;
  readonly trials: number;
}

/** Makes tasks on Roll out and starts the four agents on them; does not wait for the end. */
export async function startRun(page: Page, { tasks, trials }: RunSize): Promise<void> {
  await page.goto('./#/rollout');
  const make = page.getByRole('button', { name: 'Make tasks' });
  await expect(make).toBeEnabled();
  for (const name of ['General', 'Ambiguous', 'Changing', 'Infeasible']) {
    const field = page.getByRole('spinbutton', { name });
    await field.fill(String(tasks));
    await field.blur();
  }
  await make.click();
  await expect(page.getByText('certified tasks were made')).toBeVisible({ timeout: 60_000 });
  const field = page.getByRole('spinbutton', { name: 'Trials' });
  await field.fill(String(trials));
  await field.blur();
  await page.getByRole('button', { name: 'Start' }).click();
}

/** The list of runs on Roll out. */
export const runs = (page: Page) => page.getByRole('region', { name: 'Runs' });

export async function finishedRun(page: Page, size: RunSize): Promise<void> {
  await startRun(page, size);
  await expect(runs(page).getByText('Finished')).toBeVisible({ timeout: 60_000 });
}

/** Exports the open workspace on the settings. */
export async function exported(page: Page): Promise<Download> {
  await page.goto('./#/settings');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export workspace' }).click();
  return downloading;
}

/** The digest over all that an exported file holds, as its manifest states it. */
export async function manifestDigest(download: Download): Promise<string> {
  const files = unzipSync(new Uint8Array(await readFile(await download.path())));
  const manifest: unknown = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array()));
  if (typeof manifest !== 'object' || manifest === null || !('digest' in manifest))
    throw new Error('no digest');
  return String(manifest.digest);
}

/** A digest over every row in the browser, read past the page, and the version of its database. */
export async function stored(page: Page): Promise<string> {
  const text = await page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error(request.error?.message));
      });
    const database = await done(indexedDB.open('trajectory2task'));
    const tables = [...database.objectStoreNames];
    const rows = await Promise.all(
      tables.map(async (table) => {
        const store = database.transaction(table).objectStore(table);
        return [table, await done(store.getAllKeys()), await done(store.getAll())];
      }),
    );
    const { version } = database;
    database.close();
    return JSON.stringify([version, rows]);
  });
  return createHash('sha256').update(text).digest('hex');
}
