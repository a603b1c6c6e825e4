/** Models in this tab: the real engine in the built page, with a model file that is written here. */
import { retailTools } from '../../domains/retail/tools/index.ts';
import { scriptedGguf } from '../../src/testing/scriptedGguf.ts';
import { test, expect, type Page } from './fixtures.ts';
import { open, panel, stored } from './steps.ts';

const runs = (page: Page) => panel(page, /^Runs$/).getByRole('listitem');
const inTab = (page: Page) => panel(page, 'Models in this tab');
const agents = (page: Page) => panel(page, /^Agents$/);

/** One general task of retail, and how a scripted baseline serves it: what a model would have to write. */
async function oneTask(page: Page): Promise<readonly string[]> {
  await open(page, '#/rollout', 'Roll out');
  for (const [condition, wanted] of [
    ['General', '1'],
    ['Ambiguous', '0'],
    ['Changing', '0'],
    ['Infeasible', '0'],
  ] as const) {
    const field = page.getByRole('spinbutton', { name: condition });
    await field.fill(wanted);
    await field.press('Enter');
  }
  await page.getByRole('button', { name: 'Make tasks' }).click();
  await expect(page.getByText('1 certified tasks were made and kept.')).toBeVisible();
  for (const name of ['Eager', 'Stubborn', 'Overcompliant'])
    await agents(page).getByRole('checkbox', { name, exact: false }).uncheck();
  // Models serve ambiguous tasks at first; this one is general.
  await panel(page, 'Tasks')
    .getByRole('checkbox', { name: /general/i })
    .check();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(runs(page).first()).toContainText('Finished');
  return repliesOf(await stored(page));
}

/** What is stored of the rollouts of a model. */
async function ofModel(page: Page): Promise<readonly Stored[]> {
  const { rollouts = {} } = await stored(page);
  return (Object.values(rollouts) as Stored[]).filter(({ rollout }) => rollout.agent.kind === 'model');
}

interface Stored {
  readonly verdict: { readonly class: string };
  readonly rollout: { readonly agent: { readonly kind: string }; readonly events: readonly Event[] };
}

interface Event {
  readonly note?: {
    readonly usage: { readonly prompt: number; readonly cached: number; readonly reply: number };
  };
  readonly type: string;
  readonly text?: string;
  readonly call?: { readonly name: string; readonly arguments: object };
}

/** What the agent of the only rollout said and called, as the constrained replies of a model. */
function repliesOf(tables: Record<string, Record<string, unknown>>): readonly string[] {
  const [row] = Object.values(tables['rollouts'] ?? {}) as { rollout: { events: readonly Event[] } }[];
  return (row?.rollout.events ?? []).flatMap(({ type, text, call }) => {
    if (type === 'agent-message') return [JSON.stringify({ say: text })];
    return type === 'tool-call' && call !== undefined ? [written(call)] : [];
  });
}

/** A call with its arguments in the order of the tool's schema: a constrained reply can have no other. */
function written({ name, arguments: args }: NonNullable<Event['call']>): string {
  const tool = retailTools.find((one) => one.name === name);
  const order = Object.keys((tool?.jsonSchema['properties'] ?? {}) as object);
  const sorted = Object.entries(args).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return JSON.stringify({ call: name, arguments: Object.fromEntries(sorted) });
}

/** By a link of the page: opening an address would load the page anew, and lose the model. */
async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  // The rail stays open over what is beside it while the pointer is on it.
  await page.mouse.move(900, 300);
}

async function toModels(page: Page): Promise<void> {
  await go(page, 'Settings');
  await page.getByRole('tab', { name: 'Models & keys' }).click();
  await expect(inTab(page)).toBeVisible();
}

/** Chooses a file in Settings, and waits until it is loaded. */
async function load(page: Page, replies: readonly string[]): Promise<void> {
  await toModels(page);
  await page.getByLabel('Room for prompt and reply').selectOption('32768');
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a GGUF file' }).click();
  const buffer = Buffer.from(scriptedGguf(replies));
  await (await choosing).setFiles({ name: 'scripted.gguf', mimeType: 'application/octet-stream', buffer });
  await expect(inTab(page)).toContainText('Roll out offers it', { timeout: 90_000 });
}

test('a file of a model is loaded and serves a whole task by constrained calls', async ({ page }) => {
  test.setTimeout(600_000);
  const replies = await oneTask(page);
  expect(replies.length).toBeGreaterThan(2);
  await load(page, replies);
  await expect(inTab(page)).toContainText('on the processor');
  await go(page, 'Roll out');
  await agents(page).getByRole('checkbox', { name: 'Careful', exact: false }).uncheck();
  const model = panel(page, 'Models').getByRole('checkbox', { name: 'scripted' });
  await expect(model).toHaveAccessibleDescription('wllama/scripted');
  await model.check();
  for (const name of ['Eager', 'Stubborn', 'Overcompliant'])
    await agents(page).getByRole('checkbox', { name, exact: false }).uncheck();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const run = runs(page).first();
  await expect(run).toContainText(`${replies.length} calls of 1,000`, { timeout: 200_000 });
  await expect(run).toContainText('Finished');
  await expect(panel(page, /^\d+ tasks?/).getByRole('row', { name: /scripted/ })).toContainText('1.00');

  // Each turn computes only what was said since the one before.
  const turns =
    (await ofModel(page))[0]?.rollout.events.flatMap(({ note }) => (note ? [note.usage] : [])) ?? [];
  expect(turns).toHaveLength(replies.length);
  for (const [i, { prompt, cached }] of turns.entries()) {
    const before = turns[i - 1];
    if (before !== undefined) expect(cached).toBeGreaterThanOrEqual(before.prompt - 8);
    if (before !== undefined) expect(prompt - cached).toBeLessThan(prompt - before.prompt + 9);
  }

  // Another run is left in the middle, and then its model is taken away.
  const seed = page.getByLabel('Seed', { exact: true }).last();
  await seed.fill('2');
  await seed.press('Enter');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await expect(run).toContainText(/[1-9] calls? of 1,000/);
  await run.getByRole('button', { name: 'Cancel' }).click();
  await expect(run).toContainText('Cancelled');
  await toModels(page);
  await inTab(page).getByRole('button', { name: 'Unload' }).click();
  await expect(inTab(page)).not.toContainText('In memory');
  await go(page, 'Roll out');
  await expect(panel(page, 'Models').getByRole('checkbox')).toHaveCount(0);
  await run.getByRole('button', { name: 'Go on' }).click();
  await expect(run).toContainText('this model is not loaded. Load it in Settings');
  // With its model in memory again it goes on.
  await load(page, replies);
  await go(page, 'Roll out');
  await run.getByRole('button', { name: 'Go on' }).click();
  await expect(run).toContainText('Finished', { timeout: 200_000 });

  // The trace says how the model was made to call.
  await page
    .getByRole('group', { name: 'Rollouts by task' })
    .getByRole('link', { name: /scripted/ })
    .first()
    .click();
  await expect(page.getByText(/tools by a grammar/).first()).toBeVisible();
  await expect(page.getByText(/prefilled [\d,]+ of [\d,]+ prompt tokens/).nth(1)).toBeVisible();
});

test.describe('a model whose worker is killed', () => {
  test.use({ expectedProblems: [/killed by a test/] });

  test('in the middle of a run is loaded again, and the run ends with every rollout judged', async ({
    page,
  }) => {
    test.setTimeout(600_000);
    const replies = await oneTask(page);
    await load(page, replies);
    await go(page, 'Roll out');
    for (const name of ['Careful', 'Eager', 'Stubborn', 'Overcompliant'])
      await agents(page).getByRole('checkbox', { name, exact: false }).uncheck();
    await panel(page, 'Models').getByRole('checkbox', { name: 'scripted' }).check();
    const trials = page.getByLabel('Trials');
    await trials.fill('3');
    await trials.press('Enter');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const run = runs(page).first();
    await expect(run).toContainText(/ [3-9] calls of 1,000/, { timeout: 200_000 });
    expect(await killEngines(page)).toBeGreaterThan(0);
    await expect(run).toContainText('Finished', { timeout: 300_000 });
    await expect(panel(page, /^\d+ tasks?/).getByRole('row', { name: /scripted/ })).toContainText('1.00');
    const served = await ofModel(page);
    expect(served.map(({ verdict }) => verdict.class)).toEqual(['pass', 'pass', 'pass']);
    await toModels(page);
    await expect(inTab(page)).toContainText('scripted.gguf was lost and loaded again');
    await expect(inTab(page)).toContainText('choose less room for prompt and reply');
  });
});

/** Throws in the workers that have an engine, as a trap does that nobody catches; how many there were. */
async function killEngines(page: Page): Promise<number> {
  const killed = await Promise.all(
    page.workers().map((worker) =>
      worker.evaluate(() => {
        const isEngine = performance.getEntriesByType('resource').some(({ name }) => /wllama/.test(name));
        if (isEngine)
          setTimeout(() => {
            throw new Error('killed by a test');
          });
        return isEngine;
      }),
    ),
  );
  return killed.filter(Boolean).length;
}
