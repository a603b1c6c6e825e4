import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { FakeBehaviour, FakeRequest } from '../../src/testing/fakeVendors.ts';
import { expect, type Page } from './fixtures.ts';
import { KEY, modelProblems, modelTest as test, setUp, SORRY, toRollOut } from './models.support.ts';
import { counted, exportedZip, open, panel, stored } from './steps.ts';

test.use({ expectedProblems: [modelProblems, { scope: 'test' }] });

/** A server that says what it was sent, as a careless or a hostile one may. */
const ECHO = ({ headers }: FakeRequest): FakeBehaviour => ({
  type: 'reply',
  reply: { text: `I cannot help with that. You sent ${headers.authorization}.` },
});

/** Ids of the rollouts that are kept. */
async function finishedRollouts(page: Page): Promise<string[]> {
  return Object.keys((await stored(page))['rollouts'] ?? {});
}

/** What the top bar says serves the tasks. */
const engine = (page: Page) => page.getByRole('banner').locator('a[href*="v=models"]');
const runs = (page: Page) => panel(page, /^Runs$/).getByRole('listitem');
const newest = (page: Page) => runs(page).filter({ hasText: /tasks × \d+ agents/ });

/** The model beside one baseline, on the ambiguous tasks. */
async function plan(page: Page): Promise<void> {
  await panel(page, 'Models').getByLabel('fake-small').check();
  for (const name of ['Eager', 'Stubborn', 'Overcompliant'])
    await panel(page, 'Agents').getByRole('checkbox', { name, exact: false }).uncheck();
}

test('a model with a key serves the tasks, and the key is nowhere but in requests to its server', async ({
  page,
  vendor,
}) => {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  const carriers: string[] = [];
  page.on('request', (request) => {
    const whole = [request.url(), JSON.stringify(request.headers()), request.postData() ?? ''].join('\n');
    if (whole.includes(KEY)) carriers.push(request.url());
  });
  vendor.behave = ECHO;
  await setUp(page, vendor.server);
  await toRollOut(page);
  await plan(page);
  await expect(page.getByText(/About [\d,]+ calls, .* a model has no price/)).toBeVisible();
  await expect(engine(page)).toHaveText('Chosen: fake-small');
  const tasks = await counted(page, 'Task');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText('Finished');
  await expect(newest(page)).toContainText(/[\d,]+ calls of 1,000.*cost unknown: no price/);
  const matrix = panel(page, /^\d+ tasks/);
  await expect(matrix.getByRole('row', { name: /fake-small/ })).toContainText('model · openai');
  expect(vendor.server.requests.length).toBeGreaterThanOrEqual(tasks);
  expect(vendor.server.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);

  // Its trace shows how it came to its words.
  await page
    .getByRole('group', { name: 'Rollouts by task' })
    .getByRole('link', { name: /fake-small/ })
    .first()
    .click();
  await expect(page.getByRole('slider', { name: 'event' })).toBeVisible();
  await expect(page.getByText('You sent Bearer …cdef.').first()).toBeVisible();

  const kept: string[] = [JSON.stringify(await stored(page)), ...said, page.url(), await page.content()];
  await page.goBack();
  kept.push(await page.content());
  kept.push(
    await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.body.innerText]),
    ),
  );
  await page.goto('./#/dataset');
  kept.push(...(await exportedZip(page)).values());
  await page.goto('./#/settings?v=about');
  kept.push(await page.content());
  await page.goto('./#/settings?v=storage');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export workspace' }).click();
  const bundle = unzipSync(await readFile(await (await download).path()));
  kept.push(...Object.values(bundle).map((bytes) => new TextDecoder().decode(bytes)));
  for (const text of kept) expect(text).not.toContain(KEY);
  // What was looked through is what it should be.
  expect(kept.some((text) => text.includes('You sent Bearer …cdef.'))).toBe(true);
  expect(kept[0]).toContain('fake-small');
  expect(carriers.length).toBeGreaterThan(0);
  expect(carriers.filter((url) => !url.startsWith(vendor.server.url))).toEqual([]);
  await page.reload();
  await open(page, '#/settings?v=models', 'Settings');
  await expect(page.getByText('…cdef')).toHaveCount(0);
  await expect(panel(page, 'Models in Roll out')).toContainText('openai/fake-small');
});

test('a key outlives a reload only where that was asked for, and forgetting it leaves nothing', async ({
  page,
  vendor,
}) => {
  const inTab = () => page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await setUp(page, vendor.server);
  expect(await inTab()).not.toContain(KEY);
  await page.getByRole('button', { name: 'Forget this key' }).click();
  await page.getByLabel('Keep keys').selectOption('In this tab, until it closes');
  await page.getByLabel('Key for OpenAI').fill(KEY);
  await page.getByRole('button', { name: 'Use the key' }).and(page.locator(':visible')).click();
  await expect(page.getByText('until this tab closes').and(page.locator(':visible'))).toBeVisible();
  expect(await inTab()).toContain(KEY);
  expect(JSON.stringify(await stored(page))).not.toContain(KEY);
  await page.reload();
  await page.getByText('OpenAI', { exact: true }).click();
  const address = page.getByLabel('Address of OpenAI');
  await address.fill(`${vendor.server.url}openai/`);
  await address.press('Enter');
  await expect(page.getByText('…cdef').and(page.locator(':visible')).first()).toBeVisible();
  await page.getByRole('button', { name: 'Forget all keys' }).click();
  await expect(page.getByLabel('Key for OpenAI')).toBeVisible();
  expect(await inTab()).not.toContain(KEY);
});

test('the worker with the keys can reach nothing that the page may not', async ({ page, vendor }) => {
  await setUp(page, vendor.server);
  const reached = await Promise.all(
    page.workers().map(async (worker) => ({
      isModels: worker.url().startsWith('blob:'),
      foreign: await worker.evaluate(() =>
        fetch('https://evil.example/').then(
          () => 'reached',
          (error: unknown) => String(error),
        ),
      ),
      blocked: await worker.evaluate(
        () =>
          new Promise<string>((resolve) => {
            self.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
            fetch('https://evil.example/').catch(() => setTimeout(() => resolve('no policy'), 500));
          }),
      ),
    })),
  );
  // The one with the keys, and those of models in this tab, which the same screen asks what they keep.
  const policed = reached.filter(({ isModels }) => isModels);
  expect(policed.length).toBeGreaterThan(0);
  for (const one of policed)
    expect(one).toEqual({ isModels: true, foreign: 'TypeError: Failed to fetch', blocked: 'connect-src' });
});

test('a run stops at its limit and goes on when it is raised', async ({ page, vendor }) => {
  await open(page, '#/settings?v=models', 'Settings');
  await expect(engine(page)).toHaveText('Scripted baselines · no model needed');
  await setUp(page, vendor.server);
  await expect(engine(page)).toHaveText('Scripted baselines · 1 model set up');
  await toRollOut(page);
  await plan(page);
  const most = panel(page, 'Models').getByLabel('Most calls');
  await most.fill('5');
  await most.press('Enter');
  await expect(page.getByText('More than the 5 calls allowed')).toBeVisible();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText('The limit of 5 calls is reached. Raise it to go on.');
  expect(vendor.server.requests).toHaveLength(5);
  await newest(page).getByRole('button', { name: 'Change the limits' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Most calls').fill('2000');
  await dialog.getByRole('button', { name: 'Set the limits' }).click();
  await expect(newest(page)).toContainText('5 calls of 2,000');
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('Finished');
});

test('what the server refused is apart, and only that is repeated', async ({ page, vendor }) => {
  await setUp(page, vendor.server);
  vendor.behave = ({ index }) => (index % 2 === 0 ? { type: 'status', status: 400 } : SORRY);
  await toRollOut(page);
  await plan(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText('Finished');
  await expect(page.getByText(/count neither as passed nor as failed/)).toBeVisible();
  vendor.behave = () => SORRY;
  await page.getByRole('button', { name: 'Retry only these' }).click();
  await expect(page.getByText(/count neither as passed nor as failed/)).toHaveCount(0);
  await expect(newest(page)).toContainText('Finished');
});

test('a wrong key, a missing one and an address out of reach each say one clear thing', async ({
  page,
  vendor,
}) => {
  await setUp(page, vendor.server);
  vendor.behave = () => ({ type: 'status', status: 401, body: `{"error":{"message":"no such key ${KEY}"}}` });
  await toRollOut(page);
  await plan(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText('no such key …cdef. Check the key');
  await expect(page.locator('body')).not.toContainText(KEY);

  await page.reload();
  await panel(page, 'Models').getByLabel('fake-small').check();
  await expect(page.locator('#model-problem')).toContainText('OpenAI needs a key');
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();

  await open(page, '#/settings?v=models', 'Settings');
  await page.getByText('Ollama', { exact: true }).click();
  const address = page.getByLabel('Address of Ollama');
  await address.fill('https://models.example.org/v1');
  await address.press('Enter');
  await expect(page.getByText(/may not connect to models\.example\.org/)).toBeVisible();
});

test('a run whose key has no credit left stops at once, says what to do, and counts nobody as failed', async ({
  page,
  vendor,
}) => {
  await setUp(page, vendor.server);
  const before = vendor.server.requests.length;
  let refused = 0;
  vendor.behave = ({ index }) => {
    if (index - before < 8) return SORRY;
    refused += 1;
    return { type: 'status', status: 402, body: '{"error":{"message":"Insufficient credits","code":402}}' };
  };
  await toRollOut(page);
  await plan(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText(
    'The provider answered 402: Insufficient credits. Add credit at the provider, or use another key.',
  );
  // One for each rollout that was under way, and none a second time.
  const atOnce = 4;
  expect(refused).toBeLessThanOrEqual(atOnce);
  await expect(page.getByText(/count neither as passed nor as failed/)).toHaveCount(0);
  const kept = await finishedRollouts(page);
  const asked = vendor.server.requests.length;
  vendor.behave = () => SORRY;
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('Finished');
  expect(vendor.server.requests.length).toBeGreaterThan(asked);
  const after = await finishedRollouts(page);
  for (const id of kept) expect(after).toContain(id);
  expect(after.filter((id) => id.includes('fake-small'))).toHaveLength(await counted(page, 'Task'));
});

test('a page that reloads in the middle goes on where it was, once it has the key again', async ({
  page,
  vendor,
}) => {
  vendor.behave = () => ({ ...SORRY, delay: 300 });
  await setUp(page, vendor.server);
  await toRollOut(page);
  await plan(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(engine(page)).toHaveText('At work: fake-small');
  await expect(newest(page)).toContainText(/[3-9] calls of 1,000/);
  await page.reload();
  await expect(engine(page)).toHaveText('Scripted baselines · 1 model set up');
  await expect(newest(page)).toContainText('Interrupted');
  await expect(newest(page)).toContainText(/\d+ calls of 1,000/);
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('OpenAI needs a key');
  const asked = vendor.server.requests.length;
  vendor.behave = () => SORRY;
  await setUp(page, vendor.server);
  await toRollOut(page);
  await newest(page).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(page)).toContainText('Finished');
  // What was finished before is not asked again, and what was spent before counts.
  const calls = Number(/([\d,]+) calls of/.exec(await newest(page).innerText())?.[1]?.replace(',', ''));
  expect(calls).toBeGreaterThan(vendor.server.requests.length - asked);
  expect(calls).toBeLessThanOrEqual(vendor.server.requests.length);
});

test('a tab that is killed loses no more than the turns under way', async ({ context, page, vendor }) => {
  vendor.behave = () => ({ ...SORRY, delay: 150 });
  await setUp(page, vendor.server);
  await toRollOut(page);
  await plan(page);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(newest(page)).toContainText(/[4-9] calls of 1,000/);
  const before = new Set(await finishedRollouts(page));
  // No page hears of it: nothing can be saved on the way out.
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await expect.poll(() => vendor.server.open).toBe(0);
  const underWay = vendor.server.requests.length;

  const next = await context.newPage();
  await open(next, '#/rollout', 'Roll out');
  await expect(newest(next)).toContainText('Interrupted');
  vendor.behave = () => SORRY;
  await setUp(next, vendor.server);
  await toRollOut(next);
  await newest(next).getByRole('button', { name: 'Go on' }).click();
  await expect(newest(next)).toContainText('Finished');
  const after = await finishedRollouts(next);
  // What was kept before is there as it was; the rest was done anew, and nothing twice.
  for (const id of before) expect(after).toContain(id);
  expect(after.filter((id) => id.includes('fake-small'))).toHaveLength(await counted(next, 'Task'));
  expect(vendor.server.requests.length).toBeGreaterThan(underWay);
});

test('a provider is set up, and its key forgotten, by the keyboard alone', async ({ page, vendor }) => {
  await open(page, '#/settings?v=models', 'Settings');
  const { keyboard } = page;
  await page.locator('summary', { hasText: 'OpenAI' }).first().focus();
  await keyboard.press('Enter');
  await keyboard.press('Tab');
  await expect(page.getByLabel('Address of OpenAI')).toBeFocused();
  await keyboard.press('ControlOrMeta+A');
  await keyboard.type(`${vendor.server.url}openai/`);
  await keyboard.press('Tab');
  await expect(page.getByLabel('Key for OpenAI')).toBeFocused();
  await keyboard.type(KEY);
  await keyboard.press('Enter');
  const list = page.getByRole('button', { name: 'List its models' }).and(page.locator(':visible'));
  await expect(list).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('checkbox', { name: 'fake-large' })).toBeVisible();
  await keyboard.press('Tab');
  await keyboard.press('Space');
  await expect(panel(page, 'Models in Roll out')).toContainText('openai/fake-large');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Forget this key' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByLabel('Key for OpenAI')).toBeFocused();
});

test('fields of a run with a model are not under the button that starts it', async ({ page, vendor }) => {
  await setUp(page, vendor.server);
  await toRollOut(page);
  await panel(page, 'Models').getByLabel('fake-small').check();
  await page.getByLabel('Who speaks for the user').focus();
  for (const label of [
    'Most calls',
    'Most tokens',
    'Most US dollars',
    'Rollouts at the same time',
    'Trials',
  ]) {
    await page.keyboard.press('Tab');
    const field = page.getByLabel(label);
    await expect(field).toBeFocused();
    const isSeen = await field.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    });
    expect([label, isSeen]).toEqual([label, true]);
  }
});
