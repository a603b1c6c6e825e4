import { expect, it } from 'vitest';
import { seedState } from '#core/environment/index.ts';
import { createRunner } from '#core/pipeline/index.ts';
import { library } from './index.ts';

it('states every rule word for word in the policy', () => {
  for (const rule of library.rules) expect(library.policy).toContain(`- ${rule.sentence}\n`);
});

it.each([1, 20])('seeds %i members that the schema accepts, the same each time', (size) => {
  expect(seedState(library, 'a', size).toDatabase()).toEqual(seedState(library, 'a', size).toDatabase());
});

it('yields certified tasks in all four conditions', async () => {
  const database = { kind: 'seed', domain: 'library', seed: 'a', size: 40 } as const;
  const wanted = { general: 1, ambiguous: 1, changing: 1, infeasible: 1 };
  const job = { type: 'generate', database, seed: 'a', batch: 0, wanted, knobs: {} } as const;
  const { tasks } = await createRunner([library]).run(job);
  expect(new Set(tasks.map((task) => task.condition))).toEqual(new Set(Object.keys(wanted)));
  expect(tasks.every((task) => task.certificate.accepted)).toBe(true);
});
