import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';

const COUNT = { general: 6, ambiguous: 9, changing: 7, infeasible: 8 };
const LABELS = {
  General: COUNT.general,
  Ambiguous: COUNT.ambiguous,
  Changing: COUNT.changing,
  Infeasible: COUNT.infeasible,
};

test('the page makes the same tasks as the command line, byte for byte, with any number of workers', async ({
  page,
}, info) => {
  test.slow();
  await page.goto('./#/rollout');
  for (const [label, count] of Object.entries(LABELS))
    await page.getByRole('spinbutton', { name: label, exact: true }).fill(String(count));
  await page.getByRole('textbox', { name: 'Seed' }).first().fill('scale');
  await page.getByRole('button', { name: 'Make tasks' }).click();
  await expect(page.getByText('30 certified tasks were made and kept.').first()).toBeVisible({
    timeout: 60_000,
  });
  const inPage = await page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('unreadable'));
      });
    const db = await settled(indexedDB.open('trajectory2task'));
    const rows: unknown[] = await settled(db.transaction('tasks').objectStore('tasks').getAll());
    return rows.map((row) => JSON.stringify((row as { task: unknown }).task));
  });
  for (const workers of ['1', '3']) {
    const out = info.outputPath(`tasks-${workers}.jsonl`);
    const count = Object.entries(COUNT).map(([condition, wanted]) => `${condition}=${wanted}`);
    const options = ['--db-seed', 'demo', '--seed', 'scale', '--workers', workers, '--out', out, '--quiet'];
    const made = spawnSync(process.execPath, [
      'scripts/headless.mjs',
      'generate',
      '--count',
      count.join(','),
      ...options,
    ]);
    expect(made.status, made.stderr.toString()).toBe(0);
    const onCommandLine = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(inPage.toSorted()).toEqual(onCommandLine.toSorted());
  }
});
