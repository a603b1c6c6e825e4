import { expect, test } from 'vitest';
import { databaseOf, rolloutsOf, runNamed, workspaceNamed } from '../testing/storedRows.ts';
import { checkRows } from './checkRows.ts';
import { MemoryStore } from './memoryRepository.ts';
import { ParsedRepository } from './parsedRepository.ts';

async function filled() {
  const raw = new MemoryStore();
  const repository = new ParsedRepository(raw);
  await repository.putWorkspace(workspaceNamed('w'));
  await repository.put('runs', [runNamed('w', 'r')]);
  await repository.put('rollouts', rolloutsOf('w', 'r', 60));
  return { raw, repository };
}

test('a sound workspace has no problems, and every row was read', async () => {
  const { repository } = await filled();
  const steps: [number, number][] = [];
  const onprogress = (done: number, total: number) => steps.push([done, total]);
  expect(await checkRows(repository, 'w', { onprogress })).toEqual({ checked: 61, problems: [] });
  expect(steps.at(-1)).toEqual([61, 61]);
});

test('every row that cannot be read is named, whatever its table, and stays', async () => {
  const { raw, repository } = await filled();
  const { encoding, ...content } = databaseOf('w', 'cut', { text: 'abc'.repeat(50_000) }).content;
  const cut = { ...databaseOf('w', 'cut', null), content: { encoding, ...content, size: 5 } };
  await raw.commit([
    { type: 'put', table: 'workspaces', key: ['', 'other'], value: 'damaged' },
    { type: 'put', table: 'databases', key: ['w', 'cut'], value: cut },
    { type: 'put', table: 'rollouts', key: ['w', 'r/t7/careful/0'], value: { id: 'r/t7/careful/0' } },
    { type: 'put', table: 'settings', key: ['w', 'odd'], value: null },
  ]);
  const { problems, checked } = await checkRows(repository, 'w');
  expect(checked).toBe(63);
  expect(problems).toMatchObject([
    { table: 'workspaces', id: 'other' },
    { table: 'databases', id: 'cut', reason: expect.stringContaining('damaged') as string },
    { table: 'rollouts', id: 'r/t7/careful/0' },
    { table: 'settings', id: 'odd' },
  ]);
  expect(await repository.count('rollouts', { workspace: 'w' })).toBe(60);
});

test('stops when told', async () => {
  const { repository } = await filled();
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(checkRows(repository, 'w', { signal })).rejects.toThrow('stopped');
});
