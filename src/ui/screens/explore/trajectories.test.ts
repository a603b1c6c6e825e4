import { expect, test } from 'vitest';
import { createRunner } from '#core/pipeline/index.ts';
import { domains } from '#domains/index.ts';
import { firstBatch, onDatabase, sourceWords, titleOf } from './trajectories.ts';

const library = domains.find(({ id }) => id === 'library');
if (library === undefined) throw new Error('no library');
const { id: domain } = library;
const database = { kind: 'seed', domain, seed: 'a', size: 40 } as const;
const explore = async (explorer: string, batch: number) => {
  const job = { type: 'explore', database, explorer, seed: '1', batch, count: 3, knobs: {} } as const;
  return (await createRunner(domains).run(job)).trajectories;
};

test.each(['grounded', 'fuzz'])(
  'exploring %s on goes on after the last batch of the same seed',
  async (explorer) => {
    const made = [...(await explore(explorer, 0)), ...(await explore(explorer, 1))];
    expect(firstBatch(made, explorer, '1')).toBe(2);
    expect(firstBatch(made, explorer, '2')).toBe(0);
    expect(firstBatch([], explorer, '1')).toBe(0);
    expect(onDatabase(made, database)).toHaveLength(made.length);
    expect(onDatabase(made, { ...database, seed: 'b' })).toHaveLength(0);
    for (const trajectory of made) {
      expect(titleOf(trajectory, library)).not.toBe('');
      for (const { source } of trajectory.steps.flatMap((step) => step.sources))
        expect(sourceWords(source)).not.toMatch(/undefined/);
    }
  },
);
