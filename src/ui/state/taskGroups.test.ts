import { describe, expect, it } from 'vitest';
import type { Task } from '#core/certify/index.ts';
import type { DatabaseRef } from '#core/environment/index.ts';
import { firstGroup, groupsOf, importedGroup } from './taskGroups.ts';

const seed: DatabaseRef = { kind: 'seed', domain: 'retail', seed: 'demo', size: 100 };
const brought: DatabaseRef = { kind: 'file', domain: 'retail', name: 'db.json', digest: 'd' };
const task = (id: string, database: DatabaseRef, source: 'generated' | 'imported') =>
  ({ id, database, provenance: { source } }) as Task;
const groups = (...tasks: Task[]) => groupsOf(tasks, (id) => id.toUpperCase());

const made = task('a', seed, 'generated');
const madeOnBrought = task('b', brought, 'generated');
const imported = [task('c', brought, 'imported'), task('d', brought, 'imported')];

describe('groups of tasks', () => {
  it('are by database, and imported tasks are apart from those made on the same', () => {
    expect(groups(made, madeOnBrought, ...imported).map(({ label, tasks }) => [label, tasks.length])).toEqual(
      [
        ['Made on RETAIL, seed demo, 100 users', 1],
        ['Made on RETAIL, db.json', 1],
        ['Imported with RETAIL, db.json', 2],
      ],
    );
  });

  it('begin with the database in use as soon as imported tasks are among them', () => {
    expect(firstGroup(groups(made, madeOnBrought), brought)).toBeNull();
    expect(firstGroup(groups(...imported), brought)).toBeNull();
    expect(firstGroup(groups(made, ...imported), brought)).toBe(importedGroup('d'));
    expect(firstGroup(groups(made, ...imported), seed)).toMatch(/^made:/);
    expect(firstGroup(groups(...imported, made), undefined)).toBe(importedGroup('d'));
  });
});
