/** Files of models for this tab: real downloads into the browser's private files, from a server that misbehaves. */
import { fileServer } from '../../src/testing/fileServer.ts';
import { scriptedGguf } from '../../src/testing/scriptedGguf.ts';
import { test, expect, type Page } from './fixtures.ts';
import { open, panel } from './steps.ts';

const inTab = (page: Page) => panel(page, 'Models in this tab');
const row = (page: Page, name: string) => inTab(page).getByRole('listitem', { name, exact: true });

async function toModels(page: Page): Promise<void> {
  await open(page, '#/settings?v=models', 'Settings');
  await expect(inTab(page)).toBeVisible();
}

async function add(page: Page, address: string, sum = ''): Promise<void> {
  await inTab(page).getByLabel('Address of a GGUF file').fill(address);
  await inTab(page).getByLabel('SHA-256, if you have it').fill(sum);
  await inTab(page).getByRole('button', { name: 'Add the address' }).click();
}

test.use({
  // From a server of the test, which refuses on purpose.
  expectedProblems: [[/tiny\.gguf|status of 403|CORS policy|net::ERR/], { scope: 'test' }],
});

test('a download breaks off, goes on another time, is cancelled, is refused, and says each time what to do', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  const server = await fileServer(scriptedGguf(['Hello there.']));
  try {
    await toModels(page);
    await add(page, `${server.url}tiny.gguf`);
    const tiny = row(page, 'tiny.gguf');
    await expect(tiny).toContainText('127.0.0.1');

    // In pieces: what the browser has not handed over when the connection breaks is lost.
    server.set({ cutAfter: 300_000, slow: 30 }, { status: 403 });
    await tiny.getByRole('button', { name: 'Download and load' }).click();
    await expect(inTab(page).getByRole('alert')).toContainText('answered 403 for tiny.gguf');
    await expect(inTab(page).getByRole('alert')).toContainText('choose the file here');
    await expect(tiny).toContainText('of it is here');

    // Slowly, so that there is time to cancel, and for another tab to be in the way.
    server.set({ slow: 300 });
    await tiny.getByRole('button', { name: 'Go on' }).click();
    await expect(inTab(page).getByText(/^Downloading tiny.gguf/)).toBeVisible();
    const other = await context.newPage();
    await toModels(other);
    await row(other, 'tiny.gguf').getByRole('button', { name: 'Delete its files' }).click();
    await expect(inTab(other).getByRole('alert')).toContainText('is in use');
    await other.close();
    await inTab(page).getByRole('button', { name: 'Cancel' }).click();
    await expect(tiny.getByRole('button', { name: 'Go on' })).toBeVisible();

    server.set({});
    await tiny.getByRole('button', { name: 'Go on' }).click();
    await expect(inTab(page)).toContainText('Roll out offers it', { timeout: 90_000 });
    expect(server.ranges.at(-1)).toMatch(/^bytes=[1-9]\d+-$/);
    await expect(tiny).toContainText('kept here');

    await tiny.getByRole('button', { name: 'Delete its files' }).click();
    await expect(tiny).not.toContainText('kept here');

    server.set({ noCors: true });
    await tiny.getByRole('button', { name: 'Download and load' }).click();
    await expect(inTab(page).getByRole('alert')).toContainText('does not let pages read it (CORS)');

    // Another file than was promised is not kept.
    server.set({});
    await add(page, `${server.url}tiny.gguf`, 'a'.repeat(64));
    await expect(tiny).toContainText('SHA-256 aaaaaaaa…');
    await tiny.getByRole('button', { name: 'Download and load' }).click();
    await expect(inTab(page).getByRole('alert')).toContainText('not the file that was promised');
    await expect(tiny).not.toContainText('here');
  } finally {
    await server.close();
  }
});

test('a model of one’s own for WebLLM is described, changed, kept and taken away', async ({ page }) => {
  await toModels(page);
  await inTab(page).getByRole('button', { name: 'Add a model for WebLLM' }).click();
  const dialog = page.getByRole('dialog', { name: 'A model for WebLLM' });
  const record = {
    model: 'https://elsewhere.example/mine',
    model_id: 'mine',
    model_lib: 'https://huggingface.co/me/mine/resolve/main/mine.wasm',
    overrides: { context_window_size: 2048 },
    vram_required_MB: 700,
  };
  await dialog.getByLabel('Paste a record').fill(JSON.stringify(record));
  await expect(dialog.getByLabel('Name (model_id)')).toHaveValue('mine');
  await dialog.getByRole('button', { name: 'Add to the list' }).click();
  await expect(dialog).toContainText('Build it with CONNECT_SRC="https://elsewhere.example"');
  await dialog.getByLabel('Address of its folder (model)').fill('https://huggingface.co/me/mine');
  await dialog.getByRole('button', { name: 'Add to the list' }).click();
  const mine = row(page, 'mine');
  await expect(mine).toContainText('room for 2,048 tokens');
  await expect(mine).toContainText('700 MB');

  await page.reload();
  await expect(mine).toBeVisible();
  await mine.getByRole('button', { name: 'Change' }).click();
  const change = page.getByRole('dialog', { name: 'Change mine' });
  await change.getByLabel('Name (model_id)').fill('other');
  await change.getByRole('button', { name: 'Keep' }).click();
  await expect(row(page, 'other')).toBeVisible();
  await expect(mine).toHaveCount(0);
  await row(page, 'other').getByRole('button', { name: 'Take off the list' }).click();
  await expect(row(page, 'other')).toHaveCount(0);
});

test('files of a model for WebLLM are chosen together, and what they lack is said', async ({ page }) => {
  await toModels(page);
  const choose = async (...names: readonly string[]) => {
    const choosing = page.waitForEvent('filechooser');
    await inTab(page).getByRole('button', { name: 'Choose its files' }).click();
    const files = names.map((name) => ({ name, mimeType: '', buffer: Buffer.from('{}') }));
    await (await choosing).setFiles(files);
  };
  await choose('tokenizer.json');
  await expect(inTab(page)).toContainText('No library (.wasm) is among them. Choose all files of the model');
  // Without a graphics processor that is all there is to say.
  await choose('tokenizer.json', 'mine-webgpu.wasm');
  await expect(inTab(page)).not.toContainText('No library');
  await expect(inTab(page)).toContainText('This browser offers no WebGPU.');
  await expect(inTab(page)).toContainText('webllm/mine');
});
