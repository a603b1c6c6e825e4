import { describe, expect, test } from 'vitest';
import { NOW, rolloutsOf, workspaceNamed } from '../testing/storedRows.ts';
import { backedUp, backupDue } from './backup.ts';
import { memoryRepository } from './memoryRepository.ts';
import { requestPersistence, runSizes, storageStatus, type Storage } from './storage.ts';

function browserStorage(estimate: StorageEstimate, persisted = false, grants = false): Storage {
  return {
    estimate: () => Promise.resolve(estimate),
    persisted: () => Promise.resolve(persisted),
    persist: () => Promise.resolve(grants),
  };
}

describe('storageStatus', () => {
  test.each([
    [799, false],
    [800, true],
    [2000, true],
  ])('%i of 1000 used: warning %s', async (usage, warning) => {
    const status = await storageStatus(browserStorage({ usage, quota: 1000 }, true));
    expect(status).toEqual({
      known: true,
      usage,
      quota: 1000,
      share: Math.min(1, usage / 1000),
      warning,
      persisted: true,
    });
  });

  test('says so when the browser does not tell', async () => {
    expect(await storageStatus(undefined)).toMatchObject({ known: false });
    expect(await storageStatus(browserStorage({}))).toMatchObject({ known: false });
    const failing = { ...browserStorage({}), estimate: () => Promise.reject(new Error('blocked by policy')) };
    expect(await storageStatus(failing)).toEqual({ known: false, reason: 'blocked by policy' });
  });
});

test('requestPersistence tells what came of it', async () => {
  expect(await requestPersistence(undefined)).toBe('unsupported');
  expect(await requestPersistence(browserStorage({}, true))).toBe('granted');
  expect(await requestPersistence(browserStorage({}, false, true))).toBe('granted');
  expect(await requestPersistence(browserStorage({}, false, false))).toBe('denied');
  const failing = { ...browserStorage({}), persisted: () => Promise.reject(new TypeError('insecure')) };
  expect(await requestPersistence(failing)).toBe('unsupported');
});

test('runSizes adds up what every run takes', async () => {
  const repository = memoryRepository();
  await repository.put('rollouts', [...rolloutsOf('w', 'small', 1), ...rolloutsOf('w', 'large', 5)]);
  const sizes = runSizes((await repository.list('trials', { workspace: 'w' })).rows);
  expect(sizes.map(({ run, rollouts }) => [run, rollouts])).toEqual([
    ['large', 5],
    ['small', 1],
  ]);
  const text = rolloutsOf('w', 'small', 1).map((row) => JSON.stringify(row));
  expect(sizes[1]?.bytes).toBe(new TextEncoder().encode(text.join('')).length);
});

describe('backupDue', () => {
  const inDays = (days: number) => new Date(Date.parse(NOW) + days * 24 * 60 * 60 * 1000).toISOString();
  const workspace = workspaceNamed('w');

  test('nags after 50 new rollouts or 7 days, but never about a demo or nothing new', () => {
    expect(backupDue(workspace, 0, inDays(100))).toBeNull();
    expect(backupDue(workspace, 49, inDays(6))).toBeNull();
    expect(backupDue(workspace, 50, NOW)).toMatch(/50 new trials/);
    expect(backupDue(workspace, 1, inDays(7))).toMatch(/no backup yet/);
    expect(backupDue({ ...workspace, demo: true }, 500, inDays(7))).toBeNull();
    const exported = backedUp(workspace, 500, inDays(7));
    expect(backupDue(exported, 500, inDays(30))).toBeNull();
    expect(backupDue(exported, 501, inDays(13))).toBeNull();
    expect(backupDue(exported, 501, inDays(15))).toMatch(/8 days old/);
  });
});
