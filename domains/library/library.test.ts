import { expect, it } from 'vitest';
import { seedState } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { library } from './index.ts';

it('states every rule word for word in the policy', () => {
  for (const rule of library.rules) expect(library.policy).toContain(rule.sentence);
});

it('gives the same database for the same seed', () => {
  expect(seedState(library, 'a', 20).toDatabase()).toEqual(seedState(library, 'a', 20).toDatabase());
});

it('yields certified tasks in all four conditions', async () => {
  const database = { kind: 'seed', domain: 'library', seed: 'a', size: 40 } as const;
  const wanted = { general: 1, ambiguous: 1, changing: 1, infeasible: 1 };
  const { tasks } = await createRunner([library]).run({
    type: 'generate',
    database,
    seed: 'a',
    batch: 0,
    wanted,
    knobs: {},
  });
  expect(new Set(tasks.map((task) => task.condition))).toEqual(new Set(Object.keys(wanted)));
  expect(tasks.every((task) => task.certificate.accepted)).toBe(true);
});
