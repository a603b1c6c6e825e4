import AxeBuilder from '@axe-core/playwright';
import { expect as withoutPatience, test, type Page } from '@playwright/test';
import { tau2Files } from '../../src/testing/tau2Files.ts';

// Workers certify tasks while other tests want the same cores.
const expect = withoutPatience.configure({ timeout: 30_000 });
test.setTimeout(150_000);

const folder = tau2Files();

/** A browser tab on a screen, and whatever it complains about. */
async function open(page: Page, hash: string): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`./${hash}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return complaints;
}

/** Drops files on the page as a person would, wherever they are. */
async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const carried = new DataTransfer();
    for (const [name, content] of Object.entries(given)) carried.items.add(new File([content], name));
    return carried;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer: transfer });
}

const tablesOf = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<Record<string, number>>((resolve, reject) => {
        const opening = indexedDB.open('trajectory2task');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const db = opening.result;
          const names = ['databases', 'tasks', 'rollouts'];
          const transaction = db.transaction(names);
          const counts: Record<string, number> = {};
          for (const name of names) {
            const request = transaction.objectStore(name).count();
            request.onsuccess = () => (counts[name] = request.result);
          }
          transaction.oncomplete = () => {
            db.close();
            resolve(counts);
          };
        };
      }),
  );

test('a kept benchmark is reviewed, and every way to look at the review has an address', async ({ page }) => {
  const complaints = await open(page, '#/import');
  await drop(page, folder);
  await page.getByRole('button', { name: 'Import the database, its policy and 5 tasks' }).click();
  await page.getByRole('link', { name: 'Review it' }).click();
  const review = page.getByRole('region', { name: 'Review as a benchmark' });
  await review.getByRole('button', { name: 'Review 5 tasks' }).click();
  await expect(review).toContainText('2 tasks of 5 with errors');
  await review.getByRole('combobox', { name: 'Finding' }).selectOption('G4');
  await review.getByText('With errors 2').click();
  await expect(page).toHaveURL(/#\/import\/[0-9a-f]+\?v=error%2FG4$/);
  await page.reload();
  await expect(review.getByRole('status')).toHaveText('2 tasks');
  await expect(review.getByRole('combobox', { name: 'Finding' })).toHaveValue('G4');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await review.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: /Task \d of tasks\.json/ })).toBeVisible();
  await page.goBack();
  await page.getByRole('link', { name: 'db.json', exact: true }).click();
  await expect(page.getByRole('link', { name: 'Open the review' })).toBeVisible();
  await page.goto('./#/import/nothing');
  await expect(page.getByText('This benchmark is not here')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('a dropped domain folder: preview, cancel, import, replay, roll out, and the verdict of a rollout', async ({
  page,
}) => {
  const complaints = await open(page, '#/explore');
  await drop(page, folder);
  await expect(page.getByRole('heading', { name: 'Retail database' })).toBeVisible();
  expect(await tablesOf(page)).toEqual({ databases: 0, tasks: 0, rollouts: 0 });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByText('What is read')).toBeVisible();
  expect(await tablesOf(page)).toEqual({ databases: 0, tasks: 0, rollouts: 0 });

  await drop(page, folder);
  await page.getByRole('button', { name: 'Import the database, its policy and 5 tasks' }).click();
  await expect(page.getByText('db.json is imported, and is the environment in use.')).toBeVisible();
  expect(await tablesOf(page)).toEqual({ databases: 1, tasks: 5, rollouts: 0 });
  await expect(page.getByRole('link', { name: /Environment/ })).toContainText('Retail, db.json');

  await page.getByRole('link', { name: /You want to cancel order/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Task 0 of tasks.json' })).toBeVisible();
  await expect(page.getByText('3 reference actions, replayed now')).toBeVisible();
  await expect(page.getByRole('row', { name: /status pending cancelled cancelled Right/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Policy' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('Be kind.');
  await expect(page.getByRole('tabpanel')).toContainText('This policy came with db.json');
  await page.getByRole('link', { name: 'Back to import' }).click();

  await page.getByRole('link', { name: 'Roll out 5 tasks' }).click();
  await expect(page.getByRole('checkbox', { name: 'Careful' })).toBeDisabled();
  await page.getByRole('checkbox', { name: /Not certified/ }).check();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText('10 of 10').first()).toBeVisible();
  const grid = page.getByRole('region', { name: 'Rollouts' }).last();
  await expect(grid.getByTitle('Oracle, trial 1: pass')).toHaveCount(3);
  await expect(grid.getByTitle(/Null, trial 1: fail/)).toHaveCount(3);
  await expect(grid.getByTitle(/trial 1: invalid/)).toHaveCount(4);
  await grid.getByTitle('Oracle, trial 1: pass').first().click();
  await expect(page.getByText('Pass', { exact: true })).toBeVisible();
  await page.getByRole('tab', { name: 'Checks' }).click();
  await expect(page.getByRole('tabpanel')).toContainText(/All \d+ changed fields are as expected/);
  expect(complaints).toEqual([]);
});

test('a brought database carries the explorers, the lab and the whole pipeline', async ({ page }) => {
  // Without its pauses between the stages.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const complaints = await open(page, '#/import');
  const large = tau2Files(60);
  await drop(page, { 'db.json': large['db.json'], 'policy.md': large['policy.md'] });
  await page.getByRole('button', { name: 'Import the database and its policy' }).click();
  await expect(page.getByText('No tasks came with it')).toBeVisible();
  await page.getByRole('link', { name: 'Explore it' }).click();
  await page.getByRole('button', { name: 'Explore 20 more' }).click();
  await expect(page.getByRole('button', { name: /calls · grounded/ }).first()).toBeVisible();
  await page.getByText(/Valid \d/).click();
  await page.getByRole('tab', { name: 'Policy' }).click();
  await expect(page.getByText('Be kind.')).toBeVisible();
  await page.getByRole('link', { name: 'Make tasks' }).click();
  await expect(
    page.getByRole('article', { name: 'general' }).getByRole('list', { name: 'Certificate' }),
  ).toContainText('Unique end state');

  await page.goto('./#/start');
  await page.getByRole('button', { name: 'Run it on db.json' }).click();
  await expect(page.getByText(/It works on db.json, of which the demo workspace has a copy/)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'And now' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('link', { name: /Environment/ })).toContainText('Retail, db.json');
  expect(complaints).toEqual([]);
});

test.describe('bad files', () => {
  const users = folder['db.json'].replace('"users":{', '"users":{"<img src=x onerror=alert(1)>":7,');
  const cases: readonly [string, Readonly<Record<string, string>>, RegExp][] = [
    [
      'cut off',
      { 'db.json': folder['db.json'].slice(0, 5000) },
      /db.json: not valid JSON at line 1, column \d+/,
    ],
    ['empty', { 'tasks.json': '' }, /tasks.json: the file is empty/],
    [
      'of another domain',
      { 'db.json': '{"flights": {}, "users": {}}' },
      /no domain here has these tables: flights, users/,
    ],
    [
      'with hostile names',
      { 'db.json': users },
      /db.json: users › <img src=x onerror=alert\(1\)>: .*expected object/,
    ],
    [
      'with a prototype',
      { 'db.json': '{"products": {}, "users": {"__proto__": {}}, "orders": {}}' },
      /"__proto__" is not allowed/,
    ],
    ['without a database', { 'tasks.json': folder['tasks.json'] }, /There is no database for this/],
    ['of no use', { 'photo.png': 'PNG' }, /Nothing here can be imported/],
  ];
  for (const [what, files, message] of cases)
    test(`${what}: one message, nothing kept, nothing in the console`, async ({ page }) => {
      const complaints = await open(page, '#/lab');
      await drop(page, files);
      const alert = page.getByRole('alert');
      await expect(alert).toHaveCount(1);
      await expect(alert).toContainText(message);
      await expect(alert).toContainText(/Nothing was imported|Expected db.json/);
      await expect(page.getByRole('button', { name: /^Import the/ })).toHaveCount(0);
      expect(await tablesOf(page)).toEqual({ databases: 0, tasks: 0, rollouts: 0 });
      expect(complaints).toEqual([]);
    });
});

test('reading can be cancelled, and the page stays alive meanwhile', async ({ page }) => {
  const complaints = await open(page, '#/import');
  await page.evaluate(() => {
    const blocks: number[] = [];
    Object.assign(globalThis, { blocks });
    new PerformanceObserver((list) =>
      blocks.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({
      type: 'longtask',
    });
  });
  // Some megabytes that take a worker a while.
  await drop(page, { 'db.json': JSON.stringify(JSON.parse(tau2Files(2500)['db.json']), null, 4) });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(page.getByText('What is read')).toBeVisible();
  await drop(page, folder);
  await expect(page.getByRole('button', { name: /^Import the/ })).toBeVisible();
  expect(complaints).toEqual([]);
});

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const)
  for (const theme of ['light', 'dark'] as const)
    test(`the preview is accessible, ${width} px, ${theme}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await open(page, '#/import');
      await drop(page, folder);
      await expect(page.getByRole('button', { name: /^Import the/ })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
