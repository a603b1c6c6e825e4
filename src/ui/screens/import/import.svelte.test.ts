import { beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { appServices } from '../../../testing/appServices.ts';
import { accessibilityProblems } from '../../../testing/axe.ts';
import { tau2Files } from '../../../testing/tau2Files.ts';
import WithApp from '../../../testing/WithApp.svelte';
import DropTarget from '../../shell/DropTarget.svelte';
import { AppState } from '../../state/app.svelte.ts';
import type { BroughtFile } from '../../state/brought.ts';
import RolloutScreen from '../rollout/RolloutScreen.svelte';
import '../../styles/index.css';
import ImportScreen from './ImportScreen.svelte';

const folder = tau2Files();
const fileOf = (path: string, content: string): BroughtFile => ({ path, file: new File([content], path) });
const whole = () => Object.entries(folder).map(([name, content]) => fileOf(`retail/${name}`, content));
const broken = () =>
  fileOf('db.json', folder['db.json'].replaceAll('"status":"pending"', '"status":"<b>lost</b>"'));

beforeEach(async () => {
  location.hash = '';
  await page.viewport(1440, 900);
});

async function open(screen: typeof ImportScreen = ImportScreen) {
  const app = new AppState(window, appServices());
  await app.workspace.start();
  const rendered = await render(WithApp, { app, screen });
  return {
    app,
    screen: rendered,
    bring: (files: readonly BroughtFile[]) => app.bring(Promise.resolve(files)),
  };
}

test.each([
  ['1440 px wide', 1440],
  ['390 px wide', 390],
])('every state is accessible in both themes, %s', async (_, width) => {
  await page.viewport(width, 900);
  const { screen, bring } = await open();
  await expect.element(screen.getByRole('region', { name: 'What is read' })).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await bring(whole());
  await expect.element(screen.getByRole('region', { name: 'Preview' })).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await screen.getByRole('button', { name: 'Import the database, its policy and 5 tasks' }).click();
  await expect.element(screen.getByText('is imported, and is the environment in use')).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await bring([broken()]);
  await expect.element(screen.getByRole('alert')).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test('the preview says what was recognised, and what becomes of each task', async () => {
  const { screen, bring } = await open();
  await bring([...whole(), fileOf('retail/notes.txt', 'x')]);
  const preview = screen.getByRole('region', { name: 'Preview' });
  await expect.element(preview.getByRole('heading', { name: 'Retail database' })).toBeVisible();
  await expect.element(preview).toHaveTextContent(/users 12 rows/);
  await expect.element(preview).toHaveTextContent(/found by the \d+ built-in rules of the Retail domain/);
  await expect.element(preview).toHaveTextContent(/notes.txt left alone: not a file of a domain folder/);
  const tasks = screen.getByRole('region', { name: 'Tasks', exact: true });
  await expect.element(tasks).toHaveTextContent(/Certified · 3 reference actions/);
  await expect
    .element(tasks)
    .toHaveTextContent(/one of its lookups fails, 1 of its criteria is prose and not judged/);
  await screen.getByText('Not certified 2').click();
  await expect.element(tasks).toHaveTextContent(/Not certified · G4: Nothing changes/);
  await expect.element(tasks).not.toHaveTextContent(/Certified · 3/);
});

test('rows at fault are listed as text, whatever is in them', async () => {
  const { screen, bring } = await open();
  await bring([broken()]);
  const faults = screen.getByRole('region', { name: 'Rows at fault' });
  await expect.element(faults).toHaveTextContent(/orders › #W\d+ › status/);
  expect(screen.container.querySelector('b')).toBeNull();
  await expect.element(screen.getByRole('button', { name: /^Import/ })).not.toBeInTheDocument();
  await screen.getByRole('button', { name: 'Close' }).click();
  await expect.element(screen.getByRole('region', { name: 'What is read' })).toBeVisible();
});

test('the tasks of a preview are reviewed as a benchmark, and narrowed to a finding', async () => {
  const { screen, bring } = await open();
  await bring(whole());
  const review = screen.getByRole('region', { name: 'Review as a benchmark' });
  await review.getByRole('button', { name: 'Review 5 tasks' }).click();
  await expect.element(review).toHaveTextContent(/2 tasks of 5 with errors/);
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await expect.element(review.getByRole('status')).toHaveTextContent('5 tasks');
  await review.getByRole('combobox', { name: 'Finding' }).selectOptions('G4');
  await expect.element(review.getByRole('status')).toHaveTextContent('1 task');
  await expect.element(review).toHaveTextContent(/An agent that does nothing passes it/);
});

test('rollouts of others are judged again; what differs comes first and says why', async () => {
  const { screen, bring } = await open();
  const [task] = JSON.parse(folder['tasks.json']) as [{ id: string; evaluation_criteria: object }];
  const served = { ...task, evaluation_criteria: { ...task.evaluation_criteria, reward_basis: ['DB'] } };
  const simulation = (trial: number, reward: number) => ({
    ...{ task_id: task.id, trial, termination_reason: 'user_stop', messages: [], reward_info: { reward } },
  });
  const results = { tasks: [served], simulations: [simulation(0, 0), simulation(1, 1)] };
  await bring([fileOf('db.json', folder['db.json']), fileOf('results.json', JSON.stringify(results))]);
  const rollouts = screen.getByRole('region', { name: 'Rollouts' });
  await expect.element(rollouts).toHaveTextContent(/the recorded one in 1 of 2/);
  await expect.element(rollouts.getByRole('button').first()).toHaveTextContent(/Recorded 1, computed 0/);
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await screen.getByRole('button', { name: 'Import the database, 1 task and 2 rollouts' }).click();
  await expect.element(screen.getByRole('link', { name: 'See the results of 2 rollouts' })).toBeVisible();
});

test('by keyboard: import, then use and delete what was imported', async () => {
  const { screen, app, bring } = await open();
  await bring(whole());
  const button = screen.getByRole('button', { name: /^Import the/ });
  await expect.element(button).toBeVisible();
  for (let tabs = 0; tabs < 10 && document.activeElement !== button.element(); tabs += 1)
    await userEvent.tab();
  await expect.element(button).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByText('in use', { exact: true })).toBeVisible();
  await expect.element(screen.getByRole('link', { name: /Roll out 5 tasks/ })).toBeVisible();
  const remove = screen.getByRole('button', { name: 'Delete' });
  (remove.element() as HTMLElement).focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(screen.getByRole('dialog')).toHaveTextContent(/the 5 tasks that came with it/);
  await screen.getByRole('button', { name: 'Delete the database' }).click();
  await expect.element(screen.getByRole('region', { name: 'What is read' })).toBeVisible();
  const repository = await app.services.repository();
  const query = { workspace: app.workspace.id };
  expect([await repository.count('databases', query), await repository.count('tasks', query)]).toEqual([
    0, 0,
  ]);
});

test('Roll out offers imported tasks to the agents that can serve them, and says why others cannot', async () => {
  const { app, bring } = await open();
  await bring(whole());
  const imports = await app.imports();
  await imports.confirm();
  const screen = await render(WithApp, { app, screen: RolloutScreen });
  await expect.element(screen.getByRole('checkbox', { name: 'Oracle' })).toBeChecked();
  await expect.element(screen.getByRole('checkbox', { name: 'Null' })).toBeChecked();
  await expect.element(screen.getByRole('checkbox', { name: 'Careful' })).toBeDisabled();
  await expect.element(screen.getByText('6 rollouts', { exact: false })).toBeVisible();
  await screen.getByRole('checkbox', { name: /Not certified/ }).click();
  await expect.element(screen.getByText('10 rollouts', { exact: false })).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test('a workspace file is handed to Settings, whether that is open or opens then', async () => {
  const { app, bring } = await open();
  const taken: string[] = [];
  const take = () => app.takeBundles((file) => Promise.resolve(taken.push(file.name)).then(() => undefined));
  await bring([fileOf('mine.t2t.zip', 'PK')]);
  app.router.read();
  expect([app.router.screen, taken]).toEqual(['settings', []]);
  const leave = take();
  expect(taken).toEqual(['mine.t2t.zip']);
  await bring([fileOf('other.t2t.zip', 'PK')]);
  expect(taken).toEqual(['mine.t2t.zip', 'other.t2t.zip']);
  leave();
  take();
  expect(taken).toHaveLength(2);
});

test('files that hover over the page are told what would happen, and are taken when they fall', async () => {
  let brought: readonly BroughtFile[] = [];
  const screen = await render(DropTarget, {
    async onbring(files: Promise<readonly BroughtFile[]>) {
      brought = await files;
    },
  });
  const transfer = new DataTransfer();
  transfer.items.add(new File([folder['policy.md']], 'policy.md'));
  const fire = (type: string) =>
    document.body.dispatchEvent(
      new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }),
    );
  fire('dragenter');
  await expect.element(screen.getByText('Drop to see what it is')).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  fire('dragleave');
  await expect.element(screen.getByText('Drop to see what it is')).not.toBeInTheDocument();
  fire('dragenter');
  // The browser would open the file otherwise.
  expect(fire('dragover')).toBe(false);
  expect(fire('drop')).toBe(false);
  await expect.element(screen.getByText('Drop to see what it is')).not.toBeInTheDocument();
  await expect.poll(() => brought.map(({ path }) => path)).toEqual(['policy.md']);
});
