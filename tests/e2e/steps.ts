import { expect, type Download, type Locator, type Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';

/** A whole run in a worker, on a machine that does other things too. */
const RUN_MS = 90_000;

/** Presses the one button and waits for the end. */
export async function runDemo(page: Page): Promise<void> {
  await page.goto('./');
  await page.getByRole('button', { name: 'Run the whole pipeline' }).click();
  await demoEnds(page);
}

export async function demoEnds(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'And now' })).toBeVisible({ timeout: RUN_MS });
}

/** Opens a screen by its address and waits until its heading stands. */
export async function open(page: Page, hash: string, heading: string | RegExp): Promise<void> {
  await page.goto(`./${hash}`);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

/** A panel by its title. */
export function panel(page: Page, name: string | RegExp): Locator {
  return page.getByRole('region', { name }).filter({ has: page.getByRole('heading', { name }) });
}

/** Chooses among the few that a bar shows. */
export async function choose(page: Page, group: string, option: RegExp): Promise<void> {
  await page.getByRole('group', { name: group, exact: true }).locator('label', { hasText: option }).click();
}

/** How many of a stage the strip counts. */
export async function counted(page: Page, stage: string): Promise<number> {
  const link = page
    .getByRole('navigation', { name: 'Pipeline' })
    .getByRole('link', { name: new RegExp(`^${stage}`) });
  const text = await link.innerText();
  return Number(text.replaceAll(/\D/g, ''));
}

/** The text of a downloaded file. */
export async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

/** Prepares the dataset, downloads it, and returns its files as texts (Parquet is none). */
export async function exportedZip(page: Page): Promise<ReadonlyMap<string, string>> {
  await page.getByRole('button', { name: /^Prepare \d+ examples?$/ }).click();
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download zip' }).click();
  const files = unzipSync(await readFile(await (await waiting).path()));
  return new Map(Object.entries(files).map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
}

/** Everything that the browser stores for the page, by table and key, in the order of the keys. */
export function stored(page: Page): Promise<Record<string, Record<string, unknown>>> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no reason given'));
      });
    const tables: Record<string, Record<string, unknown>> = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name ?? ''));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        tables[table] = Object.fromEntries(keys.map((key, at) => [JSON.stringify(key), values[at]]));
      }
      database.close();
    }
    return tables;
  });
}

/** How many rows of a table have a key that begins so; the rows themselves stay where they are. */
export function storedKeys(page: Page, table: string, workspace: string, id: string): Promise<number> {
  return page.evaluate(
    async ([wanted, ...key]) => {
      const settled = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('no reason given'));
        });
      const [{ name = '' } = {}] = await indexedDB.databases();
      const database = await settled(indexedDB.open(name));
      const [workspaceKey = '', idKey = ''] = key;
      const range = IDBKeyRange.bound([workspaceKey, idKey], [workspaceKey, `${idKey}\uffff`]);
      const n = await settled(database.transaction(wanted).objectStore(wanted).count(range));
      database.close();
      return n;
    },
    [table, workspace, id] as const,
  );
}

/** What is stored for one workspace. Rows of the browser itself and dates of writing are left out. */
export async function storedFor(page: Page, workspace: string): Promise<Record<string, unknown>> {
  const all = await stored(page);
  const begins = `["${workspace}"`;
  return Object.fromEntries(
    Object.entries(all).flatMap(([table, rows]) =>
      Object.entries(rows)
        .filter(([key]) => key.startsWith(begins) || key === `"${workspace}"`)
        .map(([key, value]) => [`${table} ${key}`, value] as const),
    ),
  );
}
