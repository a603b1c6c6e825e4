import { describe, expect, test } from 'vitest';
import { seedState } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from './index.ts';

// What every domain promises; whatever is special about one is tested beside it.
describe.each(domains.map((domain) => [domain.id, domain] as const))('the domain %s', (id, domain) => {
  const writes = domain.tools.filter((tool) => tool.kind === 'write').map((tool) => tool.name);

  test('states every rule word for word in its policy', () => {
    for (const rule of domain.rules) expect(domain.policy).toContain(rule.sentence);
  });

  test('has rules of their own names, over its writes, and an intent for every write', () => {
    expect(new Set(domain.rules.map((rule) => rule.id)).size).toBe(domain.rules.length);
    // What users do with their own hands is ruled as well: an agent must not ask for it.
    const ruled = [
      ...writes,
      ...domain.userTools.filter(({ kind }) => kind === 'write').map(({ name }) => name),
    ];
    for (const rule of domain.rules) for (const tool of rule.tools) expect(ruled).toContain(tool);
    for (const tool of writes) expect(domain.intentsFor(tool), tool).not.toEqual([]);
  });

  test.each([1, 20])('seeds %i users that its schema accepts, the same each time', (size) => {
    const database = seedState(domain, 'a', size).toDatabase();
    expect(seedState(domain, 'a', size).toDatabase()).toEqual(database);
    expect(domain.schema.parse(database)).toEqual(database);
    expect(seedState(domain, 'b', size).toDatabase()).not.toEqual(database);
  });

  test('yields certified tasks in all four conditions', { timeout: 30_000 }, async () => {
    const database = { kind: 'seed', domain: id, seed: 'a', size: 40 } as const;
    const wanted = { general: 1, ambiguous: 1, changing: 1, infeasible: 1 };
    const job = { type: 'generate', database, seed: 'a', batch: 0, wanted, knobs: {} } as const;
    const { tasks } = await createRunner([domain]).run(job);
    expect(new Set(tasks.map((task) => task.condition))).toEqual(new Set(Object.keys(wanted)));
    expect(tasks.every((task) => task.certificate.accepted)).toBe(true);
  });
});
