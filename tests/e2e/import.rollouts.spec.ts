import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tau2Files } from '../../src/testing/tau2Files.ts';
import { expect, test, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';

const folder = tau2Files();

interface SourceTask {
  readonly id: string;
  readonly evaluation_criteria: { readonly actions: readonly { name: string; arguments: object }[] };
}

/** A results file of tau2-bench about the first task: once served by its reference, once by nobody. */
function results(): string {
  const [task] = JSON.parse(folder['tasks.json']) as readonly SourceTask[];
  if (task === undefined) throw new Error('no task');
  const calls = task.evaluation_criteria.actions.map(({ name, arguments: args }) => ({
    ...{ role: 'assistant', content: null },
    tool_calls: [{ id: 'x', name, arguments: args, requestor: 'assistant' }],
  }));
  const said = { role: 'user', content: 'Please cancel it.', tool_calls: null };
  const simulation = (trial: number, messages: readonly object[]) => ({
    ...{ id: `s${trial}`, task_id: task.id, trial, termination_reason: 'user_stop' },
    ...{ reward_info: { reward: 1 }, messages: [said, ...messages] },
  });
  return JSON.stringify({
    timestamp: 'now',
    info: { agent_info: { llm: 'some/model' } },
    tasks: [{ ...task, evaluation_criteria: { ...task.evaluation_criteria, reward_basis: ['DB'] } }],
    simulations: [simulation(0, calls), simulation(1, [])],
  });
}

const bring = (page: Page, files: Parameters<ReturnType<Page['locator']>['setInputFiles']>[0]) =>
  page.locator('input[type=file]').last().setInputFiles(files);
const asFile = (name: string, text: string) => ({
  ...{ name, mimeType: 'application/json' },
  buffer: Buffer.from(text),
});

test('rollouts of others: judged again, explained, kept, read as traces, and made into tasks', async ({
  page,
}) => {
  await open(page, '#/import', 'Import');
  await bring(page, [asFile('db.json', folder['db.json']), asFile('results.json', results())]);
  const rollouts = panel(page, /^Rollouts$/);
  await expect(rollouts).toContainText('the recorded one in 1 of 2');
  await rollouts.getByText('Different 1').click();
  await expect(rollouts.getByRole('button')).toContainText(/Recorded 1, computed 0: DB does not hold/);
  await page.getByRole('button', { name: 'Import the database, 1 task and 2 rollouts' }).click();
  await page.getByRole('link', { name: 'See the results of 2 rollouts' }).click();
  await expect(page.getByRole('heading', { name: 'Results', level: 1 })).toBeVisible();
  const trials = panel(page, /^Trials/);
  await trials.getByRole('link').filter({ hasText: 'Fail' }).click();
  await expect(page.locator('main')).toContainText('Recorded 1, computed 0');
  await page.getByRole('tab', { name: 'Compare' }).click();
  const compared = page.getByRole('tabpanel').last();
  await expect(compared).toContainText('They part at step 2');
  await expect(compared.getByRole('combobox', { name: 'Compare with' })).toContainText(
    'some/model, trial 1: pass',
  );
  await page.goto('./#/results');
  await trials.getByRole('link').filter({ hasText: 'Pass' }).click();
  await expect(page.locator('main')).toContainText('some/model, recorded, trial 1');
  await page.getByRole('button', { name: 'Make tasks of these calls' }).click();
  await expect(page.getByRole('heading', { name: 'Transform Lab' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('calls of some/model');
});

test('brought tasks are reviewed, and the report is saved', async ({ page }) => {
  await open(page, '#/import', 'Import');
  await bring(page, [asFile('db.json', folder['db.json']), asFile('tasks.json', folder['tasks.json'])]);
  const review = panel(page, /^Review as a benchmark$/);
  await review.getByRole('button', { name: 'Review 5 tasks' }).click();
  await expect(review).toContainText('2 tasks of 5 with errors');
  const saving = page.waitForEvent('download');
  await review.getByRole('button', { name: 'Markdown' }).click();
  expect((await saving).suggestedFilename()).toBe('review-tasks.md');
});

const airline = new URL('../../../shared/tau-bench/airline/', import.meta.url);

test('the published airline tasks and the recorded rollouts of gpt-4o', async ({ page }) => {
  test.skip(!existsSync(airline), 'the data of tau2-bench is not beside this checkout');
  await open(page, '#/import', 'Import');
  const names = ['db.json', 'tasks.json', 'policy.md', 'split_tasks.json', 'gpt-4o-rollouts.json'];
  await bring(
    page,
    names.map((name) => fileURLToPath(new URL(name, airline))),
  );
  await expect(panel(page, /^Rollouts$/)).toContainText('the recorded one in 100 of 100', {
    timeout: 60_000,
  });
  const button = page.getByRole('button', {
    name: 'Import the database, its policy, 80 tasks and 100 rollouts',
  });
  await button.click();
  await page.getByRole('link', { name: 'See the results of 100 rollouts' }).click();
  await expect(panel(page, /^Trials/)).toContainText('100');
});
