import { test } from '@playwright/test';
import { truncate, writeFile } from 'node:fs/promises';
import { findings } from './axe.ts';
import { complaints, expect, exported, finishedRun, manifestDigest, stored } from './settings.support.ts';

const SMALL = { tasks: 3, trials: 1 };

test.describe.configure({ timeout: 180_000 });

test('export, wipe, import: everything is back, by its digest', async ({ page }) => {
  const found = complaints(page);
  await finishedRun(page, SMALL);
  const first = await exported(page);
  const digest = await manifestDigest(first);
  await expect(page.getByText(`Digest ${digest.slice(0, 16)}`)).toBeVisible();

  const workspaces = page.getByRole('region', { name: 'Workspaces' });
  await workspaces.getByRole('button', { name: 'Delete My workspace' }).click();
  await page.getByRole('button', { name: 'Delete the workspace' }).click();
  await expect(workspaces.getByText('0 trajectories, 0 tasks, 0 rollouts')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Rollout/ })).toHaveText(/Rollout\s*0/);

  await page.getByLabel('Workspace file').setInputFiles(await first.path());
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('row', { name: 'Rollouts 48 0 0' })).toBeVisible();
  await expect(dialog.getByText('every row was read, and every digest fits its content')).toBeVisible();
  await expect(dialog.getByText(/has the same id and is empty/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('"My workspace" was imported and is open.')).toBeVisible();
  await expect(workspaces.getByText('0 trajectories, 12 tasks, 48 rollouts')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Backup' }).getByText(/^Last backup/)).toBeVisible();

  expect(await manifestDigest(await exported(page))).toBe(digest);
  expect(found).toEqual([]);
});

test('a file is shown before it is written; cancelling writes nothing; a copy stands beside', async ({
  page,
}) => {
  const found = complaints(page);
  await finishedRun(page, SMALL);
  const file = await (await exported(page)).path();
  await page.goto('./#/settings');
  await expect(page.getByRole('button', { name: /^Delete 12 tasks/ })).toBeVisible();
  const before = await stored(page);
  const choose = page.getByRole('button', { name: 'Choose a file…' });
  const dialog = page.getByRole('dialog', { name: 'Import “My workspace”' });

  // By keyboard alone.
  await choose.focus();
  const choosing = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await choosing).setFiles(file);
  await expect(dialog).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(choose).toBeFocused();
  expect(await stored(page)).toBe(before);

  await page.getByLabel('Workspace file').setInputFiles(file);
  await dialog.getByText('In its place', { exact: true }).click();
  await expect(dialog.getByText('Everything in “My workspace” is deleted first.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Replace the workspace' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await stored(page)).toBe(before);

  await page.getByLabel('Workspace file').setInputFiles(file);
  await dialog.getByLabel('Name of the new workspace').fill('Second');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  const workspaces = page.getByRole('region', { name: 'Workspaces' });
  // Everything is checked and written once more.
  await expect(workspaces.getByRole('listitem')).toHaveCount(2, { timeout: 90_000 });
  await expect(page.getByRole('banner').getByText('Second')).toBeVisible();
  expect(found).toEqual([]);
});

test('damaged, foreign and huge files each give one message, and change nothing', async ({ page }, info) => {
  const found = complaints(page);
  await finishedRun(page, { tasks: 1, trials: 1 });
  const good = await (await exported(page)).path();
  await page.goto('./#/settings');
  await expect(page.getByRole('button', { name: /^Delete 4 tasks/ })).toBeVisible();
  const before = await stored(page);
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(good);
  const changed = Buffer.from(bytes);
  changed[2000] = (changed[2000] ?? 0) ^ 0x55;
  const huge = info.outputPath('huge.t2t.zip');
  await writeFile(huge, 'PK');
  await truncate(huge, 300 * 1024 * 1024);
  const zip = 'application/zip';
  for (const [file, message] of [
    [
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('\x89PNG') },
      /^photo\.png: expected a zip file/,
    ],
    [{ name: 'cut.t2t.zip', mimeType: zip, buffer: bytes.subarray(0, 3000) }, /^cut\.t2t\.zip: .*cut off/],
    [{ name: 'changed.t2t.zip', mimeType: zip, buffer: changed }, /^changed\.t2t\.zip: /],
    [huge, /^huge\.t2t\.zip: a file of 300 MB; at most 256 MB are allowed/],
  ] as const) {
    await page.getByLabel('Workspace file').setInputFiles(file);
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('This file cannot be imported.');
    await expect(alert.getByText(message)).toBeVisible();
    await expect(alert).toContainText('Nothing was imported.');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await expect(alert).toBeHidden();
  }
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await stored(page)).toBe(before);
  expect(found).toEqual([]);
});

test('workspaces are apart: made, switched, and a demo does not touch them', async ({ page }) => {
  const found = complaints(page);
  await finishedRun(page, { tasks: 1, trials: 1 });
  await page.goto('./#/settings');
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Thesis');
  await page.keyboard.press('Enter');
  const title = page.getByRole('banner').getByText('Thesis');
  await expect(title).toBeVisible();
  await page.goto('./#/rollout');
  await expect(page.getByText('No run yet')).toBeVisible();
  await page.reload();
  await expect(title).toBeVisible();

  await page.goto('./#/start');
  await page
    .getByRole('link', { name: /Run the whole pipeline/ })
    .or(page.getByRole('button', { name: /Run the whole pipeline/ }))
    .first()
    .click();
  await expect(page.getByRole('banner').getByText('Demo')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Back to mine' }).click();
  await expect(title).toBeVisible();
  await page.goto('./#/settings');
  const workspaces = page.getByRole('region', { name: 'Workspaces' });
  await expect(workspaces.getByText('0 trajectories, 4 tasks, 16 rollouts')).toBeVisible();
  await workspaces.getByRole('button', { name: 'Empty Demo' }).click();
  await page.getByRole('button', { name: 'Empty the demo' }).click();
  await expect(
    workspaces
      .getByRole('listitem')
      .filter({ hasText: 'Demo' })
      .getByText('0 trajectories, 0 tasks, 0 rollouts'),
  ).toBeVisible();
  await workspaces.getByRole('button', { name: 'Open My workspace' }).click();
  await expect(page.getByRole('button', { name: /^Delete 4 tasks/ })).toBeVisible();
  expect(found).toEqual([]);
});

test('every part of the settings is accessible in both themes, and says what it is', async ({ page }) => {
  const found = complaints(page);
  for (const [tab, text] of [
    ['storage', 'Room in this browser'],
    ['appearance', 'Single keys are commands in a trace'],
    ['about', 'Cross-origin isolation'],
  ] as const) {
    await page.goto(`./#/settings?v=${tab}`);
    await expect(page.getByText(text).first()).toBeVisible();
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
  await expect(page.getByText(/^Build: \d+\.\d+\.\d+/)).toBeVisible();
  expect(found).toEqual([]);
});

test('asking to keep the data gets an answer', async ({ page }) => {
  await page.goto('./#/settings');
  const room = page.getByRole('region', { name: 'Room in this browser' });
  await expect(room.getByText(/^of /)).toBeVisible();
  const ask = room.getByRole('button', { name: 'Ask to keep it' });
  await ask.click();
  await expect(
    room.getByText('The browser did not agree.').or(room.getByText('Kept until you delete it.')),
  ).toBeVisible();
});

test('theme and single keys are kept, and the trace obeys', async ({ page }) => {
  await page.goto('./#/settings?v=appearance');
  await page.getByText('Dark', { exact: true }).click();
  await page.getByRole('checkbox', { name: /Single keys/ }).uncheck();
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('checkbox', { name: /Single keys/ })).not.toBeChecked();
  await finishedRun(page, { tasks: 1, trials: 1 });
  await page.getByRole('region', { name: 'Rollouts', exact: true }).getByRole('link').first().click();
  const slider = page.getByRole('slider');
  await expect(slider).toHaveAttribute('aria-valuetext', /^event 1 /);
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).not.toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', /^event 2 /);
});
