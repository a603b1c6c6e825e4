import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { localBackups } from '../../../store/backups.ts';
import { memoryRepository } from '../../../store/memoryRepository.ts';
import { QuotaError, type StoreError } from '../../../store/errors.ts';
import { appServices } from '../../../testing/appServices.ts';
import { fakeBuiltin } from '../../../testing/fakeBuiltin.ts';
import { accessibilityProblems } from '../../../testing/axe.ts';
import InApp from '../../../testing/InApp.svelte';
import { NOW, rolloutsOf, runNamed } from '../../../testing/storedRows.ts';
import StoreNotice from '../../shell/StoreNotice.svelte';
import TopBar from '../../shell/TopBar.svelte';
import '../../styles/index.css';
import { AppState } from '../../state/app.svelte.ts';
import type { Services } from '../../state/services.ts';
import { OWN } from '../../state/workspace.svelte.ts';
import SettingsScreen from './SettingsScreen.svelte';

beforeEach(async () => {
  localStorage.clear();
  location.hash = '#/settings';
  await page.viewport(1440, 900);
});

/** The app over a store that counts as durable, with a run of 60 rollouts in it. */
async function filled(changes: Partial<Services> = {}) {
  const repository = Object.defineProperty(memoryRepository(), 'durable', { value: true });
  const services = appServices({
    repository: () => Promise.resolve(repository),
    backups: () => Promise.resolve(localBackups(repository)),
    ...changes,
  });
  const app = new AppState(window, services);
  await app.start();
  await repository.put('runs', [runNamed(OWN, 'r', { title: 'A run', total: 60, done: 60 })]);
  await repository.put('rollouts', rolloutsOf(OWN, 'r', 60));
  await expect.poll(() => app.workspace.counts.rollouts).toBe(60);
  const file = await localBackups(repository).exportWorkspace(OWN, { createdBy: 'test', now: NOW });
  return { app, repository, file: new File([file.bytes], file.name) };
}

async function open(given: Awaited<ReturnType<typeof filled>>) {
  const screen = await render(InApp, { app: given.app, component: SettingsScreen });
  await expect.element(screen.getByRole('button', { name: 'Delete A run' })).toBeVisible();
  return screen;
}

test.each([1440, 390])('every part of the settings is accessible at %i px, in both themes', async (width) => {
  await page.viewport(width, 900);
  const screen = await open(await filled());
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  for (const [tab, text] of [
    ['Models & keys', 'A script in this page'],
    ['Appearance', 'Single keys are commands in a trace'],
    ['About & diagnostics', 'Cross-origin isolation'],
  ] as const) {
    await screen.getByRole('tab', { name: tab }).click();
    await expect.element(screen.getByText(text).first()).toBeVisible();
    for (const details of screen.container.querySelectorAll('details')) details.open = true;
    expect(await accessibilityProblems(screen.container)).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  }
});

test('the preview of a file is accessible, asks before it replaces, and Escape leaves all as it was', async () => {
  const given = await filled();
  const screen = await open(given);
  const picker = screen.getByLabelText('Workspace file');
  await picker.upload(given.file);
  const dialog = screen.getByRole('dialog', { name: 'Import “My workspace”' });
  await expect.element(dialog.getByRole('row', { name: 'Rollouts 60 60 0' })).toBeVisible();
  await expect
    .element(dialog.getByLabelText('Name of the new workspace'))
    .toHaveValue('My workspace (imported)');
  await dialog.getByText('In its place', { exact: true }).click();
  const replace = dialog.getByRole('button', { name: 'Replace the workspace' });
  await expect.element(replace).toBeDisabled();
  expect(await accessibilityProblems(dialog.element())).toEqual([]);
  await dialog.getByRole('checkbox').click();
  await expect.element(replace).toBeEnabled();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect((await given.repository.listWorkspaces()).rows).toHaveLength(1);
});

test('a file that is none of ours is refused in one message', async () => {
  const given = await filled();
  const screen = await open(given);
  await screen.getByLabelText('Workspace file').upload(new File(['{}'], 'tasks.json'));
  const alert = screen.getByRole('alert');
  await expect.element(alert).toHaveTextContent('This file cannot be imported.');
  await expect.element(alert).toHaveTextContent('tasks.json: expected a zip file. Nothing was imported.');
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await alert.getByRole('button', { name: 'Dismiss' }).click();
  await expect.element(alert).not.toBeInTheDocument();
});

test('workspaces are made, renamed and deleted by keyboard alone', async () => {
  const { app, ...given } = await filled();
  const screen = await open({ app, ...given });
  screen.getByRole('button', { name: 'New' }).element().focus();
  await userEvent.keyboard('{Enter}{Enter}');
  const dialog = screen.getByRole('dialog');
  await expect.element(dialog.getByText('A name, please.')).toBeVisible();
  await userEvent.keyboard('Thesis{Enter}');
  await expect.poll(() => app.workspace.title).toBe('Thesis');
  const rename = screen.getByRole('button', { name: 'Rename Thesis' });
  await expect.element(rename).toBeVisible();
  rename.element().focus();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('{End}, part 2{Enter}');
  await expect.element(screen.getByRole('button', { name: 'Rename Thesis, part 2' })).toHaveFocus();
  await userEvent.keyboard('{Tab}{Enter}');
  await expect.element(dialog).toHaveTextContent(/0 rollouts: all of it goes for good/);
  expect(await accessibilityProblems(dialog.element())).toEqual([]);
  await dialog.getByRole('button', { name: 'Delete the workspace' }).click();
  await expect.element(rename).not.toBeInTheDocument();
  await expect.poll(() => app.workspace.id).toBe(OWN);
});

test('a run is deleted after a question', async () => {
  const given = await filled();
  const screen = await open(given);
  const remove = screen.getByRole('button', { name: 'Delete A run' });
  await remove.click();
  await screen.getByRole('button', { name: 'Keep it', exact: true }).click();
  expect(await given.repository.count('runs', { workspace: OWN })).toBe(1);
  await remove.click();
  await screen.getByRole('button', { name: 'Delete the run' }).click();
  await expect.element(remove).not.toBeInTheDocument();
  expect(await given.repository.count('rollouts', { workspace: OWN })).toBe(0);
});

test('the check of every row says what it found', async () => {
  const screen = await open(await filled());
  await screen.getByRole('button', { name: 'Check every row' }).click();
  await expect.element(screen.getByText('61 rows read, all of them sound.')).toBeVisible();
});

test('theme and single keys are chosen, kept and shown', async () => {
  const { app } = await filled();
  const screen = await render(InApp, { app, component: SettingsScreen });
  await screen.getByRole('tab', { name: 'Appearance' }).click();
  await screen.getByText('Dark', { exact: true }).click();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await screen.getByRole('checkbox', { name: /Single keys/ }).click();
  expect(app.preferences.singleKeys).toBe(false);
  expect(new AppState(window, appServices()).preferences).toMatchObject({ theme: 'dark', singleKeys: false });
  app.preferences.setTheme('system');
});

test('diagnostics hold nothing of the work', async () => {
  const given = await filled();
  await given.repository.put('runs', [runNamed(OWN, 'secret-run', { title: 'Secret title' })]);
  const { app } = given;
  const screen = await render(InApp, { app, component: SettingsScreen });
  await screen.getByRole('tab', { name: 'About & diagnostics' }).click();
  const text = () => screen.container.querySelector('pre')?.textContent ?? '';
  await expect.poll(text).toMatch(/^Build: .*\nBrowser: .*\n/);
  await expect.poll(text).toContain('Web Locks: yes');
  expect(text()).not.toMatch(/secret|My workspace|http:/i);
});

test('the reminder in the top bar leads to the settings', async () => {
  const { app } = await filled();
  const screen = await render(InApp, { app, component: TopBar });
  const chip = screen.getByRole('link', { name: /Back up.*60 new trials/ });
  await expect.element(chip).toHaveAttribute('href', '#/settings');
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test('from 80 % on the top bar warns on every screen, and the panel says what to do', async () => {
  const estimate = vi.spyOn(navigator.storage, 'estimate');
  estimate.mockResolvedValue({ usage: 850_000_000, quota: 1_000_000_000 });
  onTestFinished(() => estimate.mockRestore());
  const given = await filled();
  const { app } = given;
  const bar = await render(InApp, { app, component: TopBar });
  await expect.element(bar.getByRole('link', { name: 'Storage 85 % full' })).toBeVisible();
  expect(await accessibilityProblems(bar.container)).toEqual([]);
  await bar.unmount();
  const screen = await open(given);
  await expect.element(screen.getByText('85 % of the room is used.')).toBeVisible();
  await expect.element(screen.getByText('850 MB used')).toBeVisible();
});

test('a full storage offers the export, and the way to what takes the room', async () => {
  let tell: (error: StoreError) => void = () => undefined;
  const { app } = await filled({ onTrouble: (listener) => (tell = listener) });
  const screen = await render(InApp, { app, component: StoreNotice });
  tell(new QuotaError());
  await expect.element(screen.getByRole('alert')).toHaveTextContent('The storage of this browser is full.');
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await expect.element(screen.getByRole('button', { name: 'Export this workspace' })).toBeEnabled();
  await expect.element(screen.getByRole('link', { name: 'Storage and runs' })).toBeVisible();
  await screen.getByRole('button', { name: 'Dismiss' }).click();
  await expect.element(screen.getByRole('alert')).not.toBeInTheDocument();
});

test('keys are locked and unlocked, and the two passphrases have to be the same', async () => {
  const { app } = await filled();
  location.hash = '#/settings?v=models';
  app.router.read();
  const screen = await render(InApp, { app, component: SettingsScreen });
  await screen.getByLabelText('Keep keys').selectOptions('vault');
  const next = screen.getByLabelText('New passphrase', { exact: true });
  const repeated = screen.getByLabelText('New passphrase again');
  const lock = screen.getByRole('button', { name: 'Lock keys with it' });
  await expect.element(lock).toBeDisabled();
  await next.fill('correct horse battery');
  await repeated.fill('correct horse batterY');
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  await lock.click();
  await expect.element(screen.getByText(/the two are not the same/)).toBeVisible();
  // Nothing that was typed stays in the page.
  await expect.element(next).toHaveValue('');
  await next.fill('correct horse battery');
  await repeated.fill('correct horse battery');
  await lock.click();
  await expect.element(screen.getByRole('button', { name: 'Change the passphrase' })).toBeVisible();
  await expect.element(screen.getByLabelText('Keep keys')).toBeDisabled();
  await screen.getByRole('button', { name: 'Delete the locked keys…' }).click();
  await screen.getByRole('button', { name: 'Delete the locked keys', exact: true }).click();
  await expect.element(screen.getByLabelText('Keep keys')).toHaveValue('page');
  expect(await accessibilityProblems(screen.container)).toEqual([]);
});

test("a browser's own model is loaded by a button, with its progress, and offered", async () => {
  const api = fakeBuiltin([]);
  api.state = 'downloadable';
  let arrive = () => undefined as void;
  api.loads = (_, onprogress) => {
    onprogress(0.42);
    return new Promise((resolve) => (arrive = resolve));
  };
  Object.defineProperty(window, 'LanguageModel', { value: api, configurable: true, writable: true });
  const { app } = await filled();
  location.hash = '#/settings?v=models';
  app.router.read();
  const screen = await render(InApp, { app, component: SettingsScreen });
  await screen.getByRole('button', { name: 'Download and load it' }).click();
  await expect.element(screen.getByText('42 %')).toBeVisible();
  expect(await accessibilityProblems(screen.container)).toEqual([]);
  arrive();
  await expect
    .element(screen.getByText(/Loaded, and offered in Roll out, with room for 9,216/))
    .toBeVisible();
  expect((await app.tabModels()).offered).toEqual(['browser/built-in']);
  await screen.getByRole('button', { name: 'Free its memory' }).click();
  await expect.element(screen.getByText('It is here, and can be loaded.')).toBeVisible();
  Reflect.deleteProperty(window, 'LanguageModel');
});
